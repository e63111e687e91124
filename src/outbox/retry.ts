/** What became of one send. The edge that sends has the same type by another name: edges do not import each other. */
export type SendResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'emptyServerError' }
  | { readonly kind: 'notUnderstood'; readonly why: string }
  /** `timedOut`: the CRM may still be at it, or come to it later. */
  | { readonly kind: 'unavailable'; readonly why: string; readonly maybeApplied: boolean; readonly timedOut?: true }
  | { readonly kind: 'refused'; readonly reason: 'token' | 'url'; readonly why: string };

export type Decision =
  /** `doubt`: why it counts as delivered although the CRM did not say so. */
  | { readonly kind: 'delivered'; readonly doubt: string | null }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'giveUp'; readonly why: string };

export interface Attempt {
  /** 1 for the first send. Sends during an outage of the whole CRM are not counted. */
  readonly number: number;
  /** Since the callback was made. */
  readonly ageMs: number;
  /** False for a callback that does harm when it is applied twice. */
  readonly repeatable: boolean;
  /** 0..1, spreads the repeats of callbacks that failed together. */
  readonly jitter: number;
}

const seconds = 1000;
const hours = 3_600 * seconds;

/** Waits after the 1st, 2nd, ... failure, and after every later one. */
const waits = [0.5, 1, 2, 5, 10, 30].map((wait) => wait * seconds);
const lastWait = 60 * seconds;

/**
 * One and the same DialBegin executed twice at a time makes two records (measured), and php-fpm goes on with a request whose
 * client has gone. So what was not answered in time is repeated after 10 s at the earliest.
 */
export const waitAfterTimeoutMs = 12 * seconds;

/** The CRM objects to the callback itself: it will hardly change its mind, but may have been amid an upgrade. */
const patience = { notUnderstood: 5, emptyServerError: 3 } as const;

/** A callback that fails alone, while others get through, is given up after this, having been tried often enough. */
const longestAge = 24 * hours;
const fewestAttempts = 10;

/** Settings are corrected by a person, so there is no hurry. */
const refusedWait = 60 * seconds;

/** What to do after a send. The whole policy: docs/retry.md shows it as a table. */
export function next(attempt: Attempt, result: SendResult): Decision {
  switch (result.kind) {
    case 'accepted':
      return { kind: 'delivered', doubt: null };
    case 'refused':
      return { kind: 'again', afterMs: spread(refusedWait, attempt.jitter) };
    case 'emptyServerError':
      return attempt.number < patience.emptyServerError && attempt.repeatable
        ? again(attempt)
        : { kind: 'delivered', doubt: 'the CRM answered HTTP 500 without a word, as it does when it has applied it' };
    case 'notUnderstood':
      // Its answer may follow upon what it did: PHP's warnings stand before the answer of a StartApp that was applied.
      return attempt.number < patience.notUnderstood && attempt.repeatable
        ? again(attempt)
        : { kind: 'giveUp', why: result.why };
    case 'unavailable':
      return afterUnavailable(attempt, result);
  }
}

function afterUnavailable(attempt: Attempt, result: Extract<SendResult, { kind: 'unavailable' }>): Decision {
  const { why, maybeApplied, timedOut } = result;
  if (maybeApplied && !attempt.repeatable) {
    return { kind: 'delivered', doubt: `its answer was lost and a repeat would do harm (${why})` };
  }
  const isHopeless = attempt.ageMs >= longestAge && attempt.number >= fewestAttempts;
  return isHopeless
    ? { kind: 'giveUp', why: `failed for a day: ${why}` }
    : again(attempt, timedOut ? waitAfterTimeoutMs : 0);
}

function again({ number, jitter }: Attempt, atLeast = 0): Decision {
  const wait = Math.max(waits[number - 1] ?? lastWait, atLeast);
  return { kind: 'again', afterMs: spread(wait, jitter) };
}

/** 90 % to 110 % of a wait. */
function spread(wait: number, jitter: number): number {
  return Math.round(wait * (0.9 + 0.2 * jitter));
}

/** Why nothing is sent to a CRM that answered so; null: it is there. One that objects to the question is. */
export function hindranceIn(asked: SendResult): SendResult | null {
  if (asked.kind === 'accepted' || asked.kind === 'notUnderstood') return null;
  if (asked.kind === 'refused') return asked;
  const why = asked.kind === 'unavailable' ? asked.why : 'HTTP 500 without a word, whatever it is asked';
  return { kind: 'unavailable', why, maybeApplied: false };
}
