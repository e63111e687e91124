import { describe, expect, test } from 'vitest';
import { StartCalledOff } from '../src/called-off.ts';
import { type Read, Reloads } from '../src/reload.ts';
import { rememberingLog } from './doubles/silent-log.ts';

type Settings = string;

/** What was run with which settings, and what stopped. */
class Stage {
  readonly happened: string[] = [];
  readonly log = rememberingLog();
  readonly fatal: unknown[] = [];
  next: Read<Settings> = { ok: true, settings: 'B' };
  /** Settings that cannot be started with. */
  readonly faulty = new Set<Settings>();
  /** Settings whose start waits until it is called off. */
  readonly waiting = new Set<Settings>();
  /** Held up until it is called. */
  holdStop: Promise<void> = Promise.resolve();
  readonly reloads: Reloads<Settings>;

  constructor(stopLimitMs = 10_000) {
    this.reloads = new Reloads<Settings>({
      settings: 'A',
      log: this.log,
      read: async () => {
        this.happened.push('read');
        return this.next;
      },
      start: (settings, signal) => this.#start(settings, signal),
      changes: (before, after) => [`${before} became ${after}`],
      inWords: (fault) => (fault as Error).message,
      onUse: () => {},
      onReloading: () => this.happened.push('reloading'),
      onReloaded: (which) => this.happened.push(`runs with ${which}`),
      onFatal: (fault) => this.fatal.push(fault),
      stopLimitMs,
    });
  }

  async #start(settings: Settings, signal: AbortSignal) {
    this.happened.push(`start ${settings}`);
    if (this.waiting.has(settings)) await calledOff(signal);
    await pass();
    if (this.faulty.has(settings)) throw new Error(`${settings} is no good`);
    return {
      stop: async () => {
        await this.holdStop;
        this.happened.push(`stop ${settings}`);
      },
    };
  }

  /** Starts it, and forgets that. */
  async begun(): Promise<this> {
    await this.reloads.start(new AbortController().signal);
    this.happened.length = 0;
    return this;
  }

  async did(what: string): Promise<void> {
    for (let turns = 0; turns < 1000 && !this.happened.includes(what); turns += 1) await pass();
    expect(this.happened).toContain(what);
  }

  said(level: string): string[] {
    return this.log.lines.filter((line) => line.level === level).map(({ text }) => text);
  }
}

const pass = () => new Promise<void>((resolve) => setImmediate(resolve));

function calledOff(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new StartCalledOff());
    signal.addEventListener('abort', () => reject(new StartCalledOff()));
  });
}

function held(): { readonly hold: Promise<void>; readonly letGo: () => void } {
  let letGo = () => {};
  const hold = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return { hold, letGo };
}

describe('a reload', () => {
  test('stops what runs, starts it with the new settings, and says what has changed', async () => {
    const stage = await new Stage().begun();
    stage.reloads.reload();
    await stage.did('runs with new');
    expect(stage.happened).toEqual(['reloading', 'read', 'stop A', 'start B', 'runs with new']);
    expect(stage.said('info')).toEqual(['reload: A became B']);
    await stage.reloads.stop();
    expect(stage.happened.at(-1)).toBe('stop B');
  });

  test('settings at fault: each fault is said, and nothing is stopped', async () => {
    const stage = await new Stage().begun();
    stage.next = { ok: false, problems: ['crm.url: wrong', 'ami.port: wrong'] };
    stage.reloads.reload();
    await stage.did('runs with old');
    expect(stage.happened).toEqual(['reloading', 'read', 'runs with old']);
    expect(stage.said('error')).toEqual([
      'reload: the new settings have 2 faults; the connector goes on with those it has',
      'reload: crm.url: wrong',
      'reload: ami.port: wrong',
    ]);
  });

  test('a start that fails goes back to the old settings', async () => {
    const stage = await new Stage().begun();
    stage.faulty.add('B');
    stage.reloads.reload();
    await stage.did('runs with old');
    expect(stage.happened).toEqual(['reloading', 'read', 'stop A', 'start B', 'start A', 'runs with old']);
    expect(stage.said('error')).toEqual(['reload: not started with the new settings: B is no good']);
    expect(stage.fatal).toEqual([]);
    await stage.reloads.stop();
    expect(stage.happened.at(-1)).toBe('stop A');
  });

  test('neither the new nor the old ones: the process cannot go on', async () => {
    const stage = await new Stage().begun();
    stage.faulty.add('B').add('A');
    stage.reloads.reload();
    while (stage.fatal.length === 0) await pass();
    expect(stage.fatal).toEqual([new Error('A is no good')]);
  });

  test('asked for thrice during a reload, one more follows with what is then in the file', async () => {
    const stage = await new Stage().begun();
    const { hold, letGo } = held();
    stage.holdStop = hold;
    stage.reloads.reload();
    stage.next = { ok: true, settings: 'C' };
    for (let times = 0; times < 3; times += 1) stage.reloads.reload();
    letGo();
    await stage.did('start C');
    await stage.did('runs with new');
    await stage.reloads.stop();
    expect(stage.happened.filter((what) => what === 'read')).toHaveLength(2);
    expect(stage.happened.filter((what) => what.startsWith('start'))).toEqual(['start B', 'start C']);
  });

  test('a stop during a reload starts nothing any more', async () => {
    const stage = await new Stage().begun();
    const { hold, letGo } = held();
    stage.holdStop = hold;
    stage.reloads.reload();
    const stopped = stage.reloads.stop();
    letGo();
    await stopped;
    expect(stage.happened).toEqual(['reloading', 'read', 'stop A']);
    stage.reloads.reload();
    await pass();
    expect(stage.happened).toEqual(['reloading', 'read', 'stop A']);
  });

  test('a stop while the new settings wait for their database ends that', async () => {
    const stage = await new Stage().begun();
    stage.waiting.add('B');
    stage.reloads.reload();
    await stage.did('start B');
    await stage.reloads.stop();
    expect(stage.happened).toEqual(['reloading', 'read', 'stop A', 'start B']);
  });

  test('new settings that wait for their database can be corrected', async () => {
    const stage = await new Stage().begun();
    stage.waiting.add('B');
    stage.reloads.reload();
    await stage.did('start B');
    stage.next = { ok: true, settings: 'C' };
    stage.reloads.reload();
    await stage.did('runs with new');
    expect(stage.said('info')).toEqual(['reload: A became C']);
  });

  test('from settings that wait, to such as are at fault: it runs with those it had', async () => {
    const stage = await new Stage().begun();
    stage.waiting.add('B');
    stage.reloads.reload();
    await stage.did('start B');
    stage.next = { ok: false, problems: ['crm.url: wrong'] };
    stage.happened.length = 0;
    stage.reloads.reload();
    await stage.did('start A');
    await stage.did('runs with old');
    await stage.reloads.stop();
    expect(stage.happened.at(-1)).toBe('stop A');
  });

  test('one that does not stop is fatal: only a new process helps', async () => {
    const stage = await new Stage(20).begun();
    stage.holdStop = new Promise(() => {});
    stage.reloads.reload();
    await expect.poll(() => stage.fatal).toEqual([new Error('reload: not stopped within 0.02 s')]);
  });
});

describe('the first start', () => {
  test('rejects with its fault', async () => {
    const stage = new Stage();
    stage.faulty.add('A');
    await expect(stage.reloads.start(new AbortController().signal)).rejects.toThrow('A is no good');
  });

  test('that waits is called off', async () => {
    const stage = new Stage();
    stage.waiting.add('A');
    const calling = new AbortController();
    const starting = stage.reloads.start(calling.signal);
    calling.abort();
    await expect(starting).rejects.toThrow(StartCalledOff);
  });

  test('that waits can be given other settings', async () => {
    const stage = new Stage();
    stage.waiting.add('A');
    const starting = stage.reloads.start(new AbortController().signal);
    await stage.did('start A');
    stage.reloads.reload();
    await starting;
    expect(stage.happened).toEqual(['start A', 'reloading', 'read', 'start B', 'runs with new']);
  });

  test('a reload asked for meanwhile follows it', async () => {
    const stage = new Stage();
    const starting = stage.reloads.start(new AbortController().signal);
    stage.reloads.reload();
    await starting;
    expect(stage.happened).toEqual(['start A', 'reloading', 'read', 'stop A', 'start B', 'runs with new']);
  });
});
