import { setFlagsFromString } from 'node:v8';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { keepHeapSmall, optimiseWhenBusy } from '../src/small-heap.ts';

vi.mock('node:v8', () => ({ setFlagsFromString: vi.fn() }));

const flags = () => vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag);

beforeEach(() => void vi.mocked(setFlagsFromString).mockClear());

test('a connector begins without the optimising compiler', () => {
  keepHeapSmall();
  expect(flags()).toContain('--no-opt');
});

describe('the optimising compiler', () => {
  /** @param everyMs between two events */
  function hear(events: number, everyMs: number): void {
    let now = 1_000_000;
    const heard = optimiseWhenBusy(() => now);
    for (let event = 0; event < events; event += 1) {
      now += everyMs;
      heard();
    }
  }

  test('is there when 200 events a second have come for five seconds, and is called once', () => {
    hear(999, 4);
    expect(flags()).toEqual([]);
    hear(10_000, 4);
    expect(flags()).toEqual(['--opt']);
  });

  test('is not for an office with a call now and then, however long it runs', () => {
    hear(100_000, 6);
    expect(flags()).toEqual([]);
  });

  test('is there when it becomes busy later', () => {
    let now = 1_000_000;
    const heard = optimiseWhenBusy(() => now);
    const hearFor = (ms: number) => {
      for (let event = 0; event < 2_500; event += 1) {
        now += ms;
        heard();
      }
    };
    hearFor(100);
    expect(flags()).toEqual([]);
    hearFor(2);
    expect(flags()).toEqual(['--opt']);
  });
});
