import type { CallbackRow, Outcome } from '../outbox/callback-row.ts';
import type { FailedSendRow } from '../outbox/failed-sends.ts';
import type { Moment } from './moment.ts';
import { duration } from './words.ts';

/** A callback and what is known of its sends. */
export interface ToldCallback {
  readonly row: CallbackRow;
  /** Whom it is of; '' for the call as a whole. */
  readonly user: string;
  readonly failures: readonly FailedSendRow[];
}

/** What the CRM was told, when it had dealt with it, what it answered, and what waits. */
export function callbackMoments(callbacks: readonly ToldCallback[], now: number): Moment[] {
  return callbacks.flatMap((told) => [...failed(told), toldOf(told, now)]);
}

const answers: Readonly<Record<Outcome, string>> = {
  accepted: 'taken',
  presumed: 'counts as taken',
  emptyServerError: 'the CRM answered HTTP 500 without a word',
  notUnderstood: 'the CRM did not understand it',
  unavailable: 'the CRM could not be reached',
  timedOut: 'the CRM did not answer in time',
  refused: 'the CRM refused it',
  unneeded: 'not sent',
};

/** Several answers of one kind are one moment: at the first of them. */
function failed({ row, user, failures }: ToldCallback): Moment[] {
  return failures.map(({ outcome, detail, times, first_at: at, last_at: last, longest_ms: took }) => {
    const often = times === 1 ? '' : `, ${times} times in ${duration(last - at)}`;
    const slow = took < 1_000 ? '' : `, after ${duration(took)}${times === 1 ? '' : ' at most'}`;
    const why = detail === '' ? '' : `: ${detail}`;
    return { at, who: 'CRM', what: 'failed', text: `${nameOf(row, user)}: ${answers[outcome]}${why}${often}${slow}` };
  });
}

function toldOf({ row, user }: ToldCallback, now: number): Moment {
  const text = `${nameOf(row, user)}: ${fateOf(row, now)}${sentAgain(row)}`;
  if (row.finished_at !== null) return { at: row.finished_at, who: 'CRM', what: 'sent', text };
  return { at: Math.max(now, row.due_at ?? now), who: 'CRM', what: 'waiting', text };
}

function nameOf({ kind, key }: CallbackRow, user: string): string {
  const of = user === '' ? kind : `${kind} of ${user}`;
  // For a record that the CRM has made another user's; it mostly changes nothing.
  if (key.endsWith('|party')) return `${of}, in the name of the other end`;
  if (key.startsWith('again|')) return `${of}, told once more as something had not been answered in time`;
  return key.includes('|cdr ') ? `${of}, corrected by Asterisk’s CDR` : of;
}

export function fateOf(row: CallbackRow, now: number): string {
  const { state, outcome, detail, attempts, created_at: madeAt, finished_at: finishedAt } = row;
  const why = detail === null || detail === '' ? '' : `: ${detail}`;
  const after = `${duration(Math.max(0, (finishedAt ?? now) - madeAt))} after it was made`;
  if (state === 'dropped') return 'dropped by hand: not sent any more';
  if (state === 'given_up') return `GIVEN UP${why}, ${after}`;
  if (state === 'pending') return waiting(row, now);
  if (outcome === 'unneeded') return 'not sent, as the call was over before the CRM had a record of it';
  if (outcome === 'presumed') return `counts as taken${why}`;
  return `taken ${after}${attempts === 0 ? '' : `, at send ${attempts + 1}`}`;
}

function waiting({ due_at: dueAt, outcome, detail, attempts, sending }: CallbackRow, now: number): string {
  if (sending === 1) return 'is being sent';
  if (dueAt === null) return 'waits for what comes before it in its record';
  const last =
    outcome === null
      ? ''
      : ` (last: ${answers[outcome]}${detail === null ? '' : `: ${detail}`}; ${attempts} failed sends)`;
  return dueAt <= now ? `to be sent now${last}` : `next try in ${duration(dueAt - now)}${last}`;
}

function sentAgain({ again }: CallbackRow): string {
  if (again === 0) return '';
  return again === 1 ? ', sent again by hand' : `, sent again by hand ${again} times`;
}
