import type { Knex } from 'knex';
import type { Outcome } from './callback-row.ts';
import type { Mark } from './marks.ts';

export const failedSendsTable = 'failed_sends';

/** One answer of the CRM to a callback that did not take it, however often it came. */
export interface FailedSendRow {
  callback: number;
  outcome: Outcome;
  /** In words; '' where there is nothing to say. */
  detail: string;
  times: number;
  first_at: number;
  last_at: number;
  /** How long the CRM took for it at most; 0: not measured. */
  longest_ms: number;
}

/** Of each callback: a CRM that puts the time into its answer gives as many different ones as there are sends. */
const mostAnswers = 20;

const longestDetail = 500;

const insert = `
  INSERT INTO ${failedSendsTable} (callback, outcome, detail, times, first_at, last_at, longest_ms)
  SELECT :callback, :outcome, :detail, 1, :at, :at, :took
  WHERE (SELECT count(*) FROM ${failedSendsTable} WHERE callback = :callback) < ${mostAnswers}
    OR EXISTS (SELECT 1 FROM ${failedSendsTable} WHERE callback = :callback AND outcome = :outcome AND detail = :detail)
  ON CONFLICT (callback, outcome, detail) DO UPDATE
  SET times = times + 1, last_at = excluded.last_at, longest_ms = max(longest_ms, excluded.longest_ms)`;

/** Keeps the answers to sends that failed, for a call's story: a callback's own row has but the last one. */
export async function keepFailedSends(transaction: Knex, marks: readonly Mark[], now: number): Promise<void> {
  for (const { callback, outcome, detail, tookMs = 0 } of marks) {
    if (outcome === 'accepted') continue;
    const row = {
      callback: callback.id,
      outcome,
      detail: (detail ?? '').slice(0, longestDetail),
      at: now,
      took: tookMs,
    };
    await transaction.raw(insert, row);
  }
}
