import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeIn } from '../../src/cdr/zone-time.ts';
import { localTimeIn } from '../../src/crm/local-time.ts';

const at = (iso: string) => Date.parse(iso);

describe('times of a CDR', () => {
  test.each([
    ['Europe/Moscow', '2026-11-21 01:36:21', '2026-11-20T22:36:21Z'],
    ['UTC', '2026-11-21 01:36:21', '2026-11-21T01:36:21Z'],
    ['Asia/Kolkata', '2026-11-21 01:36:21', '2026-11-20T20:06:21Z'],
    ['Europe/Moscow', '2026-11-21T01:36:21.123', '2026-11-20T22:36:21Z'],
    // PostgreSQL writes a timestamptz so.
    ['Europe/Moscow', '2026-11-21 01:36:21+00', '2026-11-21T01:36:21Z'],
    ['Europe/Moscow', '2026-11-21 01:36:21.5+05:30', '2026-11-20T20:06:21Z'],
    ['Europe/Moscow', '2026-11-21 01:36:21-0330', '2026-11-21T05:06:21Z'],
    ['Europe/Moscow', '2026-11-21T01:36:21Z', '2026-11-21T01:36:21Z'],
    // CDR(start,u)
    ['Europe/Moscow', '1795214181.812345', '2026-11-20T22:36:21Z'],
    ['Europe/Moscow', '1795214181', '2026-11-20T22:36:21Z'],
  ])('%s: %s', (zone, text, iso) => {
    expect(timeIn(zone)(text, null)).toBe(at(iso));
  });

  test.each(['', '0000-00-00 00:00:00', '1970-01-01 00:00:00', 'yesterday', '21.11.2026 01:36', '12'])(
    '%s is none',
    (text) => {
      expect(timeIn('Europe/Moscow')(text, null)).toBeNull();
    },
  );
});

describe('when clocks are changed', () => {
  const berlin = timeIn('Europe/Berlin');

  test('the hour that an autumn has twice: the one nearer to the channel’s beginning', () => {
    const [summer, winter] = [at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')];
    expect(berlin('2026-10-25 02:30:00', summer)).toBe(summer);
    expect(berlin('2026-10-25 02:30:00', winter - 5000)).toBe(winter);
    expect(berlin('2026-10-25 02:30:00', null)).toBe(summer);
  });

  test('before and after it there is one', () => {
    expect(berlin('2026-10-25 01:59:59', at('2026-10-25T01:30:00Z'))).toBe(at('2026-10-24T23:59:59Z'));
    expect(berlin('2026-10-25 03:00:00', at('2026-10-25T00:30:00Z'))).toBe(at('2026-10-25T02:00:00Z'));
  });

  test('the hour that a spring lacks is read by the clock of before', () => {
    expect(berlin('2026-03-29 02:30:00', null)).toBe(at('2026-03-29T01:30:00Z'));
  });
});

test('what is written in a zone is read back in it', () => {
  const zones = ['Europe/Moscow', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
  for (const zone of zones) {
    const [read, write] = [timeIn(zone), localTimeIn(zone)];
    fc.assert(
      fc.property(fc.integer({ min: 946_800_000, max: 2_000_000_000 }), (seconds) => {
        expect(read(write(seconds * 1000), seconds * 1000)).toBe(seconds * 1000);
      }),
    );
  }
});
