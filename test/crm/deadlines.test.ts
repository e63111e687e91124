import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadlines, type Limited } from '../../src/crm/deadlines.ts';

let expired: { name: string; at: number }[];
let deadlines: Deadlines;

beforeEach(() => {
  vi.useFakeTimers();
  expired = [];
  deadlines = new Deadlines(1_000);
});

afterEach(() => {
  vi.useRealTimers();
});

function begin(name: string): Limited {
  const limited = { expire: () => void expired.push({ name, at: performance.now() }) };
  deadlines.begin(limited);
  return limited;
}

test('each has the whole time, counted from its own beginning', () => {
  const start = performance.now();
  begin('first');
  vi.advanceTimersByTime(400);
  begin('second');
  vi.advanceTimersByTime(300);
  begin('third');
  vi.advanceTimersByTime(10_000);
  expect(expired.map(({ name, at }) => [name, Math.round(at - start)])).toEqual([
    ['first', 1_000],
    ['second', 1_400],
    ['third', 1_700],
  ]);
});

test('one that has ended is not told, and those after it are told in time', () => {
  const start = performance.now();
  const first = begin('first');
  vi.advanceTimersByTime(500);
  const second = begin('second');
  begin('third');
  deadlines.end(first);
  deadlines.end(second);
  vi.advanceTimersByTime(10_000);
  expect(expired.map(({ name, at }) => [name, Math.round(at - start)])).toEqual([['third', 1_500]]);
});

test('when all have ended the timer goes, and comes again with the next one', () => {
  deadlines.end(begin('first'));
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  begin('second');
  vi.advanceTimersByTime(999);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired.map(({ name }) => name)).toEqual(['second']);
});

test('a thousand stand behind one timer', () => {
  for (let count = 0; count < 1_000; count += 1) begin(String(count));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(expired.map(({ name }) => Number(name))).toEqual(Array.from({ length: 1_000 }, (_, count) => count));
});

test('one that begins while others run out has its own time', () => {
  const limited = { expire: () => void begin('next') };
  deadlines.begin(limited);
  vi.advanceTimersByTime(1_999);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired.map(({ name }) => name)).toEqual(['next']);
});
