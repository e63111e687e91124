import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRange } from '../../src/recordings/range.ts';

describe('readRange', () => {
  it.each([
    ['bytes=0-499', 1000, 0, 499],
    ['bytes=500-', 1000, 500, 999],
    ['bytes=-1', 1000, 999, 999],
    ['bytes=-2000', 1000, 0, 999],
    ['bytes=0-99999999999999999999', 1000, 0, 999],
    ['bytes=0-0', 1, 0, 0],
    ['BYTES= 5-6 ', 1000, 5, 6],
  ])('%s of %i is %i to %i', (header, size, start, end) => {
    expect(readRange(header, size)).toEqual({ kind: 'part', range: { start, end } });
  });

  it.each([
    ['bytes=1000-', 1000],
    ['bytes=1000-1001', 1000],
    ['bytes=99999999999999999999-', 1000],
    ['bytes=-0', 1000],
    ['bytes=0-', 0],
    ['bytes=-5', 0],
  ])('%s of %i cannot be had', (header, size) => {
    expect(readRange(header, size)).toEqual({ kind: 'unsatisfiable' });
  });

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5-4',
    'bytes=1-2,4-5',
    'bytes=+1-2',
    'bytes=1.5-2',
    'chars=1-2',
  ])('%j means the whole', (header) => {
    expect(readRange(header, 1000)).toEqual({ kind: 'whole' });
  });

  it('never leaves the file, whatever is asked', () => {
    const bound = fc.oneof(
      fc.constant(''),
      fc.nat().map(String),
      fc.bigInt({ min: 0n }).map(String),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(bound, bound, fc.nat(5000), (first, last, size) => {
        const outcome = readRange(`bytes=${first}-${last}`, size);
        if (outcome.kind !== 'part') return;
        const { start, end } = outcome.range;
        expect(Number.isSafeInteger(start) && Number.isSafeInteger(end)).toBe(true);
        expect(0 <= start && start <= end && end < size).toBe(true);
      }),
    );
  });
});
