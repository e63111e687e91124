import { localTimeIn } from '../crm/local-time.ts';
import type { CallbackRow, CallbackState, Outcome } from '../outbox/callback-row.ts';
import { plain, textTable } from './text-table.ts';

export interface Listing {
  readonly callbacks: readonly CallbackRow[];
  /** How many there are, whether they are shown or not. */
  readonly counts: readonly { readonly state: CallbackState; readonly count: number; readonly isWanted: boolean }[];
  /** null: of all calls. */
  readonly call: string | null;
}

type Mask = (text: string) => string;

const stateWords: Readonly<Record<CallbackState, string>> = {
  pending: 'waiting',
  given_up: 'given up',
  delivered: 'delivered',
  dropped: 'dropped',
};

const outcomeWords: Readonly<Record<Outcome, string>> = {
  accepted: 'taken',
  presumed: 'taken, it seems',
  emptyServerError: 'HTTP 500 without a word',
  notUnderstood: 'not understood',
  unavailable: 'CRM not reached',
  timedOut: 'no answer in time',
  refused: 'refused',
  unneeded: 'not sent: over before it began',
};

/** Of a reason in a table; JSON has the whole. */
const reasonLength = 100;

export function listingText(listing: Listing, mask: Mask, timeZone: string, now: number): string {
  const { callbacks } = listing;
  if (callbacks.length === 0) return `Nothing to show.\n\n${totals(listing)}\n`;
  const time = localTimeIn(timeZone);
  const heads = ['id', 'call', 'kind', 'user', `made (${timeZone})`, 'attempts', 'next try', 'state', 'last outcome'];
  const rows = callbacks.map((row) => {
    const { id, call, kind, created_at: madeAt, attempts, state } = row;
    const [user, outcome] = [mask(userOf(row)), outcomeOf(row, mask)].map(plain);
    const cells = [String(id), plain(call), kind, user, time(madeAt), String(attempts), nextTry(row, time, now)];
    return [...cells, stateWords[state], outcome].map((cell) => cell ?? '');
  });
  return `${textTable(heads, rows)}\n\n${totals(listing)}\n`;
}

/** Epochs as ISO 8601, states as the option has them. */
export function listingJson({ callbacks, counts }: Listing, mask: Mask): string {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const shown = callbacks.map((row) => ({
    id: row.id,
    call: row.call,
    kind: row.kind,
    user: mask(userOf(row)) || null,
    made_at: iso(row.created_at),
    attempts: row.attempts,
    next_try_at: iso(row.due_at),
    state: stateName(row.state),
    outcome: row.outcome,
    reason: row.detail === null ? null : mask(row.detail),
    finished_at: iso(row.finished_at),
  }));
  const total = Object.fromEntries(counts.map(({ state, count }) => [stateName(state), count]));
  return `${JSON.stringify({ callbacks: shown, total }, null, 2)}\n`;
}

function stateName(state: CallbackState): string {
  return state === 'pending' ? 'waiting' : state;
}

/** Keys are `call|user|ring|kind`, or, where a CRM keeps one record for a call, `call|kind|what`, with the user in DialAnswer's. */
export function userOf({ call, key, kind }: Pick<CallbackRow, 'call' | 'key' | 'kind'>): string {
  const [second = '', third = ''] = key.slice(call.length + 1).split('|');
  if (second !== kind) return second;
  return kind === 'DialAnswer' ? third.replace(/ .*/s, '') : '';
}

function nextTry({ due_at: dueAt, state }: CallbackRow, time: (ms: number) => string, now: number): string {
  if (state !== 'pending') return '';
  if (dueAt === null) return 'in its turn';
  return dueAt <= now ? 'now' : time(dueAt);
}

function outcomeOf({ outcome, detail }: CallbackRow, mask: Mask): string {
  if (outcome === null) return 'not sent yet';
  if (detail === null) return outcomeWords[outcome];
  // Half of a number would no longer look like one.
  const reason = mask(detail);
  const isLong = reason.length > reasonLength;
  return `${outcomeWords[outcome]}: ${isLong ? `${reason.slice(0, reasonLength)}...` : reason}`;
}

function totals({ callbacks, counts, call }: Listing): string {
  const wanted = counts.filter(({ isWanted }) => isWanted).reduce((sum, { count }) => sum + count, 0);
  const all = counts.map(({ state, count }) => `${count} ${stateWords[state]}`).join(', ');
  const shown = callbacks.length < wanted ? ` The oldest ${callbacks.length} of ${wanted} are shown (--limit).` : '';
  return `${call === null ? 'In all' : `Of call ${plain(call)}`}: ${all}.${shown}`;
}
