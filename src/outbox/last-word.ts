import type { Knex } from 'knex';
import type { Callback } from '../crm/callback.ts';
import { Prepared } from '../db/prepared.ts';
import { type CallbackRow, callbacksTable, newRow } from './callback-row.ts';
import { slices } from './marks.ts';

/**
 * A callback that was not answered in time may be executed long after the record's end was told (php-fpm goes on with what
 * waits in its queue, its client gone), and put the row back to `ringing` or `in-progress` for ever. So the end of such a
 * record is told once more, later. It waits under a name of its own, so that nothing of the call waits for it.
 */
export async function planLastWords(transaction: Knex, finished: readonly Callback[], at: number): Promise<void> {
  const closing = finished.filter(({ kind, call }) => isClosing(kind) && !call.endsWith(suffix));
  for (const some of slices([...new Set(closing.map(({ call }) => call))])) {
    for (const call of await timedOutOf(transaction, some)) {
      const rows = await rowsOfCall(transaction, call);
      const records = new Set(closing.filter((each) => each.call === call).map(recordOf));
      for (const record of records) {
        const [first, ...others] = lastWord(rows.filter((row) => uuidOf(row) === record)).map((row) =>
          copyOf(row, record),
        );
        if (first === undefined) continue;
        const planned = [{ ...newRow(first, at), due_at: at }, ...others.map((copy) => newRow(copy, at))];
        await transaction(callbacksTable).insert(planned).onConflict('key').ignore();
      }
    }
  }
}

/** What waits under such a name is not a call's, and not in a hurry. */
export const suffix = '#again';

/** The name under which the end of the record waits that a callback is of. */
export function lastWordsOf(params: Callback['params']): string {
  return `${params['callUUID'] ?? ''}${suffix}`;
}

/** Calls of which something was not answered in time. */
export const timedOutCalls = new Prepared<{ readonly call: string }>(
  `SELECT DISTINCT call FROM ${callbacksTable} WHERE outcome = 'timedOut'`,
);

/** The call that a callback is of, also one that waits under such a name. */
export function linkedidOf({ key, call }: Pick<Callback, 'key' | 'call'>): string {
  return /^again\|([^|]*)\|/.exec(key)?.[1] ?? call;
}

type Row = Pick<CallbackRow, 'key' | 'kind' | 'params' | 'state' | 'outcome'>;

/**
 * The end of a record as it is to be told again; nothing while it is not told for the first time, or nothing of it has timed out.
 *
 * @param record all callbacks of one record, in order
 */
export function lastWord<Of extends Row>(record: readonly Of[]): Of[] {
  const told = record.filter(
    ({ kind, state, outcome }) => kind !== 'Record' && state !== 'dropped' && outcome !== 'unneeded',
  );
  if (told.some(({ state }) => state === 'pending')) return [];
  if (!told.some(({ outcome }) => outcome === 'timedOut')) return [];
  const last = new Map(told.map((row) => [row.kind + (paramsOf(row)['callerIdNum'] ?? ''), row]));
  return [...last.values()].filter(({ kind }) => isClosing(kind));
}

function isClosing(kind: Callback['kind']): boolean {
  return kind === 'Hangup' || kind === 'EndCall';
}

async function timedOutOf(transaction: Knex, calls: readonly string[]): Promise<string[]> {
  const rows = transaction(callbacksTable).whereRaw("outcome = 'timedOut'").whereIn('call', calls);
  return (await rows.distinct('call')).map(({ call }: { call: string }) => call);
}

/** Keys begin with the call, and are in an index. `}` is the character after `|`. */
function rowsOfCall(transaction: Knex, call: string): Promise<CallbackRow[]> {
  const rows = transaction<CallbackRow>(callbacksTable).where('key', '>=', `${call}|`).where('key', '<', `${call}}`);
  return rows.orderBy('id').select();
}

function copyOf(row: CallbackRow, record: string): Callback {
  const call = `${record}${suffix}` as Callback['call'];
  return { key: `again|${row.key}`, call, kind: row.kind, params: paramsOf(row) };
}

function recordOf({ params }: Callback): string {
  return params['callUUID'] ?? '';
}

function uuidOf(row: CallbackRow): string {
  return paramsOf(row)['callUUID'] ?? '';
}

function paramsOf(row: Row): Record<string, string> {
  return JSON.parse(row.params) as Record<string, string>;
}
