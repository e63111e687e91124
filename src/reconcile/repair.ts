import type { Knex } from 'knex';
import type { CallEvent } from '../call/call-event.ts';
import type { Uniqueid } from '../call/ids.ts';
import type { Callback } from '../crm/callback.ts';
import type { Dialect } from '../crm/dialect.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { HistoryStore } from '../history/history-store.ts';
import type { Commit } from '../outbox/outbox-store.ts';
import { RecordingStore } from '../recordings/recording-store.ts';
import { UnrungStore } from '../unrung/unrung-store.ts';
import type { CdrRecording } from './cdr-call.ts';
import { finishedPart } from './ledger.ts';
import type { Repair } from './plan.ts';

/** Who puts events into callbacks and keeps them, with what belongs to them, in one transaction. */
export interface Teller {
  /** null: it is not known yet which CRM it is, and events are held. */
  readonly dialect: Dialect['name'] | null;
  callbacks(event: CallEvent): readonly Callback[];
  commit(commit: Commit, events: readonly CallEvent[]): Promise<void>;
}

export interface RecordingPlace {
  /** Where Asterisk's recordings are, as Asterisk names it. */
  readonly root: string;
  /** Of the folders that FreePBX makes for each day. */
  readonly timeZone: string;
}

/**
 * Has the CRM told of one call, and keeps it. What is told already, or is being told at this moment by the connector that
 * listens, has the same keys and is not told twice.
 *
 * @returns false: it must wait until it is known which CRM it is, since what was told otherwise waits for that as well
 */
export async function carryOut(repair: Repair, teller: Teller, place: RecordingPlace): Promise<boolean> {
  if (teller.dialect === null && repair.corrections.length > 0) return false;
  const live = repair.events.flatMap((event) => teller.callbacks(event));
  const corrections = repair.corrections
    // A record that is found by its user is his already, and would become one of a call that goes on.
    .filter(({ kind }) => kind !== 'answered' || teller.dialect === 'vanilla')
    .flatMap((event) =>
      teller.callbacks(event).map((callback) => ({ ...callback, key: correctedKey(callback, event) })),
    );
  const also = (transaction: Knex) => keep(repair, transaction, place);
  await teller.commit({ callbacks: [...live, ...corrections], calls: [], also }, repair.events);
  return true;
}

/** Told once for each outcome: the same correction has the same key, another one has another. */
function correctedKey({ key }: Callback, event: CallEvent): string {
  const said = 'talkedMs' in event ? ` ${event.outcome} ${Math.round(event.talkedMs / 1000)}` : '';
  return `${key}|cdr ${Math.floor(event.at / 1000)}${said}`;
}

async function keep(repair: Repair, transaction: Knex, place: RecordingPlace): Promise<void> {
  const { call, unrung, talks, endedAt } = repair;
  const history = new HistoryStore(transaction);
  for (const part of repair.history) await history.put(finishedPart(part));
  if (unrung !== null) {
    const event = { kind: 'unrung', ...unrung, at: unrung.endedAt, isEndHeard: true } as const;
    await new UnrungStore(transaction).keep([event]);
  }
  if (talks.length === 0) return;
  const recordings = new RecordingStore(transaction);
  for (const recording of repair.recordings) {
    const { uniqueid, endedAt: at } = recording;
    await recordings.add({ call, channel: uniqueid as Uniqueid, path: pathOf(recording, place), from: 'cdr', at });
  }
  await recordings.closeCall(call, talks, endedAt);
  await recordings.heard(call, talks, endedAt);
}

/** FreePBX's column has the name alone, and its files are in a folder for each day. */
function pathOf({ file, startedAt }: CdrRecording, { root, timeZone }: RecordingPlace): string {
  if (file.startsWith('/')) return file;
  const day = localTimeIn(timeZone)(startedAt).slice(0, 10).replaceAll('-', '/');
  return `${root}/${day}/${file}`;
}
