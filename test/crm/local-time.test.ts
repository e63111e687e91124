import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';

const zones = [
  'UTC',
  'Europe/Moscow',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Monrovia',
  'Europe/Amsterdam',
] as const;

/** As Intl writes it, each time anew. */
function plainly(timeZone: string): (ms: number) => string {
  const two = '2-digit';
  const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts, hourCycle: 'h23' });
  return (ms) => format.format(ms);
}

const day = 86_400_000;
/** Any time, more often one around now, and around changes of the clocks. */
const time = fc.oneof(
  fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }),
  fc.integer({ min: -200 * 365 * day, max: 200 * 365 * day }),
  fc
    .tuple(
      fc.constantFrom(
        Date.UTC(2026, 2, 29, 1), // Berlin goes forward
        Date.UTC(2026, 9, 25, 1), // and back
        Date.UTC(2026, 10, 1, 6), // New York goes back
        Date.UTC(2026, 3, 4, 15), // Lord Howe, by half an hour
        Date.UTC(2011, 11, 30, 10), // Apia leaves a day out
        Date.UTC(2014, 9, 25, 22), // Moscow, for good
        Date.UTC(1972, 0, 7, 0, 44, 30), // Monrovia, from seconds to none
        Date.UTC(1937, 5, 30, 23, 40, 28), // Amsterdam, likewise
      ),
      fc.integer({ min: -7_200_000, max: 7_200_000 }),
    )
    .map(([at, off]) => at + off),
);

describe('the time in a zone', () => {
  test.each(zones)('of %s is as Intl writes it', (zone) => {
    const [told, expected] = [localTimeIn(zone), plainly(zone)];
    fc.assert(
      fc.property(fc.array(fc.tuple(time, fc.constantFrom(0, 0.5, 1, 999, 60_000)), { maxLength: 30 }), (times) => {
        for (const [ms, more] of times) expect(told(ms + more)).toBe(expected(ms + more));
      }),
      { numRuns: 100 },
    );
  });

  test('each minute around a change of the clocks, its first and its last millisecond', () => {
    for (const zone of zones) {
      const [told, expected] = [localTimeIn(zone), plainly(zone)];
      for (const at of [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1), Date.UTC(1972, 0, 7, 0, 44, 30)])
        for (let ms = at - 300 * 60_000; ms < at + 300 * 60_000; ms += 60_000)
          for (const of of [ms - 1, ms, ms + 29_999, ms + 59_999]) expect(told(of)).toBe(expected(of));
    }
  });

  test('goes on when more minutes were asked for than are kept', () => {
    const [told, expected] = [localTimeIn('Europe/Berlin'), plainly('Europe/Berlin')];
    const from = Date.UTC(2026, 9, 24, 12);
    for (let minute = 0; minute < 3_000; minute += 1) {
      const ms = from + minute * 60_000 + ((minute * 7_919) % 60_000);
      expect(told(ms)).toBe(expected(ms));
    }
  });

  test('what is no time is refused, as Intl does', () => {
    expect(() => localTimeIn('UTC')(Number.NaN)).toThrow(RangeError);
    expect(() => localTimeIn('UTC')(9e15)).toThrow(RangeError);
  });
});
