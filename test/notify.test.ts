import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { supervisorOf } from '../src/notify.ts';
import { createSupervised } from '../src/supervised.ts';
import { startWatchdog } from '../src/watchdog.ts';
import { ManualClock } from './doubles/manual-clock.ts';

const unexpected = (fault: Error) => {
  throw fault;
};

/** Promises that are settled get their turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the supervisor', () => {
  test('without NOTIFY_SOCKET nothing is run', () => {
    const supervisor = supervisorOf({ WATCHDOG_USEC: '1000000' }, 7, unexpected, unexpected as never);
    supervisor.tell('READY=1');
    expect(supervisor).toMatchObject({ isThere: false, watchdogMs: null });
  });

  test.each([
    [{ WATCHDOG_USEC: '120000000' }, 120_000],
    [{ WATCHDOG_USEC: '120000000', WATCHDOG_PID: '7' }, 120_000],
    [{ WATCHDOG_USEC: '120000000', WATCHDOG_PID: '8' }, null],
    [{ WATCHDOG_USEC: '0' }, null],
    [{}, null],
  ])('%j wants to hear within %s ms', (env, ms) => {
    expect(supervisorOf({ NOTIFY_SOCKET: '/x', ...env }, 7, unexpected).watchdogMs).toBe(ms);
  });

  test('one message does not overtake another, however long it takes', async () => {
    const sent: string[] = [];
    const run = async (program: string, [state = '']: readonly string[]) => {
      await pause(state === 'RELOADING=1' ? 30 : 0);
      sent.push(`${program} ${state}`);
    };
    const supervisor = supervisorOf({ NOTIFY_SOCKET: '/x' }, 7, unexpected, run);
    supervisor.tell('RELOADING=1');
    supervisor.tell('READY=1');
    await expect.poll(() => sent).toEqual(['systemd-notify RELOADING=1', 'systemd-notify READY=1']);
  });

  test('where systemd-notify is missing, it is said once, and the rest goes on', async () => {
    const faults: string[] = [];
    let runs = 0;
    const run = async () => {
      runs += 1;
      throw new Error('spawn systemd-notify ENOENT');
    };
    const supervisor = supervisorOf({ NOTIFY_SOCKET: '/x' }, 7, ({ message }) => faults.push(message), run);
    supervisor.tell('READY=1');
    supervisor.tell('WATCHDOG=1');
    await expect.poll(() => runs).toBe(2);
    expect(faults).toEqual(['spawn systemd-notify ENOENT']);
  });
});

describe('the watchdog', () => {
  test('beats as often as what it asks answers', async () => {
    const clock = new ManualClock();
    let beats = 0;
    const stop = startWatchdog({ clock, everyMs: 100, isAlive: async () => {}, beat: () => (beats += 1) });
    await turn();
    await clock.advance(1000);
    expect(beats).toBe(11);
    stop();
    await clock.advance(1000);
    expect(beats).toBe(11);
    expect(clock.pending).toBe(0);
  });

  test('is silent while that hangs or fails, asks no second time meanwhile, and goes on afterwards', async () => {
    const clock = new ManualClock();
    let beats = 0;
    let asked = 0;
    let answer = () => {};
    const hanging = () => {
      asked += 1;
      return asked === 3 ? Promise.reject(new Error('busy')) : new Promise<void>((resolve) => (answer = resolve));
    };
    startWatchdog({ clock, everyMs: 100, isAlive: hanging, beat: () => (beats += 1) });
    await clock.advance(1000);
    expect([asked, beats]).toEqual([1, 0]);
    answer();
    await turn();
    await clock.advance(100);
    expect([asked, beats]).toEqual([2, 1]);
    answer();
    await turn();
    await clock.advance(100);
    expect([asked, beats]).toEqual([3, 2]);
    await clock.advance(100);
    expect([asked, beats]).toEqual([4, 2]);
  });
});

describe('the process under systemd', () => {
  const supervised = (watchdogMs: number | null, isThere = true) => {
    const clock = new ManualClock();
    const told: string[][] = [];
    const tell = (...state: string[]) => void told.push(state);
    const life = createSupervised({ supervisor: { isThere, watchdogMs, tell }, clock, isAlive: async () => {} });
    return { clock, told, life };
  };

  test('costs nothing where there is none', async () => {
    const { clock, told, life } = supervised(null, false);
    expect(clock.pending).toBe(0);
    life.ready('runs');
    life.reloading();
    life.stopping();
    expect([told, clock.pending]).toEqual([[], 0]);
  });

  test('a start that waits is not given up, and one that is over wants no more time', async () => {
    const { clock, told, life } = supervised(null);
    await clock.advance(60_000);
    expect(told).toEqual(Array(3).fill(['EXTEND_TIMEOUT_USEC=90000000']));
    life.ready('runs');
    await clock.advance(600_000);
    expect(told.slice(3)).toEqual([['READY=1', 'STATUS=runs']]);
  });

  test('beats four times within the limit, until it is stopped', async () => {
    const { clock, told, life } = supervised(120_000);
    life.ready('runs');
    await turn();
    await clock.advance(120_000);
    const beats = () => told.filter(([first]) => first === 'WATCHDOG=1').length;
    expect(beats()).toBe(5);
    life.stopping();
    await clock.advance(120_000);
    expect(beats()).toBe(5);
    expect(told.at(-1)?.[0]).toBe('STOPPING=1');
  });

  test('a reload is told of with its time, and its end', () => {
    const { told, life } = supervised(null);
    life.ready('runs');
    life.reloading();
    life.ready('runs');
    expect(told.map(([first]) => first)).toEqual([
      'EXTEND_TIMEOUT_USEC=90000000',
      'READY=1',
      'RELOADING=1',
      'EXTEND_TIMEOUT_USEC=90000000',
      'READY=1',
    ]);
    expect(told[2]?.[1]).toMatch(/^MONOTONIC_USEC=[1-9]\d+$/);
  });
});
