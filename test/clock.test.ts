import { expect, test } from 'vitest';
import { repeat, systemClock } from '../src/clock.ts';
import { ManualClock } from './doubles/manual-clock.ts';

test('repeat runs now and at each interval, until it is ended', async () => {
  const clock = new ManualClock(0);
  const at: number[] = [];
  const end = repeat(clock, 100, () => at.push(clock.now()));
  await clock.advance(350);
  end();
  await clock.advance(1000);
  expect(at).toEqual([0, 100, 200, 300]);
  expect(clock.pending).toBe(0);
});

test('what throws once is still run again', async () => {
  const clock = new ManualClock(0);
  let runs = 0;
  expect(() =>
    repeat(clock, 100, () => {
      runs += 1;
      throw new Error('once');
    }),
  ).toThrow('once');
  await expect(clock.advance(100)).rejects.toThrow('once');
  expect(runs).toBe(2);
});

test('the system clock calls back once, unless it is cancelled', async () => {
  const said: string[] = [];
  systemClock.after(1, () => said.push('first'));
  systemClock.after(1, () => said.push('never'))();
  await new Promise((resolve) => systemClock.after(20, () => resolve(null)));
  expect(said).toEqual(['first']);
});
