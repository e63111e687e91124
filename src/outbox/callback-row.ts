import type { Linkedid } from '../call/ids.ts';
import type { Callback, CallbackKind } from '../crm/callback.ts';

export const callbacksTable = 'callbacks';

/** `dropped`: by a person, who does not want it sent any more. */
export type CallbackState = 'pending' | 'delivered' | 'given_up' | 'dropped';

/**
 * How the last send of a callback ended, for those who look into the table. `timedOut`: one of its sends was not answered in
 * time, whatever became of the later ones. `unneeded`: it was not sent, as its call was over before its record could be made.
 */
export type Outcome =
  | 'accepted'
  | 'presumed'
  | 'emptyServerError'
  | 'notUnderstood'
  | 'unavailable'
  | 'timedOut'
  | 'refused'
  | 'unneeded';

export interface CallbackRow {
  /** In the order of their making. */
  id: number;
  call: string;
  key: string;
  kind: CallbackKind;
  params: string;
  created_at: number;
  /** When to send it; null: finished, or waiting for an earlier callback of its record. */
  due_at: number | null;
  /** Failed sends, not counting those while the whole CRM was away. */
  attempts: number;
  /** How often a person had it sent again: an answer to an earlier send says nothing of it any more. */
  again: number;
  /** 1: it was about to go out and must not go out twice; what became of it is not known. */
  sending: number;
  state: CallbackState;
  outcome: Outcome | null;
  detail: string | null;
  finished_at: number | null;
}

/** A callback from the database. */
export interface StoredCallback extends Callback {
  readonly id: number;
  readonly createdAt: number;
  readonly attempts: number;
  readonly again: number;
  /** What waits behind it in its record, as far as that is known. */
  readonly behind?: readonly StoredCallback[];
}

export function newRow(callback: Callback, now: number) {
  const { call, key, kind, params } = callback;
  return { call, key, kind, params: JSON.stringify(params), created_at: now };
}

export function mapRow(row: CallbackRow): StoredCallback {
  return {
    id: row.id,
    call: row.call as Linkedid,
    key: row.key,
    kind: row.kind,
    params: JSON.parse(row.params) as Record<string, string>,
    createdAt: row.created_at,
    attempts: row.attempts,
    again: row.again,
  };
}

/** What waits, as the database gives it: id, call, key, kind, params, created_at, due_at, attempts, again. */
type PendingRow = readonly [
  number,
  Linkedid,
  string,
  CallbackKind,
  Readonly<Record<string, string>>,
  number,
  number | null,
  number,
  number,
];

/**
 * Of each record the first, with the others behind it; unless that one is to be sent later only.
 *
 * @param pending what waits of some calls, by record and in order
 */
export function dueOf(pending: unknown, now: number): StoredCallback[] {
  const rows = pending as readonly PendingRow[];
  const due: StoredCallback[] = [];
  for (let at = 0; at < rows.length; ) {
    const first = rows[at] as PendingRow;
    const begun = at;
    do at += 1;
    while (rows[at] !== undefined && isSameRecord(rows[at] as PendingRow, first));
    const dueAt = first[6];
    if (dueAt === null || dueAt > now) continue;
    const behind = rows.slice(begun + 1, at).map(stored);
    due.push(behind.length === 0 ? stored(first) : { ...stored(first), behind });
  }
  return due;
}

function isSameRecord(one: PendingRow, other: PendingRow): boolean {
  return one[1] === other[1] && one[4]['callUUID'] === other[4]['callUUID'];
}

function stored([id, call, key, kind, params, createdAt, , attempts, again]: PendingRow): StoredCallback {
  return { id, call, key, kind, params, createdAt, attempts, again };
}
