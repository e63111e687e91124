import { beforeEach, describe, expect, test } from 'vitest';
import { Keeper, type Running } from '../../src/connections/keeper.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

let clock: ManualClock;
let log: ReturnType<typeof rememberingLog>;
let down: string[];
/** When it was started, in seconds since the beginning. */
let starts: number[];
let stops: number;
/** What each start comes to; the last one repeats. */
let outcomes: (Running | Error)[];
let fail: (fault: unknown) => void;

const well: Running = {
  isAlive: async () => {},
  stop: async () => {
    stops += 1;
  },
};

function keep(): Keeper {
  const begun = clock.now();
  const keeper = new Keeper({
    clock,
    log,
    onDown: (why) => void down.push(why),
    async start(onFatal) {
      starts.push((clock.now() - begun) / 1000);
      fail = onFatal;
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('nothing');
      return outcome;
    },
  });
  keeper.start();
  return keeper;
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  clock = new ManualClock();
  log = rememberingLog();
  [down, starts, stops] = [[], [], 0];
});

describe('a connection is kept', () => {
  test('tried again after ever longer pauses, a minute at most, and each is told', async () => {
    outcomes = [new Error('the disk is gone.')];
    const keeper = keep();
    await turns();
    await clock.advance(200_000);
    expect(starts).toEqual([0, 1, 3, 8, 18, 48, 108, 168]);
    expect(down[0]).toBe('the disk is gone.');
    expect(log.lines.map(({ level }) => level)).toEqual(starts.map(() => 'error'));
    expect(log.lines[2]?.text).toContain('the disk is gone. It is started again in 5 s');
    await keeper.stop();
    await clock.advance(100_000);
    expect(starts).toHaveLength(8);
  });

  test('one that can go on no longer is stopped before it is started again', async () => {
    outcomes = [well];
    const keeper = keep();
    await turns();
    fail(new Error('no such table'));
    await turns();
    expect([stops, down]).toEqual([1, ['no such table']]);
    await clock.advance(1_000);
    expect(starts).toEqual([0, 1]);
    await keeper.stop();
    expect(stops).toBe(2);
  });

  test('after a minute that went well a fault is a first one again', async () => {
    outcomes = [new Error('1'), new Error('2'), well];
    const keeper = keep();
    await turns();
    await clock.advance(3_000);
    await clock.advance(60_000);
    fail(new Error('later'));
    await turns();
    await clock.advance(1_000);
    expect(starts).toEqual([0, 1, 3, 64]);
    await keeper.stop();
  });

  test('one whose end does not come is not waited for longer than ten seconds', async () => {
    outcomes = [{ ...well, stop: () => new Promise(() => {}) }, well];
    const keeper = keep();
    await turns();
    fail('hangs');
    await turns();
    await clock.advance(10_000);
    await turns();
    await clock.advance(1_000);
    expect(starts).toEqual([0, 11]);
    expect(log.lines[0]?.text).toBe('this connection has not stopped within 10 s');
    await keeper.stop();
  });

  test('whether it is alive is asked of what runs; one that does not run yet is waited for already', async () => {
    outcomes = [new Error('1'), { ...well, isAlive: () => Promise.reject(new Error('hangs')) }];
    const keeper = keep();
    await turns();
    await expect(keeper.isAlive()).resolves.toBeUndefined();
    await clock.advance(1_000);
    await expect(keeper.isAlive()).rejects.toThrow('hangs');
    await keeper.stop();
  });
});
