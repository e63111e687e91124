import type { Knex } from 'knex';
import type { Call } from '../call/call.ts';
import type { Rules } from '../call/classify.ts';
import type { Linkedid } from '../call/ids.ts';
import { restore } from '../call/saved.ts';
import { createState } from '../call/state.ts';
import type { FinishedPart } from '../history/finished-part.ts';
import { HistoryStore } from '../history/history-store.ts';
import { type CallbackRow, callbacksTable } from '../outbox/callback-row.ts';
import { type FailedSendRow, failedSendsTable } from '../outbox/failed-sends.ts';
import type { Recording } from '../recordings/recording.ts';
import { RecordingStore } from '../recordings/recording-store.ts';
import { type UnrungCall, UnrungStore } from '../unrung/unrung-store.ts';

/** All that the connector's database has of one call. */
export interface StoredCall {
  readonly id: Linkedid;
  /** Of each user the last part that is over. */
  readonly parts: readonly FinishedPart[];
  readonly unrung: UnrungCall | null;
  readonly open: OpenCall | null;
  /** In the order of their making, with those that tell the end of a record once more. */
  readonly callbacks: readonly CallbackRow[];
  readonly failures: readonly FailedSendRow[];
  readonly recordings: readonly Recording[];
  /** Events of which the CRM is not told before it is known which CRM it is. */
  readonly held: number;
}

/** A call that goes on, or did when the connector last wrote. */
export interface OpenCall {
  /** null: written by another version of this program. */
  readonly call: Call | null;
  readonly writtenAt: number;
}

/** Of a call whose last channel is gone the late events are waited for, and it is over all the same. */
export function goesOn(open: OpenCall | null): boolean {
  return open !== null && (open.call === null || open.call.alive > 0);
}

/** What must be in the database; see openForReading. */
export const lastTable = failedSendsTable;

/** @returns null: nothing is known of such a call */
export async function readCall(database: Knex, id: Linkedid, rules: Rules): Promise<StoredCall | null> {
  const callbacks = await callbacksOf(database, id);
  const stored: StoredCall = {
    id,
    parts: await new HistoryStore(database).ofCalls([id]),
    unrung: await new UnrungStore(database).ofCall(id),
    open: await openCall(database, id, rules),
    callbacks,
    failures: await failuresOf(database, callbacks),
    recordings: await new RecordingStore(database).ofCall(id),
    held: await heldOf(database, id),
  };
  const { parts, unrung, open, recordings, held } = stored;
  const isKnown = parts.length + callbacks.length + recordings.length + held > 0 || unrung !== null || open !== null;
  return isKnown ? stored : null;
}

async function openCall(database: Knex, id: Linkedid, rules: Rules): Promise<OpenCall | null> {
  const row = await database<{ id: string; state: string; updated_at: number }>('calls').where({ id }).first();
  return row === undefined ? null : { call: callIn(row.state, id, rules), writtenAt: row.updated_at };
}

export function callIn(text: string, id: Linkedid, rules: Rules): Call | null {
  const state = createState(rules);
  return restore(state, text, 0) ? (state.calls.get(id) ?? null) : null;
}

/** Keys begin with the call and are in an index; calls alone are not. `}` is the character after `|`. */
export async function callbacksOf(database: Knex, id: Linkedid): Promise<CallbackRow[]> {
  const rows: CallbackRow[] = [];
  for (const begin of [id, `again|${id}`])
    rows.push(
      ...(await database<CallbackRow>(callbacksTable).where('key', '>=', `${begin}|`).where('key', '<', `${begin}}`)),
    );
  return rows.sort((one, other) => one.id - other.id);
}

const slice = 500;

async function failuresOf(database: Knex, callbacks: readonly CallbackRow[]): Promise<FailedSendRow[]> {
  const found: FailedSendRow[] = [];
  for (let first = 0; first < callbacks.length; first += slice) {
    const ids = callbacks.slice(first, first + slice).map(({ id }) => id);
    found.push(...(await database<FailedSendRow>(failedSendsTable).whereIn('callback', ids).orderBy('first_at')));
  }
  return found;
}

async function heldOf(database: Knex, id: Linkedid): Promise<number> {
  const of = ['$.call', '$.leg.call', '$.owner.call'].map((path) => `json_extract(event, '${path}')`).join(', ');
  const [row] = await database('held_events').whereRaw(`coalesce(${of}) = ?`, [id]).count({ count: '*' });
  return Number((row as { count?: number } | undefined)?.count ?? 0);
}
