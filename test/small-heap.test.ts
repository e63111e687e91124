import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepHeapSmall, optimiseWhenBusy } from '../src/small-heap.ts';

vi.mock('node:v8', () => ({ setFlagsFromString: vi.fn() }));

const flags = () => vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag);

beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(setFlagsFromString).mockClear();
});
afterEach(() => void vi.useRealTimers());

test('a connector begins without the optimising compiler', () => {
  keepHeapSmall();
  expect(flags()).toContain('--no-opt');
});

describe('the optimising compiler', () => {
  let cpuMs = 0;

  /** @param each how many milliseconds of processor time are taken in each of these seconds */
  function seconds(...each: readonly number[]): void {
    for (const ms of each) {
      cpuMs += ms;
      vi.advanceTimersByTime(1_000);
    }
  }

  beforeEach(() => {
    cpuMs = 1_500;
    optimiseWhenBusy(() => cpuMs);
  });

  test('is there when a tenth of a core was taken for three seconds, and is called once', () => {
    // What was taken before the first look, by the start, says nothing.
    seconds(900, 101, 101);
    expect(flags()).toEqual([]);
    seconds(101, 500, 500, 500, 500);
    expect(flags()).toEqual(['--opt']);
  });

  test('is not for an office with a call now and then, however long it runs', () => {
    seconds(...Array.from({ length: 1_000 }, (_, second) => (second % 3 === 0 ? 20 : 400)));
    seconds(...Array.from({ length: 1_000 }, () => 100));
    expect(flags()).toEqual([]);
  });
});
