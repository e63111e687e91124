import type { Knex } from 'knex';
import type { Linkedid } from '../call/ids.ts';
import type { FinishedPart } from '../history/finished-part.ts';
import { HistoryStore } from '../history/history-store.ts';
import { UnrungStore } from '../unrung/unrung-store.ts';
import type { CdrCall } from './cdr-call.ts';
import type { Known, KnownPart } from './compare.ts';
import { type CallbackFate, isEndTold } from './told.ts';

const dayMs = 86_400_000;

/** Values in one statement. */
const slice = 500;

export interface Ledger extends Known {
  fatesOf(call: string): readonly CallbackFate[];
  /** Something of the call waits until it is known which CRM it is. */
  isHeld(call: string): boolean;
}

/** Reads what the connector's own database knows of these calls. */
export async function openLedger(database: Knex, calls: readonly CdrCall[]): Promise<Ledger> {
  const ids = [...new Set(calls.flatMap((call) => [...call.ids]))] as Linkedid[];
  const first = Math.min(...calls.map(({ startedAt }) => startedAt), Number.MAX_SAFE_INTEGER);
  const parts = byCall((await new HistoryStore(database).ofCalls(ids)).map(knownPart));
  const fates = byCall(await fatesOf(database, ids));
  const open = new Set(await database('calls').pluck<string[]>('id'));
  const kept = await new UnrungStore(database).since(first - dayMs);
  const unrung = new Map(kept.map(({ call, ...unrung }) => [String(call), unrung]));
  const held = await heldCalls(database);
  return {
    partsOf: (wanted) => [...wanted].flatMap((id) => parts.get(id) ?? []),
    isOpen: (id) => open.has(id),
    unrung: (id) => unrung.get(id) ?? null,
    isTold: (part) => isEndTold(part, fates.get(part.call) ?? []),
    fatesOf: (call) => fates.get(call) ?? [],
    isHeld: (call) => held.has(call),
  };
}

function byCall<Item extends { readonly call: string }>(items: readonly Item[]): Map<string, Item[]> {
  const calls = new Map<string, Item[]>();
  for (const item of items) {
    const own = calls.get(item.call);
    if (own === undefined) calls.set(item.call, [item]);
    else own.push(item);
  }
  return calls;
}

export function knownPart({ number, name, ...part }: FinishedPart): KnownPart {
  return { ...part, party: { number, name } };
}

export function finishedPart({ party, ...part }: KnownPart): FinishedPart {
  return { ...part, ...party };
}

/** Callbacks' keys begin with the call, and are in an index; calls alone are not. */
async function fatesOf(database: Knex, calls: readonly Linkedid[]): Promise<CallbackFate[]> {
  const fates: CallbackFate[] = [];
  for (let first = 0; first < calls.length; first += slice) {
    const some = JSON.stringify(calls.slice(first, first + slice));
    fates.push(...((await database.raw(ofCalls, [some])) as CallbackFate[]));
  }
  return fates;
}

/** `}` is the character after `|`. */
const ofCalls = `
  SELECT told.call, told.key, told.state, told.outcome, told.detail FROM json_each(?) AS wanted
  JOIN callbacks AS told ON told.key >= wanted.value || '|' AND told.key < wanted.value || '}'`;

/** Calls of which something waits until it is known which CRM it is. */
async function heldCalls(database: Knex): Promise<Set<string>> {
  const rows = (await database.raw(held)) as { call: string | null }[];
  return new Set(rows.flatMap(({ call }) => (call === null ? [] : [call])));
}

const held = `
  SELECT DISTINCT coalesce(json_extract(event, '$.leg.call'), json_extract(event, '$.call')) AS call FROM held_events`;

/** The first callback was made when a phone rang, and the CDR's call began a little before, in whole seconds. */
const firstRingMs = 5000;

/** Since when the connector has known of calls, in epoch milliseconds; null: it has not heard of one yet. */
export async function knownSince(database: Knex): Promise<number | null> {
  const [oldest, ended, unrung] = await Promise.all([
    database('callbacks').orderBy('id').first('created_at as at'),
    database('history').orderBy('ended_at').first('started_at as at'),
    database('unrung_calls').min('started_at as at').first(),
  ]);
  const times = [oldest, ended, unrung].flatMap((row) => (typeof row?.at === 'number' ? [row.at as number] : []));
  return times.length === 0 ? null : Math.min(...times) - firstRingMs;
}
