import type { Knex } from 'knex';
import type { Linkedid } from '../call/ids.ts';
import type { Callback } from '../crm/callback.ts';
import { inTransaction } from '../db/transaction.ts';
import { type CallbackRow, callbacksTable, newRow, type StoredCallback } from './callback-row.ts';
import { keepFailedSends } from './failed-sends.ts';
import { cancelLastWords, planLastWords } from './last-word.ts';
import { type Mark, slices, writeMarks } from './marks.ts';

/** What one fact brought about: callbacks to be sent, and calls to be kept (`state` null: closed). */
export interface Commit {
  readonly callbacks: readonly Callback[];
  readonly calls: readonly { readonly id: Linkedid; readonly state: string | null }[];
  /** Writes what else belongs to the same fact, in the same transaction. Done again, if that must be repeated. */
  readonly also?: (transaction: Knex) => Promise<void>;
}

export type Job =
  /** `at`: when it was made, which may be long before it is written. */
  | { readonly commit: Commit; readonly at: number }
  | { readonly mark: Mark }
  | { readonly sending: StoredCallback }
  | { readonly unneeded: readonly StoredCallback[] };

/**
 * Writes all jobs, or none of them, and can then be repeated.
 *
 * @param lastWordMs after how long the end of a record is told again of which something was not answered in time; undefined: never
 */
export function writeJobs(knex: Knex, jobs: readonly Job[], now: number, lastWordMs?: number): Promise<void> {
  const commits = jobs.flatMap((job) => ('commit' in job ? [job.commit] : []));
  const marks = jobs.flatMap((job) => ('mark' in job ? [job.mark] : []));
  const sending = jobs.flatMap((job) => ('sending' in job ? [job.sending.id] : []));
  const unneeded = jobs.flatMap((job) => ('unneeded' in job ? job.unneeded.map(({ id }) => id) : []));
  const rows = jobs.flatMap((job) => ('commit' in job ? rowsOf(job) : []));
  const callbacks = commits.flatMap((commit) => commit.callbacks);
  return inTransaction(knex, async (transaction) => {
    const made: string[] = [];
    for (const some of slices(rows)) made.push(...(await insertNew(transaction, some)));
    await keepCalls(transaction, commits, now);
    for (const { also } of commits) await also?.(transaction);
    for (const ids of slices(sending)) await transaction(callbacksTable).whereIn('id', ids).update({ sending: 1 });
    for (const ids of slices(unneeded)) await pass(transaction, ids, now);
    await writeMarks(transaction, marks, now);
    const all = marks.flatMap((mark) => [mark, ...(mark.behind ?? [])]);
    await keepFailedSends(transaction, all, now);
    const finished = all.filter((mark) => mark.as.state !== 'pending').map((mark) => mark.callback);
    if (lastWordMs !== undefined) {
      const isNew = new Set(made);
      await cancelLastWords(
        transaction,
        callbacks.filter(({ key }) => isNew.has(key)),
        now,
      );
      await planLastWords(transaction, finished, now + lastWordMs);
    }
    await moveUp(transaction, new Set([...callbacks, ...finished].map((callback) => callback.call)), now);
  });
}

function rowsOf({ commit, at }: Extract<Job, { readonly commit: Commit }>) {
  return commit.callbacks.map((callback) => newRow(callback, at));
}

/** @returns the keys of those that were not known */
async function insertNew(transaction: Knex, rows: readonly ReturnType<typeof newRow>[]): Promise<string[]> {
  const made = await transaction(callbacksTable).insert(rows).onConflict('key').ignore().returning('key');
  return (made as { key: string }[]).map(({ key }) => key);
}

async function pass(transaction: Knex, ids: readonly number[], now: number): Promise<void> {
  const passed = { state: 'delivered', outcome: 'unneeded', due_at: null, finished_at: now } as const;
  await transaction<CallbackRow>(callbacksTable).where({ state: 'pending' }).whereIn('id', ids).update(passed);
}

async function keepCalls(transaction: Knex, commits: readonly Commit[], now: number): Promise<void> {
  const latest = new Map(commits.flatMap((commit) => commit.calls).map((call) => [call.id, call.state]));
  const open = [...latest].flatMap(([id, state]) => (state === null ? [] : [{ id, state, updated_at: now }]));
  const closed = [...latest].flatMap(([id, state]) => (state === null ? [id] : []));
  for (const some of slices(open)) await transaction('calls').insert(some).onConflict('id').merge();
  for (const some of slices(closed)) await transaction('calls').whereIn('id', some).delete();
}

/**
 * Makes the first pending callback of each of these calls due. It is due since it was made and not since now, so that
 * an old call is told to its end before a younger one is begun; but never later than now, in case the system's clock has
 * been set back.
 */
export async function moveUp(transaction: Knex, calls: ReadonlySet<Linkedid>, now: number): Promise<void> {
  for (const some of slices([...calls])) {
    const first = transaction(callbacksTable).where({ state: 'pending' }).whereIn('call', some).groupBy('call');
    await transaction(callbacksTable)
      .whereIn('id', first.min('id'))
      .whereNull('due_at')
      .update({ due_at: transaction.raw('min(created_at, ?)', [now]) });
  }
}
