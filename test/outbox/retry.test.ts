import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/crm/answer.ts';
import { type Attempt, hindranceIn, next, type SendResult } from '../../src/outbox/retry.ts';

const unavailable: SendResult = { kind: 'unavailable', why: 'HTTP 503', maybeApplied: true };
const timedOut: SendResult = { kind: 'unavailable', why: 'no answer', maybeApplied: true, timedOut: true };
const results: Record<string, SendResult> = {
  accepted: { kind: 'accepted' },
  unavailable,
  'no answer in time': timedOut,
  'not understood': { kind: 'notUnderstood', why: 'Sorry!' },
  '500, empty': { kind: 'emptyServerError' },
  'refused (token, URL)': { kind: 'refused', reason: 'token', why: 'wrong token' },
};

const first: Attempt = { number: 1, ageMs: 0, repeatable: true, jitter: 0.5 };
const day = 24 * 3_600_000;

function cell(result: SendResult, attempt: Partial<Attempt>): string {
  const decision = next({ ...first, ...attempt }, result);
  return decision.kind === 'again' ? `${decision.afterMs / 1000} s` : decision.kind === 'giveUp' ? 'given up' : 'done';
}

/** The schedule as docs/retry.md shows it. */
function table(): string {
  const columns = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const head = ['after attempt', ...columns.map(String), '10, a day old'];
  const rows = Object.entries(results).map(([name, result]) => [
    name,
    ...columns.map((number) => cell(result, { number })),
    cell(result, { number: 10, ageMs: day }),
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

describe('the schedule', () => {
  test('is the one that the docs show', async () => {
    const text = await readFile(new URL('../../docs/retry.md', import.meta.url), 'utf8');
    // The formatter pads the columns of a table.
    expect(text.replace(/ +/g, ' ').replace(/-{3,}/g, '---')).toContain(table());
  });

  test('what fails alone is given up after a day, but not before it was tried ten times', () => {
    expect(next({ ...first, number: 10, ageMs: day - 1 }, unavailable).kind).toBe('again');
    expect(next({ ...first, number: 9, ageMs: 3 * day }, unavailable).kind).toBe('again');
    const why = 'failed for a day: HTTP 503';
    expect(next({ ...first, number: 10, ageMs: day }, unavailable)).toEqual({ kind: 'giveUp', why });
  });

  test('what was not answered in time is repeated after 10 s at the earliest, and not at all if a repeat does harm', () => {
    expect(next({ ...first, jitter: 0 }, timedOut)).toEqual({ kind: 'again', afterMs: 10_800 });
    expect(next({ ...first, repeatable: false }, timedOut).kind).toBe('delivered');
  });

  test('a wrong token or address never throws anything away', () => {
    const refused = results['refused (token, URL)'] as SendResult;
    expect(next({ ...first, number: 5_000, ageMs: 30 * day }, refused).kind).toBe('again');
  });

  test('what must not be applied twice is not repeated when it may have been applied', () => {
    const once: Attempt = { ...first, repeatable: false };
    const doubt = 'its answer was lost and a repeat would do harm (HTTP 503)';
    expect(next(once, unavailable)).toEqual({ kind: 'delivered', doubt });
    expect(next(once, { kind: 'emptyServerError' }).kind).toBe('delivered');
    expect(next(once, { ...unavailable, maybeApplied: false }).kind).toBe('again');
    const why = 'the CRM answered: Deprecated: ...';
    expect(next(once, { kind: 'notUnderstood', why })).toEqual({ kind: 'giveUp', why });
  });

  test.each<[SendResult, SendResult | null]>([
    [{ kind: 'accepted' }, null],
    [{ kind: 'notUnderstood', why: 'Deprecated: ...' }, null],
    [results['refused (token, URL)'] as SendResult, results['refused (token, URL)'] as SendResult],
    [unavailable, { ...unavailable, maybeApplied: false }],
    [timedOut, { kind: 'unavailable', why: 'no answer', maybeApplied: false }],
    [
      { kind: 'emptyServerError' },
      { kind: 'unavailable', why: 'HTTP 500 without a word, whatever it is asked', maybeApplied: false },
    ],
  ])('what must not be applied twice is sent after %j: or else', (asked, hindrance) => {
    expect(hindranceIn(asked)).toEqual(hindrance);
  });

  test('repeats are spread by a tenth to either side', () => {
    expect(next({ ...first, number: 7, jitter: 0 }, unavailable)).toEqual({ kind: 'again', afterMs: 54_000 });
    expect(next({ ...first, number: 7, jitter: 1 }, unavailable)).toEqual({ kind: 'again', afterMs: 66_000 });
  });

  test('a repeat comes within 66 s, whatever happened', () => {
    const attempts = fc.record({
      number: fc.integer({ min: 1, max: 1e6 }),
      ageMs: fc.nat(),
      repeatable: fc.boolean(),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(attempts, fc.constantFrom(...Object.values(results)), (attempt, result) => {
        const decision = next(attempt, result);
        if (decision.kind !== 'again') return;
        expect(decision.afterMs).toBeGreaterThanOrEqual(450);
        expect(decision.afterMs).toBeLessThanOrEqual(66_000);
      }),
    );
  });

  test('the edge that sends has the same results', () => {
    const sent = (answer: Answer): SendResult => answer;
    const answered = (result: SendResult): Answer => result;
    expect(sent(answered(unavailable))).toBe(unavailable);
  });
});
