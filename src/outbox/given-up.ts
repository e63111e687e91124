import type { Knex } from 'knex';
import type { Linkedid } from '../call/ids.ts';
import { inTransaction } from '../db/transaction.ts';
import { type CallbackRow, type CallbackState, callbacksTable } from './callback-row.ts';
import { suffix } from './last-word.ts';
import { recordSql } from './outbox-parts.ts';
import { moveUp } from './outbox-writes.ts';
import { type Standing, toSendAgain } from './send-again.ts';

/** What a person does by hand with callbacks, also while a connector sends from the same database. */

export interface Wanted {
  readonly states: readonly CallbackState[];
  /** null: of all calls. */
  readonly call: string | null;
}

/** Calls put back in one transaction, so that the connector's own commits do not wait long. */
const callsAtOnce = 50;

const idsAtOnce = 500;

/** The oldest first. */
export async function listCallbacks(knex: Knex, { states, call }: Wanted, limit: number): Promise<CallbackRow[]> {
  const found: CallbackRow[] = [];
  // One by one: asked for together, the few that were given up would be looked for in the whole table.
  for (const state of states) found.push(...(await rowsOf(knex, call).where({ state }).orderBy('id').limit(limit)));
  return found.sort((a, b) => a.id - b.id).slice(0, limit);
}

export async function countCallbacks(knex: Knex, state: CallbackState, call: string | null): Promise<number> {
  const [row] = await rowsOf(knex, call).where({ state }).count({ count: '*' });
  return Number((row as { count?: number } | undefined)?.count ?? 0);
}

export async function isKnown(knex: Knex, call: string): Promise<boolean> {
  return (await rowsOf(knex, call).first('id')) !== undefined;
}

export interface PutBack {
  readonly calls: number;
  readonly callbacks: number;
  /** Calls whose StartApp was given up: it may have been applied, although its answer was not understood. */
  readonly begunAgain: readonly string[];
}

/** Has callbacks sent again that were given up, and what follows them in their records. @param call null: all calls */
export async function retryGivenUp(knex: Knex, call: string | null, now: number): Promise<PutBack> {
  const givenUp = rowsOf(knex, call).where({ state: 'given_up' });
  const found = await givenUp.select('call', 'kind').orderBy('id');
  const calls = [...new Set(found.map((row) => row.call))];
  let callbacks = 0;
  for (let first = 0; first < calls.length; first += callsAtOnce)
    callbacks += await putBack(knex, calls.slice(first, first + callsAtOnce), now);
  const begun = found.filter(({ kind }) => kind === 'StartApp').map((row) => row.call);
  return { calls: calls.length, callbacks, begunAgain: [...new Set(begun)] };
}

async function putBack(knex: Knex, calls: readonly string[], now: number): Promise<number> {
  let count = 0;
  await inTransaction(knex, async (transaction) => {
    await takeLock(transaction);
    const ids: number[] = [];
    for (const call of calls) ids.push(...toSendAgain(await standingsOf(transaction, call)));
    for (let first = 0; first < ids.length; first += idsAtOnce)
      await transaction<CallbackRow>(callbacksTable)
        .whereIn('id', ids.slice(first, first + idsAtOnce))
        .update({ ...anew, again: transaction.raw('again + 1') });
    await moveUp(transaction, new Set(calls as Linkedid[]), now);
    count = ids.length;
  });
  return count;
}

const never = { outcome: null, detail: null, finished_at: null };
const anew = { state: 'pending', due_at: null, attempts: 0, sending: 0, ...never } as const;

/** SQLite refuses to write to a transaction that has read what another connection has changed since: so it writes first. */
async function takeLock(transaction: Knex): Promise<void> {
  await transaction(callbacksTable).where({ id: -1 }).update({ attempts: 0 });
}

function standingsOf(transaction: Knex, call: string): Promise<Standing[]> {
  const record = transaction.raw(recordSql);
  return rowsOf(transaction, call).orderBy('id').select('id', 'kind', 'state', 'sending', { record });
}

/**
 * Lets callbacks go for good that were given up; of one call also those that wait, but not what ends a record that the CRM has:
 * it would ring for ever. Their rows stay for a while, so that they are not made again.
 *
 * @returns how many
 */
export async function dropCallbacks(knex: Knex, call: string | null, now: number): Promise<number> {
  const dropped = { state: 'dropped', due_at: null, sending: 0, finished_at: now } as const;
  const givenUp = await rowsOf(knex, call).where({ state: 'given_up' }).update(dropped);
  if (call === null) return givenUp;
  const openers = rowsOf(knex, call).where({ state: 'delivered' }).whereIn('kind', ['DialBegin', 'StartApp']);
  const kept = (await openers.first('id')) === undefined ? [] : ['Hangup', 'EndCall'];
  const waiting = rowsOf(knex, call).where({ state: 'pending' }).whereNotIn('kind', kept);
  const count = givenUp + (await waiting.update(dropped));
  await moveUp(knex, new Set([call as Linkedid]), now);
  return count;
}

/**
 * Keys begin with the call, and are in an index; calls alone are not. `}` is the character after `|`. The keys of what waits
 * apart from its call begin otherwise.
 */
function rowsOf(knex: Knex, call: string | null): Knex.QueryBuilder<CallbackRow, CallbackRow[]> {
  const rows = knex<CallbackRow>(callbacksTable);
  if (call?.endsWith(suffix)) return rows.where({ call });
  return call === null ? rows : rows.where('key', '>=', `${call}|`).where('key', '<', `${call}}`);
}
