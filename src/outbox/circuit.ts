import { waitAfter } from '../clock.ts';
/** What the courier may do at the moment: send as it likes, or try the CRM now and then with a single callback. */
export interface Circuit {
  /** How many sends may be under way at `now`, of `lanes`. */
  allowed(now: number, lanes: number): number;
  /** When the next single try is due; null while all is well. */
  readonly nextTryAt: number | null;
  readonly isOpen: boolean;
  /** The CRM dealt with a callback. @returns for how long it had been away; null: it was not. */
  answered(now: number): number | null;
  /** Nobody dealt with it. @returns whether the CRM counts as away from now on. */
  failed(now: number, failure: Failure): boolean;
}

export interface Failure {
  /** Callbacks of one call go side by side: what fails for one of them fails for all, and says no more of the CRM than one does. */
  readonly call: string;
  /** Which attempt of the callback it was, from 1. */
  readonly attempt: number;
  /** It is the CRM, beyond doubt. */
  readonly isCertain: boolean;
}

/** So many failures in a row mean that it is the CRM and not a callback. */
const enoughFailures = 3;

/** A callback that fails again and again while others get through says nothing of the CRM. */
const tellingAttempts = 3;

/** Waits between the single tries, the last one repeats. Short, because popups wait for them and one try is no load. */
const waits = [500, 1_000, 2_000, 5_000, 10_000];

/** Watches the answers of all callbacks together, so that a CRM that is away is not hammered from every lane. */
export function createCircuit(): Circuit {
  const failures = new Set<string>();
  let open: { readonly since: number; tries: number; nextTryAt: number } | null = null;
  return {
    allowed: (now, lanes) => (open === null ? lanes : now >= open.nextTryAt ? 1 : 0),
    get nextTryAt() {
      return open?.nextTryAt ?? null;
    },
    get isOpen() {
      return open !== null;
    },
    answered(now) {
      const away = open === null ? null : now - open.since;
      failures.clear();
      open = null;
      return away;
    },
    failed(now, { call, attempt, isCertain }) {
      if (open !== null) {
        // Sends that were under way when it opened come back failed as well: they are no tries.
        if (now >= open.nextTryAt)
          open = { ...open, tries: open.tries + 1, nextTryAt: now + waitAfter(open.tries + 1, waits) };
        return false;
      }
      if (attempt <= tellingAttempts) failures.add(`${attempt} ${call}`);
      if (failures.size < enoughFailures && !isCertain) return false;
      open = { since: now, tries: 0, nextTryAt: now + waitAfter(0, waits) };
      return true;
    },
  };
}
