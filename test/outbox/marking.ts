import type { Outcome, StoredCallback } from '../../src/outbox/callback-row.ts';
import type { Mark } from '../../src/outbox/marks.ts';

export function givenUp(callback: StoredCallback, outcome: Outcome, why: string): Mark {
  return { callback, as: { state: 'given_up' }, outcome, detail: why };
}

/** @param again when it is due, and failed sends so far */
export function putOff(
  callback: StoredCallback,
  again: { readonly dueAt: number; readonly attempts: number },
  outcome: Outcome,
  why: string,
): Mark {
  return { callback, as: { state: 'pending', ...again }, outcome, detail: why };
}
