import type { Knex } from 'knex';
import type { Linkedid } from '../call/ids.ts';
import type { Callback } from '../crm/callback.ts';
import { inTransaction } from '../db/transaction.ts';
import { type CallbackRow, callbacksTable, newRow, type Outcome, type StoredCallback } from './callback-row.ts';

/** What one fact brought about: callbacks to be sent, and calls to be kept (`state` null: closed). */
export interface Commit {
  readonly callbacks: readonly Callback[];
  readonly calls: readonly { readonly id: Linkedid; readonly state: string | null }[];
  /** Writes what else belongs to the same fact, in the same transaction. Done again, if that must be repeated. */
  readonly also?: (transaction: Knex) => Promise<void>;
}

export interface Mark {
  readonly callback: StoredCallback;
  readonly as:
    | { readonly state: 'delivered' | 'given_up' }
    | { readonly state: 'pending'; readonly dueAt: number; readonly attempts: number };
  readonly outcome: Outcome;
  readonly detail: string | null;
}

export type Job =
  /** `at`: when it was made, which may be long before it is written. */
  { readonly commit: Commit; readonly at: number } | { readonly mark: Mark } | { readonly sending: StoredCallback };

/** Rows in one statement. SQLite takes no more than 500 in the form in which knex writes several. */
const slice = 100;

/** Writes all jobs, or none of them, and can then be repeated. */
export function writeJobs(knex: Knex, jobs: readonly Job[], now: number): Promise<void> {
  const commits = jobs.flatMap((job) => ('commit' in job ? [job.commit] : []));
  const marks = jobs.flatMap((job) => ('mark' in job ? [job.mark] : []));
  const sending = jobs.flatMap((job) => ('sending' in job ? [job.sending.id] : []));
  const rows = jobs.flatMap((job) => ('commit' in job ? rowsOf(job) : []));
  const callbacks = commits.flatMap((commit) => commit.callbacks);
  return inTransaction(knex, async (transaction) => {
    for (const some of slices(rows)) await transaction(callbacksTable).insert(some).onConflict('key').ignore();
    await keepCalls(transaction, commits, now);
    for (const { also } of commits) await also?.(transaction);
    for (const ids of slices(sending)) await transaction(callbacksTable).whereIn('id', ids).update({ sending: 1 });
    await finish(transaction, marks, now);
    await postpone(transaction, marks);
    const finished = marks.filter((mark) => mark.as.state !== 'pending').map((mark) => mark.callback);
    await moveUp(transaction, new Set([...callbacks, ...finished].map((callback) => callback.call)), now);
  });
}

function rowsOf({ commit, at }: Extract<Job, { readonly commit: Commit }>) {
  return commit.callbacks.map((callback) => newRow(callback, at));
}

async function keepCalls(transaction: Knex, commits: readonly Commit[], now: number): Promise<void> {
  const latest = new Map(commits.flatMap((commit) => commit.calls).map((call) => [call.id, call.state]));
  const open = [...latest].flatMap(([id, state]) => (state === null ? [] : [{ id, state, updated_at: now }]));
  const closed = [...latest].flatMap(([id, state]) => (state === null ? [id] : []));
  for (const some of slices(open)) await transaction('calls').insert(some).onConflict('id').merge();
  for (const some of slices(closed)) await transaction('calls').whereIn('id', some).delete();
}

async function finish(transaction: Knex, marks: readonly Mark[], now: number): Promise<void> {
  const accepted = marks.filter((mark) => mark.as.state === 'delivered' && mark.outcome === 'accepted');
  for (const some of slices(accepted)) {
    const ids = some.map((mark) => mark.callback.id);
    const end = { state: 'delivered', outcome: 'accepted', detail: null, due_at: null, finished_at: now } as const;
    await stillDue(transaction).whereIn('id', ids).update(end);
  }
  for (const { callback, as, outcome, detail } of marks) {
    if (as.state === 'pending' || outcome === 'accepted') continue;
    const end = { state: as.state, outcome, detail, due_at: null, finished_at: now };
    await stillDue(transaction).where({ id: callback.id }).update(end);
  }
}

async function postpone(transaction: Knex, marks: readonly Mark[]): Promise<void> {
  for (const { callback, as, outcome, detail } of marks) {
    if (as.state !== 'pending') continue;
    const again = { due_at: as.dueAt, attempts: as.attempts, outcome, detail, sending: 0 };
    await stillDue(transaction).where({ id: callback.id, state: 'pending' }).update(again);
  }
}

/** One that a person has put back behind an earlier one of its call, or dropped, while it was being sent, stays as he left it. */
function stillDue(transaction: Knex): Knex.QueryBuilder<CallbackRow, CallbackRow[]> {
  return transaction<CallbackRow>(callbacksTable).whereNotNull('due_at');
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

function slices<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / slice);
  return Array.from({ length: count }, (_, index) => items.slice(index * slice, (index + 1) * slice));
}
