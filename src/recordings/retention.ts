import type { Knex } from 'knex';
import type { Clock } from '../clock.ts';
import { inTransaction } from '../db/transaction.ts';
import { locate, type RecordingPlaces } from './locate.ts';
import { inspect, remove } from './removable.ts';
import { type AgedRow, type Mark, RetentionStore } from './retention-store.ts';
import {
  type AgedFile,
  add,
  count,
  type KeptReason,
  mostFailures,
  newTally,
  type RetentionTally,
  type Stays,
  type Tally,
} from './retention-tally.ts';

/** What is to go, and who says so. */
export interface RetentionOrder {
  /** Of calls that ended before. Epoch milliseconds. */
  readonly before: number;
  readonly rule: string;
  /** `service`, or `command as <user>`. */
  readonly by: string;
  /** Nothing is deleted, only counted. */
  readonly isDry: boolean;
}

export interface RetentionParts {
  readonly database: Knex;
  readonly places: RecordingPlaces;
  readonly clock: Clock;
  /** Called between two slices: others get their turn. false: no further. */
  readonly pause: () => Promise<boolean>;
  /** What was made of these recordings goes with them. */
  readonly forget: (ids: ReadonlySet<string>) => Promise<void>;
  readonly onDeleted?: (file: AgedFile) => void;
}

/** Files looked at in one go. */
const slice = 20;

/** A process that has ended needs so long no more for what it had begun. */
const interruptedMs = 600_000;

/** Goes through all that is old enough, once, in slices. A dry run takes the same way and stops before the last step. */
export async function runRetention(order: RetentionOrder, parts: RetentionParts): Promise<RetentionTally> {
  const store = new RetentionStore(parts.database);
  const tally = newTally();
  if (!order.isDry) await settleInterrupted(parts);
  for (let mark: Mark | null = null; ; ) {
    const rows = await store.aged(order.before, mark, slice);
    const keptPaths = new Set((await store.keptPaths()).map((path) => placeOf(path, parts.places)));
    const due: AgedFile[] = [];
    for (const row of rows) {
      const file = await judgeFile(row.path, order.before, keptPaths, parts);
      if ('place' in file) due.push(file);
      else count(tally, row.path, file);
    }
    await take(due, order, parts, tally);
    mark = rows.at(-1) ?? mark;
    if (rows.length < slice || !(await parts.pause())) return tally;
  }
}

/** Two names of one file are one, as far as the names tell. */
function placeOf(path: string, places: RecordingPlaces): string {
  const located = locate(path, places);
  return located.kind === 'candidate' ? located.path : path;
}

async function judgeFile(
  path: string,
  before: number,
  keptPaths: ReadonlySet<string>,
  { database, places }: RetentionParts,
): Promise<AgedFile | Stays> {
  const rows = await new RetentionStore(database).sharing(path);
  const why = whyKept(rows, before) ?? (keptPaths.has(placeOf(path, places)) ? byHand : null);
  if (why !== null) return { why };
  const found = await inspect(path, places);
  if (found.kind === 'absent') return found;
  if (found.kind === 'stays') return { why: found.why };
  // Restored, or recorded into under another name of it: then it is not what was old.
  if (found.facts.mtimeMs >= before) return { why: 'the file was written later' };
  return { path, rows, place: found.place, facts: found.facts };
}

const byHand = 'kept by hand (recordings keep)';

/** Of the recordings in one file; null: all of them may go. */
export function whyKept(rows: readonly AgedRow[], before: number): KeptReason | null {
  const isUnfinished = ({ state, closed_at: closedAt, next_look_at: nextLookAt }: AgedRow) =>
    closedAt === null || nextLookAt !== null || state === 'recording' || state === 'waiting';
  if (rows.length === 0 || rows.some(isUnfinished)) return 'its call or its file may not be finished';
  return rows.some(({ closed_at: closedAt }) => (closedAt ?? before) >= before)
    ? 'a younger call has the same file'
    : null;
}

/** What was decided is written before it is done, and what became of it after: whoever ends in between has left a trace. */
async function take(
  all: readonly AgedFile[],
  order: RetentionOrder,
  parts: RetentionParts,
  tally: Tally,
): Promise<void> {
  if (order.isDry) for (const file of all) add(tally, file);
  if (order.isDry || all.length === 0) return;
  let files = all;
  const { database, places, clock } = parts;
  const at = clock.now();
  let ids: number[] = [];
  await inTransaction(database, async (transaction) => {
    const store = new RetentionStore(transaction);
    // Somebody may have asked for one to be kept in this moment.
    const kept = new Set((await store.keptCalls()).map(({ call }) => call));
    files = all.filter(({ rows }) => !rows.some(({ call }) => kept.has(call)));
    ids = await store.begin(files.map((file) => entryOf(file, order, at)));
  });
  const failures: (string | null)[] = [];
  for (const { place, facts } of files) failures.push(await remove(place, facts, places));
  await inTransaction(database, async (transaction) => {
    const store = new RetentionStore(transaction);
    for (const [index, { rows }] of files.entries())
      await store.end(
        ids[index] ?? 0,
        rows.map(({ id }) => id),
        failures[index] ?? null,
        at,
      );
  });
  await parts.forget(
    new Set(files.flatMap(({ rows }, index) => (failures[index] === null ? rows.map(({ id }) => id) : []))),
  );
  for (const [index, file] of files.entries()) tellEnd(file, failures[index] ?? null, parts, tally);
}

function tellEnd(file: AgedFile, failure: string | null, parts: RetentionParts, tally: Tally): void {
  if (failure === null) {
    add(tally, file);
    parts.onDeleted?.(file);
  } else if (tally.failures.length < mostFailures) tally.failures.push({ path: file.path, why: failure });
}

function entryOf({ path, rows, facts }: AgedFile, { by, rule }: RetentionOrder, at: number) {
  const recordings = JSON.stringify(rows.map(({ id }) => id));
  const calls = JSON.stringify([...new Set(rows.map(({ call }) => call))]);
  return { at, by, rule, path, recordings, calls, size: facts.size, mtime: facts.mtimeMs };
}

/** Of those that were begun by a process that ended: a file that is gone was deleted by it. */
export async function settleInterrupted({ database, places, clock }: RetentionParts): Promise<void> {
  const store = new RetentionStore(database);
  for (const row of await store.interrupted(clock.now() - interruptedMs)) {
    const found = await inspect(row.path, places);
    const failure = found.kind === 'absent' ? null : 'the connector ended before it was deleted';
    const recordings = JSON.parse(row.recordings) as string[];
    await inTransaction(database, (transaction) =>
      new RetentionStore(transaction).end(row.id, recordings, failure, row.at),
    );
  }
}
