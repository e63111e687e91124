import type { Knex } from 'knex';
import type { Rules } from '../call/classify.ts';
import type { Linkedid } from '../call/ids.ts';
import { historyTable } from '../history/finished-part.ts';
import { withoutSeparators } from '../numbers/plain-text.ts';
import { type Ring, ringsOf } from './rings.ts';
import { callIn, goesOn } from './stored-call.ts';

export interface Wanted {
  /** Of the other end, in any notation; null: any. */
  readonly number: string | null;
  readonly extension: string | null;
  readonly call: string | null;
  /** When a part in it began: epoch milliseconds, `until` excluded. */
  readonly since: number | null;
  readonly until: number | null;
  readonly open: boolean;
}

interface Found {
  readonly call: Linkedid;
  /** When it ended, or was last heard of. */
  readonly at: number;
}

/** The latest calls of which all that is wanted is true, the latest first, `limit` at most. */
export async function findCalls(database: Knex, wanted: Wanted, rules: Rules, limit: number): Promise<Linkedid[]> {
  const open = await openCalls(database, wanted, rules);
  const over = wanted.open
    ? []
    : [...(await finished(database, wanted, limit)), ...(await unrung(database, wanted, limit))];
  const ids = new Map<Linkedid, number>();
  for (const { call, at } of [...over, ...open]) ids.set(call, Math.max(at, ids.get(call) ?? 0));
  const latest = [...ids].sort(([, one], [, other]) => other - one);
  return latest.slice(0, limit).map(([call]) => call);
}

/** Each of them is read: they are few. */
async function openCalls(database: Knex, wanted: Wanted, rules: Rules): Promise<Found[]> {
  const rows = database<{ id: Linkedid; state: string }>('calls');
  const found = await (wanted.call === null ? rows : rows.where({ id: wanted.call as Linkedid }));
  // What goes on is younger than all that is over.
  return found
    .filter((row) => isWanted(row, wanted, rules))
    .map(({ id }) => ({ call: id, at: Number.POSITIVE_INFINITY }));
}

function isWanted({ id, state }: { id: Linkedid; state: string }, wanted: Wanted, rules: Rules): boolean {
  const open = { call: callIn(state, id, rules), writtenAt: 0 };
  // One that is over is in the history.
  if (!goesOn(open)) return false;
  const { number, extension, since, until } = wanted;
  if (number === null && extension === null && since === null && until === null) return true;
  return ringsOf({ open, parts: [], callbacks: [], id }).some((ring) => isOfRing(ring, wanted));
}

function isOfRing({ extension, party, rangAt }: Ring, wanted: Wanted): boolean {
  if (wanted.extension !== null && extension !== wanted.extension) return false;
  if (wanted.number !== null && sharedDigits(party.number) !== sharedDigits(wanted.number)) return false;
  return rangAt >= (wanted.since ?? 0) && rangAt < (wanted.until ?? Number.POSITIVE_INFINITY);
}

/** Rows of the history looked at in one go: a call has one for each user. */
const portion = 500;

async function finished(database: Knex, wanted: Wanted, limit: number): Promise<Found[]> {
  const found = new Map<Linkedid, number>();
  for (let last = { at: Number.MAX_SAFE_INTEGER, rowid: Number.MAX_SAFE_INTEGER }; found.size < limit; ) {
    const rows = await finishedBefore(database, wanted, last);
    for (const { call, ended_at: at } of rows) if (!found.has(call)) found.set(call, at);
    const end = rows.at(-1);
    if (end === undefined || rows.length < portion) break;
    last = { at: end.ended_at, rowid: end.rowid };
  }
  return [...found].map(([call, at]) => ({ call, at }));
}

interface HistoryFound {
  readonly call: Linkedid;
  readonly ended_at: number;
  readonly rowid: number;
}

async function finishedBefore(
  database: Knex,
  { number, extension, call, since, until }: Wanted,
  last: { readonly at: number; readonly rowid: number },
): Promise<HistoryFound[]> {
  const rows = database(historyTable).select<HistoryFound[]>('call', 'ended_at', 'rowid');
  rows.whereRaw('(ended_at, rowid) < (?, ?)', [last.at, last.rowid]);
  if (call !== null) rows.where({ call });
  if (extension !== null) rows.where({ extension });
  if (number !== null) rows.whereRaw(hasNumber, numberBindings(number));
  if (since !== null) rows.where('started_at', '>=', since).where('ended_at', '>=', since);
  if (until !== null) rows.where('started_at', '<', until);
  return rows
    .orderBy([
      { column: 'ended_at', order: 'desc' },
      { column: 'rowid', order: 'desc' },
    ])
    .limit(portion);
}

async function unrung(
  database: Knex,
  { number, extension, call, since, until }: Wanted,
  limit: number,
): Promise<Found[]> {
  // They rang nobody.
  if (extension !== null) return [];
  const rows = database('unrung_calls').select<{ call: Linkedid; ended_at: number }[]>('call', 'ended_at');
  if (call !== null) rows.where({ call });
  if (number !== null) rows.whereRaw(hasNumber, numberBindings(number));
  if (since !== null) rows.where('started_at', '>=', since);
  if (until !== null) rows.where('started_at', '<', until);
  return (await rows.orderBy('started_at', 'desc').limit(limit)).map((row) => ({ call: row.call, at: row.ended_at }));
}

/**
 * What +7..., 8... and the bare number share: the last ten digits of one that has as many, all of a shorter one. A number
 * is kept as Asterisk had it, which may be with blanks, brackets and dashes.
 */
export function sharedDigits(number: string): string {
  return withoutSeparators(number).replace(/\D/g, '').slice(-10);
}

const bare = ['+', ' ', '-', '(', ')', '.', '/'].reduce((sql, sign) => `replace(${sql}, '${sign}', '')`, 'number');
const hasNumber = `substr(${bare}, -10) = ? AND number LIKE ?`;

/** The last digit alone rules most rows out before anything is replaced in them. */
function numberBindings(number: string): [string, string] {
  const digits = sharedDigits(number);
  return [digits, `%${digits.slice(-1)}%`];
}
