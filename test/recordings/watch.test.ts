import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Talk } from '../../src/call/call-event.ts';
import { openRecording } from '../../src/recordings/find.ts';
import { headerBytes } from '../../src/recordings/judge.ts';
import type { Recording } from '../../src/recordings/recording.ts';
import { recordingKeeper } from '../../src/recordings/recording-keeper.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { RecordingWatch } from '../../src/recordings/watch.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepRows } from '../keeping.ts';
import { linkedid, recorded, talk } from './legs.ts';

const settings = { settleMs: 2000, giveUpMs: 600_000 };
const call = linkedid('1763632800.15');

let db: TempDb;
let clock: ManualClock;
let store: RecordingStore;
let watch: RecordingWatch;
let log: ReturnType<typeof rememberingLog>;
let announced: Recording[];
let linked: string[];
let onReady: (recording: Recording, talks: readonly Talk[]) => Promise<void>;

beforeEach(async () => {
  db = await tempDb();
  clock = new ManualClock();
  log = rememberingLog();
  announced = [];
  linked = [];
  onReady = keep;
  begin();
});

async function keep(recording: Recording, talks: readonly Talk[]): Promise<void> {
  announced.push(recording);
  linked.push(...talks.map(({ leg }) => leg.extension));
}

afterEach(async () => {
  await watch.stop();
  await db.remove();
});

function begin(): void {
  store = new RecordingStore(db.knex);
  const places = { roots: [db.folder], pathMap: [] };
  watch = new RecordingWatch({
    store,
    places,
    settings,
    clock,
    log,
    onReady: async (recording, talks, rows) => {
      await onReady(recording, talks);
      await keepRows(recordingKeeper, db.knex, rows);
    },
  });
  watch.start();
}

const path = (name = 'a.wav') => join(db.folder, name);
const write = (size: number, name?: string) => fs.writeFile(path(name), Buffer.alloc(size, 1));

/** Moves time on, second by second: files and SQLite answer in real time, which the clock does not know of. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 1000) {
    await clock.advance(1000);
    await settled();
  }
}

/** Waits until the watch sleeps again, or has nothing left to wait for. */
async function settled(): Promise<void> {
  await expect
    .poll(async () => clock.pending > 0 || (await store.nextLookAt()) === null, { interval: 2, timeout: 5000 })
    .toBe(true);
}

async function closed(name?: string, of = call): Promise<Recording> {
  const recording = await store.add(recorded(of, path(name), clock.now() - 60_000));
  await store.closeCall(of, [talked(of)], clock.now());
  watch.poke();
  await settled();
  return recording;
}

/** He talked until now. */
const talked = (of = call) => talk(of, '101', clock.now() - 30_000, clock.now());

const stateOf = async (recording: Recording) => (await store.byId(recording.id))?.state;

describe('a recording', () => {
  it('is announced once when its file has settled', async () => {
    await write(1000);
    const recording = await closed();
    await pass(1000);
    expect(announced).toEqual([]);
    await pass(1000);
    expect(announced).toEqual([expect.objectContaining({ id: recording.id, state: 'ready' })]);
    expect(linked).toEqual(['101']);
    expect(announced[0]?.sighting?.size).toBe(1000);
    await pass(60_000);
    expect(announced).toHaveLength(1);
    expect(await store.byId(recording.id)).toMatchObject({ state: 'ready', announcedAt: expect.any(Number) });
    expect(clock.pending).toBe(0);
  });

  it('is not looked at while the call goes on', async () => {
    await write(1000);
    const recording = await store.add(recorded(call, path(), clock.now()));
    watch.poke();
    await pass(5000);
    expect(await stateOf(recording)).toBe('recording');
    expect(announced).toEqual([]);
  });

  it('that grows is waited for', async () => {
    await write(100);
    await closed();
    for (let n = 1; n <= 5; n += 1) {
      await write(100 + n);
      await pass(2000);
      expect(announced).toEqual([]);
    }
    await pass(2000);
    expect(announced).toHaveLength(1);
    expect(announced[0]?.sighting?.size).toBe(105);
  });

  it('whose content changes without its size is waited for', async () => {
    await write(100);
    await closed();
    await fs.utimes(path(), 1000, 1000);
    await pass(2000);
    expect(announced).toEqual([]);
    await pass(2000);
    expect(announced).toHaveLength(1);
  });

  it('whose file has a time in the future, of a file server, is announced all the same', async () => {
    await write(100);
    await fs.utimes(path(), 9_000_000_000, 9_000_000_000);
    await closed();
    await pass(2000);
    expect(announced).toHaveLength(1);
  });

  it('whose file comes late is announced', async () => {
    await closed();
    await pass(100_000);
    await write(1000);
    await pass(70_000);
    expect(announced).toHaveLength(1);
  });

  it.each([
    ['a.wav', 44],
    ['a.WAV', 60],
    ['a.gsm', 0],
    ['a.mp3', 0],
  ])('%s of %i bytes holds no sound and is not announced', async (name, size) => {
    await write(size, name);
    const recording = await closed(name);
    await pass(2000);
    expect(await stateOf(recording)).toBe('empty');
    await settled();
    expect(announced).toEqual([]);
    expect(clock.pending).toBe(0);
    expect(await openRecording(recording.id, store, { roots: [db.folder], pathMap: [] })).toMatchObject({
      problem: 'empty',
    });
    await write(size + 1, `b${name.slice(1)}`);
    await closed(`b${name.slice(1)}`, linkedid('2.2'));
    await pass(2000);
    expect(announced).toHaveLength(1);
  });

  it('that never comes is given up with a warning', async () => {
    const recording = await closed();
    await pass(590_000);
    expect(await stateOf(recording)).toBe('waiting');
    await pass(70_000);
    expect(await stateOf(recording)).toBe('missing');
    expect(log.lines).toContainEqual({
      level: 'warn',
      text: `call ${call} recording waiting -> missing: there is no such file`,
      fields: { linkedid: call, path: path() },
    });
    expect(clock.pending).toBe(0);
  });

  it('that never stops growing is given up', async () => {
    await write(1);
    const recording = await closed();
    for (let n = 2; n < 310; n += 1) {
      await write(n);
      await pass(2000);
    }
    expect(await stateOf(recording)).toBe('missing');
    expect(log.lines.at(-1)?.text).toContain('still being written');
  });

  it('outside the roots is given up at once', async () => {
    const recording = await store.add(recorded(call, '/etc/passwd', clock.now()));
    await store.closeCall(call, [talked()], clock.now());
    watch.poke();
    await settled();
    expect(await stateOf(recording)).toBe('missing');
    expect(log.lines.at(-1)).toMatchObject({
      level: 'warn',
      text: expect.stringContaining('outside the configured recording roots'),
    });
  });

  it.each([
    ['a link that leads outside', () => fs.symlink('/etc/passwd', path()), 'a symbolic link leads outside'],
    ['a folder', () => fs.mkdir(path()), 'it is not a regular file'],
  ])('that is %s is given up at once', async (_, make, why) => {
    await make();
    const recording = await closed();
    expect(await stateOf(recording)).toBe('missing');
    expect(log.lines.at(-1)?.text).toContain(why);
  });

  it('in a folder that leads outside is given up, and never linked', async () => {
    await fs.symlink('/etc', path('folder'));
    const recording = await closed('folder/passwd');
    await pass(3000);
    expect(await stateOf(recording)).toBe('missing');
    expect(announced).toEqual([]);
  });

  it('whose file may not be read is waited for, and given up when it is late', async () => {
    await write(1000);
    await fs.chmod(db.folder, 0o755);
    await fs.chmod(path(), 0o000);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      const recording = await closed();
      await pass(590_000);
      expect(await stateOf(recording)).toBe('waiting');
      expect((await store.byId(recording.id))?.looks).toBe(14);
      await pass(70_000);
      expect(await stateOf(recording)).toBe('missing');
      expect(log.lines.at(-1)?.text).toContain('EACCES');
      expect(announced).toEqual([]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('that was a file at the first look and is a link outside at the second is not linked', async () => {
    await write(1000);
    await fs.utimes(path(), 1000, 1000);
    const recording = await closed();
    const outside = `${db.folder}-outside.wav`;
    await fs.rename(path(), outside);
    await fs.symlink(outside, path());
    await pass(2000);
    await fs.rm(outside);
    expect(await stateOf(recording)).toBe('missing');
    expect(announced).toEqual([]);
  });

  it('in which nobody talked is left alone', async () => {
    await write(1000);
    const recording = await store.add(recorded(call, path(), clock.now()));
    await store.closeCall(call, [], clock.now());
    watch.poke();
    await pass(5000);
    expect(await stateOf(recording)).toBe('unheard');
    expect(announced).toEqual([]);
  });
});

describe('announcing', () => {
  it('is tried again until it is kept', async () => {
    await write(1000);
    let tries = 0;
    onReady = async (recording) => {
      tries += 1;
      if (tries < 4) throw new Error('database is locked');
      announced.push(recording);
    };
    const recording = await closed();
    await pass(2000);
    expect(tries).toBe(1);
    expect(await store.byId(recording.id)).toMatchObject({ state: 'ready', announcedAt: null });
    await pass(60_000);
    expect(tries).toBe(4);
    expect(await store.byId(recording.id)).toMatchObject({ announcedAt: expect.any(Number) });
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(3);
  });

  it('happens after a restart, when the process died before it', async () => {
    await write(1000);
    onReady = () => Promise.reject(new Error('dying'));
    await closed();
    await pass(2000);
    await watch.stop();
    await db.reopen();
    onReady = keep;
    begin();
    await pass(60_000);
    expect(announced).toHaveLength(1);
  });

  it('happens for a call that closed and whose file came while nobody watched', async () => {
    await closed();
    await watch.stop();
    await db.reopen();
    await write(1000);
    await clock.advance(3_600_000);
    begin();
    await settled();
    await pass(2000);
    expect(announced).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('leaves no timer and looks no more', async () => {
    await closed();
    expect(clock.pending).toBe(1);
    await watch.stop();
    expect(clock.pending).toBe(0);
    await write(1000);
    watch.poke();
    await clock.advance(60_000);
    expect(announced).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('waits for the announcement under way', async () => {
    await write(1000);
    let finish = () => {};
    let begun = false;
    onReady = () => {
      begun = true;
      return new Promise((resolve) => {
        finish = resolve;
      });
    };
    const recording = await closed();
    await clock.advance(2000);
    await expect.poll(() => begun).toBe(true);
    let over = false;
    const stopped = watch.stop().then(() => {
      over = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(over).toBe(false);
    finish();
    await stopped;
    expect(await store.byId(recording.id)).toMatchObject({ announcedAt: expect.any(Number) });
  });
});

it('goes on after a fault of the database', async () => {
  await write(1000);
  await closed();
  await db.knex.schema.renameTable('recordings', 'away');
  await clock.advance(2000);
  await expect.poll(() => log.lines.some(({ level }) => level === 'error')).toBe(true);
  await db.knex.schema.renameTable('away', 'recordings');
  await pass(40_000);
  expect(announced).toHaveLength(1);
});

it('many files, due at once, are all announced', async () => {
  for (let n = 0; n < 120; n += 1) {
    const one = linkedid(`1.${n}`);
    await write(100, `${n}.wav`);
    await store.add(recorded(one, path(`${n}.wav`), clock.now() - 60_000));
    await store.closeCall(one, [talked(one)], clock.now());
  }
  watch.poke();
  await settled();
  await pass(6000);
  expect(new Set(announced.map((recording) => recording.path)).size).toBe(120);
  expect(announced).toHaveLength(120);
});

it('more than a round has are looked at without a pause', async () => {
  const calls = Array.from({ length: 250 }, (_, n) => linkedid(`1.${n}`));
  for (const one of calls) {
    await store.add(recorded(one, path(`${one}.wav`), clock.now() - 60_000));
    await store.closeCall(one, [talked(one)], clock.now());
  }
  watch.poke();
  const looks = async () => (await db.knex('recordings').where({ looks: 1 })).length;
  await expect.poll(looks).toBe(250);
});

it('what ends while others are looked at is looked at together, a quarter of a second later', async () => {
  const due = vi.spyOn(store, 'due');
  const comes = async (of: string) => {
    await store.add(recorded(linkedid(of), path(`${of}.wav`), clock.now() - 60_000));
    await store.closeCall(linkedid(of), [talked(linkedid(of))], clock.now());
  };
  const lookAtAll = store.lookAtAll.bind(store);
  vi.spyOn(store, 'lookAtAll').mockImplementationOnce(async (looks) => {
    await comes('1.2');
    await comes('1.3');
    return lookAtAll(looks);
  });
  await watch.stop();
  await comes('1.1');
  due.mockClear();
  watch.start();
  await expect.poll(() => clock.pending).toBe(1);
  await clock.advance(249);
  expect(due).toHaveBeenCalledTimes(1);
  await clock.advance(1);
  await expect.poll(async () => (await db.knex('recordings').where({ looks: 1 })).length).toBe(3);
  expect(due).toHaveBeenCalledTimes(2);
});

it.each([
  ['/m/a.wav', 44],
  ['/m/a.wav16', 44],
  ['/m/a.WAV', 60],
  ['/m/a.wav49', 60],
  ['/m/a.ulaw', 0],
  ['/m/wav', 0],
])('%s has a header of %i bytes', (name, bytes) => {
  expect(headerBytes(name)).toBe(bytes);
});
