import type { Knex } from 'knex';
import { type CallbackRow, callbacksTable, type Outcome, type StoredCallback } from './callback-row.ts';

/** What became of one send. */
export interface Mark {
  readonly callback: StoredCallback;
  readonly as:
    | { readonly state: 'delivered' | 'given_up' }
    | { readonly state: 'pending'; readonly dueAt: number; readonly attempts: number };
  readonly outcome: Outcome;
  readonly detail: string | null;
  /** How long the CRM took to answer; absent: not measured. */
  readonly tookMs?: number;
  /** Of those sent right behind it, out of turn: they hold only if it does, or its record would be left open. */
  readonly behind?: readonly Mark[];
}

/** Those that are not plain. */
export async function writeMarks(transaction: Knex, marks: readonly Mark[], now: number): Promise<void> {
  for (const mark of marks) {
    const changed = await stillDue(transaction, mark.callback.again)
      .where({ id: mark.callback.id })
      .update(fieldsOf(transaction, mark, now));
    if (changed === 1) await writeBehind(transaction, mark.behind ?? [], now);
  }
}

/** All but the callbacks themselves is the same for each. */
export function isPlain({ as, outcome, behind = [], callback }: Mark): boolean {
  return as.state === 'delivered' && outcome === 'accepted' && callback.again === 0 && behind.every(isPlain);
}

async function writeBehind(transaction: Knex, marks: readonly Mark[], now: number): Promise<void> {
  for (const mark of marks) {
    const row = transaction<CallbackRow>(callbacksTable).where({
      id: mark.callback.id,
      state: 'pending',
      again: mark.callback.again,
    });
    await row.update(fieldsOf(transaction, mark, now));
  }
}

function fieldsOf(transaction: Knex, { as, outcome, detail }: Mark, now: number) {
  // What was once not answered in time may be executed at any time after: see last-word.ts.
  const lasting = transaction.raw("CASE WHEN outcome = 'timedOut' THEN outcome ELSE ? END", [outcome]);
  if (as.state !== 'pending') return { state: as.state, outcome: lasting, detail, due_at: null, finished_at: now };
  return { due_at: as.dueAt, attempts: as.attempts, outcome: lasting, detail, sending: 0 };
}

/** One that a person has put back behind an earlier one of its record, or dropped, while it was being sent, stays as he left it. */
function stillDue(transaction: Knex, again: number): Knex.QueryBuilder<CallbackRow, CallbackRow[]> {
  return transaction<CallbackRow>(callbacksTable).whereNotNull('due_at').where({ again });
}

/** Rows in one statement. SQLite takes no more than 500 in the form in which knex writes several. */
const slice = 100;

export function slices<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / slice);
  return Array.from({ length: count }, (_, index) => items.slice(index * slice, (index + 1) * slice));
}
