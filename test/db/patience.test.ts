import type { Knex } from 'knex';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPatience, type Patience } from '../../src/db/patience.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

let db: TempDb;
let clock: ManualClock;
let log: ReturnType<typeof rememberingLog>;
let patience: Patience;
let mends: number;
let mend: () => Promise<unknown>;

const fault = (code: string) => Object.assign(new Error(`${code}: as SQLite says it`), { code });

beforeEach(async () => {
  db = await tempDb();
  clock = new ManualClock();
  log = rememberingLog();
  mends = 0;
  mend = async () => {};
  const knex: Knex = db.knex;
  const counted = async () => {
    mends += 1;
    await mend();
  };
  patience = createPatience({ knex, path: db.path, clock, log, mend: counted });
  patience.waiting = () => ({ kept: 7, droppedCalls: 0 });
});
afterEach(() => db.remove());

/** Fails so often, then succeeds. */
function failing(times: number, code: string) {
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries <= times) throw fault(code);
    return 'done';
  };
  return { work, tries: () => tries };
}

/** Files and SQLite answer in real time, which the clock does not know of. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 250) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    await clock.advance(250);
  }
}

/** The waits as they would be, were everything else done in no time. */
async function passUntil<Result>(done: Promise<Result>): Promise<Result> {
  let isDone = false;
  const settled = done.finally(() => {
    isDone = true;
  });
  while (!isDone) await pass(250);
  return settled;
}

const said = (level: string) => log.lines.filter((line) => line.level === level).map(({ text }) => text);

describe('what fails because of the disk or another program', () => {
  test.each(['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'])(
    '%s is tried again until it succeeds, told of when it begins and when it is over',
    async (code) => {
      const { work, tries } = failing(4, code);
      const done = patience.persist(work);
      await expect.poll(() => patience.state.state).toBe('failing');
      expect(await passUntil(done)).toBe('done');
      expect(tries()).toBe(5);
      expect(said('error')).toEqual([expect.stringContaining(`(${code}, `)]);
      expect(said('error')[0]).toContain(db.path);
      expect(said('error')[0]).toMatch(/\d+ MB left on its disk/);
      expect(said('warn')).toEqual([expect.stringMatching(/is well again after \d+ s: 7 changes .* nothing was lost/)]);
      expect(patience.state).toMatchObject({ state: 'well', problem: null });
      // The pool's one connection is there, whether or not it was exchanged.
      expect(await db.knex('calls').pluck('id')).toEqual([]);
    },
  );

  test('is said once a minute while it lasts', async () => {
    const done = patience.persist(failing(40, 'SQLITE_FULL').work);
    await pass(179_000);
    expect(said('error')).toHaveLength(3);
    expect(said('error')[2]).toContain('for 2 min');
    await passUntil(done);
    await pass(120_000);
    expect(said('error')).toHaveLength(4);
  });

  test('is one trouble, whoever meets it, and over when nobody does any more', async () => {
    const first = patience.persist(failing(2, 'SQLITE_BUSY').work);
    const second = patience.persist(failing(4, 'SQLITE_BUSY').work);
    await passUntil(first);
    expect(patience.state.state).toBe('failing');
    await passUntil(second);
    expect(patience.state.state).toBe('well');
    expect([said('error').length, said('warn').length]).toEqual([1, 1]);
  });

  test('and comes again soon is tried seldom, and not told of again and again', async () => {
    const once = patience.persist(failing(1, 'SQLITE_FULL').work);
    await passUntil(once);
    const again = failing(1, 'SQLITE_FULL');
    const done = patience.persist(again.work);
    await pass(4000);
    expect(again.tries()).toBe(1);
    expect(patience.state.state).toBe('failing');
    await passUntil(done);
    expect(said('error')).toHaveLength(1);
    expect(said('warn')).toHaveLength(1);
  });

  test('is tried once more at the end, and then given up with a word', async () => {
    const { work, tries } = failing(1000, 'SQLITE_FULL');
    const done = patience.persist(work);
    await expect.poll(() => tries()).toBe(1);
    await expect.poll(() => clock.pending).toBeGreaterThan(1);
    patience.stop();
    await expect(done).rejects.toThrow('SQLITE_FULL');
    expect(tries()).toBe(2);
    expect(said('error').at(-1)).toMatch(/ending while the database .*\(the disk is full\): 7 changes are lost/);
    expect(clock.pending).toBe(0);
  });
});

describe('what fails because of us', () => {
  test('is not tried again', async () => {
    const { work, tries } = failing(1, 'SQLITE_CONSTRAINT');
    await expect(patience.persist(work)).rejects.toThrow('SQLITE_CONSTRAINT');
    expect(tries()).toBe(1);
    expect(patience.state.state).toBe('well');
    expect(log.lines).toEqual([]);
  });

  test('nor what comes when all is closed; it is told if that loses something', async () => {
    const asked = () => Promise.reject(new Error('Unable to acquire a connection'));
    patience.waiting = () => ({ kept: 0, droppedCalls: 0 });
    await expect(patience.persist(asked)).rejects.toThrow('Unable to acquire');
    expect(log.lines).toEqual([]);
    patience.waiting = () => ({ kept: 7, droppedCalls: 0 });
    await expect(patience.persist(asked)).rejects.toThrow('Unable to acquire');
    expect(said('error')).toEqual([expect.stringMatching(/ending while .*\(it is closed\): 7 changes are lost/)]);
  });
});

describe('damage', () => {
  test('that shows twice has the file made anew, and whoever keeps things is told', async () => {
    let told = 0;
    patience.onMended = () => {
      told += 1;
    };
    let isDamaged = true;
    mend = async () => {
      isDamaged = false;
    };
    const work = async () => {
      if (isDamaged) throw fault('SQLITE_CORRUPT');
      return 'done';
    };
    expect(await Promise.all([patience.persist(work), patience.persist(work)])).toEqual(['done', 'done']);
    expect(mends).toBe(1);
    expect(told).toBe(1);
    expect(patience.state.mendedAt).toBe(clock.now());
  });

  test('that shows once is looked at again first', async () => {
    expect(await patience.persist(failing(1, 'SQLITE_CORRUPT').work)).toBe('done');
    expect(mends).toBe(0);
  });

  test('that comes again in a new file is the disk’s: it is waited for', async () => {
    await patience.persist(failing(2, 'SQLITE_CORRUPT').work);
    const done = patience.persist(failing(3, 'SQLITE_CORRUPT').work);
    expect(await passUntil(done)).toBe('done');
    expect(mends).toBe(1);
  });

  test('that cannot be mended, as the disk is full, is mended when it can', async () => {
    let room = false;
    mend = async () => {
      if (!room) throw fault('SQLITE_FULL');
    };
    let isDamaged = true;
    patience.onMended = () => {
      isDamaged = false;
    };
    const done = patience.persist(async () => {
      if (isDamaged) throw fault('SQLITE_CORRUPT');
      return 'done';
    });
    while (mends < 2) await pass(250);
    expect(mends).toBeGreaterThan(1);
    expect(said('error').join('\n')).toContain('a new database could not be made: the disk is full');
    room = true;
    expect(await passUntil(done)).toBe('done');
  });
});
