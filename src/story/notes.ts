import type { CallbackRow } from '../outbox/callback-row.ts';
import type { Ring } from './rings.ts';
import { goesOn, type StoredCall } from './stored-call.ts';

export interface NoteSettings {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly keepDeliveredDays: number;
  /** Whether the CRM may be told of an extension at all. */
  readonly isTellable: (extension: string) => boolean;
  /** Epoch milliseconds as the reader knows them. */
  readonly time: (ms: number) => string;
}

/** What follows from all this, and what can be done: one sentence each. */
export function notesOf(call: StoredCall, rings: readonly Ring[], settings: NoteSettings): string[] {
  return [
    ...ofOpen(call, settings),
    ...ofUnrung(call),
    ...ofHeld(call),
    ...ofUntold(call, rings, settings),
    ...ofOneRecord(call.callbacks, rings),
    ...ofCallbacks(call),
  ];
}

function ofOpen({ open }: StoredCall, { time }: NoteSettings): string[] {
  if (open === null || !goesOn(open)) return [];
  const written = `as the connector wrote at ${time(open.writtenAt)}`;
  if (open.call !== null) return [`The call goes on, ${written}.`];
  return [`The call goes on, ${written} in the form of another version of this program, which is not read here.`];
}

function ofUnrung({ unrung }: StoredCall): string[] {
  if (unrung === null) return [];
  const line = unrung.line === '' ? 'such calls' : `calls to ${unrung.line}`;
  return [
    `Nobody was told: no phone had rung, and no extension is set to have missed ${line} (calls.missed_extension, calls.missed_extensions). The command \`missed\` lists these callers.`,
  ];
}

function ofHeld({ held }: StoredCall): string[] {
  if (held === 0) return [];
  const what = `${held} ${held === 1 ? 'event' : 'events'} of this call`;
  return [`The CRM is not told of ${what} before it is known which CRM it is (crm.dialect: auto asks it).`];
}

const dayMs = 86_400_000;

function ofUntold(call: StoredCall, rings: readonly Ring[], settings: NoteSettings): string[] {
  const { keepDeliveredDays, isTellable, now } = settings;
  const extensions = [...new Set(rings.map(({ extension }) => extension))];
  const strange = extensions.filter((extension) => !isTellable(extension));
  const notes = strange.map(
    (extension) => `The CRM is told nothing of ${extension}: it could be no CRM user’s extension with such characters.`,
  );
  if (call.callbacks.length > 0 || call.held > 0 || extensions.length === strange.length) return notes;
  const last = Math.max(...rings.map(({ rangAt, end }) => end?.at ?? rangAt));
  const isOld = last < now - keepDeliveredDays * dayMs;
  const kept = `What the CRM was told is kept for ${keepDeliveredDays} days (outbox.keep_delivered_days), which are over.`;
  return [...notes, isOld ? kept : 'The CRM was told nothing of this call: no callback of it is in the database.'];
}

function ofOneRecord(callbacks: readonly CallbackRow[], rings: readonly Ring[]): string[] {
  const extensions = new Set(rings.map(({ extension }) => extension));
  if (extensions.size < 2 || !callbacks.some(({ kind }) => kind === 'StartApp')) return [];
  return [
    'This CRM (vTiger) keeps one record for the whole call: it is his who answered last, and no other ring is told.',
  ];
}

function ofCallbacks({ id, callbacks }: StoredCall): string[] {
  const count = (state: CallbackRow['state']) => callbacks.filter((row) => row.state === state).length;
  const [waiting, givenUp, dropped] = [count('pending'), count('given_up'), count('dropped')];
  const notes = [];
  if (waiting > 0)
    notes.push(`${waiting} of ${callbacks.length} callbacks wait for the CRM; they go out by themselves, in order.`);
  if (givenUp > 0)
    notes.push(
      `${givenUp} of ${callbacks.length} callbacks were given up: when the cause is cured, \`outbox retry --call ${id}\` sends them again.`,
    );
  if (dropped > 0)
    notes.push(`${dropped} of ${callbacks.length} callbacks were dropped by hand: the CRM does not have them.`);
  return notes;
}
