import { execFile } from 'node:child_process';
import { chmod, link, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { openRecording } from '../../src/recordings/find.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { inspect, remove } from '../../src/recordings/removable.ts';
import { RetentionStore } from '../../src/recordings/retention-store.ts';
import { command } from '../asterisk/command.ts';
import { dayMs, Retaining, reasons } from './retaining.ts';

let pbx: Retaining;
beforeEach(async () => {
  pbx = await Retaining.start();
});
afterEach(() => pbx.end());

describe('what is old enough', () => {
  it('is deleted, and leaves who did it, when and why', async () => {
    const old = await pbx.recorded('2025/old.wav', 400);
    await pbx.recorded('young.wav', 300);
    const tally = await pbx.run(365);
    expect(tally).toMatchObject({ files: 1, bytes: 1000, absent: 0, failures: [] });
    expect([await pbx.isThere('2025/old.wav'), await pbx.isThere('young.wav')]).toEqual([false, true]);
    const now = pbx.clock.now();
    expect(await pbx.deletions()).toEqual([
      {
        ...{ id: 1, at: now, by: 'service', rule: 'older than 365 days', path: old.path, size: 1000 },
        ...{ recordings: `["${old.id}"]`, calls: `["${old.call}"]`, outcome: 'deleted', why: '' },
        mtime: now - 400 * dayMs,
      },
    ]);
    expect(pbx.forgotten).toEqual([old.id]);
  });

  it('is gone for its listeners, with the time, also where a later call has the name', async () => {
    const { id, path } = await pbx.recorded('a.wav', 400);
    await pbx.run(365);
    const find = () => openRecording(id, new RecordingStore(pbx.db.knex), { roots: [pbx.root], pathMap: [] });
    expect(await find()).toMatchObject({ problem: 'deleted', at: pbx.clock.now() });
    await pbx.recorded('a.wav', 0);
    expect(await find()).toMatchObject({ problem: 'deleted' });
    expect(await pbx.run(365)).toMatchObject({ files: 0 });
    expect(await pbx.isThere(path)).toBe(true);
  });

  it('stays in a dry run, which counts the same', async () => {
    for (const [name, days] of [
      ['a.wav', 400],
      ['b.wav', 500],
      ['c.wav', 1],
    ] as const)
      await pbx.recorded(name, days);
    await pbx.recorded('gone.wav', 400, { file: false });
    const dry = await pbx.run(365, { isDry: true });
    expect(dry).toMatchObject({ files: 2, bytes: 2000, absent: 1, oldestAt: pbx.clock.now() - 500 * dayMs });
    expect([await pbx.isThere('a.wav'), await pbx.isThere('b.wav')]).toEqual([true, true]);
    expect(await pbx.deletions()).toEqual([]);
    expect(pbx.forgotten).toEqual([]);
    expect(await pbx.run(365)).toEqual(dry);
  });

  it('by the hundred: each once, in slices, until it is told to stop', async () => {
    for (let n = 0; n < 65; n += 1) await pbx.recorded(`${n}.wav`, 400 + (n % 3));
    let pauses = 0;
    const stopped = await pbx.run(365, {
      pause: async () => {
        pauses += 1;
        return pauses < 2;
      },
    });
    expect(stopped.files).toBe(40);
    expect(await pbx.run(365)).toMatchObject({ files: 25 });
    expect(new Set((await pbx.deletions()).map(({ path }) => path)).size).toBe(65);
  });

  it('does not keep what follows from being looked at, however many stay', async () => {
    for (let n = 0; n < 45; n += 1) await pbx.recorded(`kept${n}.wav`, 500, { state: 'waiting' });
    await pbx.recorded('last.wav', 400);
    const tally = await pbx.run(365);
    expect(tally.files).toBe(1);
    expect(reasons(tally)).toEqual({ 'its call or its file may not be finished': 45 });
  });
});

describe('what stays', () => {
  it.each([
    ['recording', 'its call or its file may not be finished'],
    ['waiting', 'its call or its file may not be finished'],
  ] as const)('a file whose state is %s', async (state, why) => {
    await pbx.recorded('a.wav', 400, { state });
    expect(reasons(await pbx.run(365))).toEqual({ [why]: 1 });
    expect(await pbx.isThere('a.wav')).toBe(true);
  });

  it.each(['unheard', 'missing', 'empty', 'overwritten'] as const)('nothing of state %s', async (state) => {
    await pbx.recorded('a.wav', 400, { state });
    expect(await pbx.run(365)).toMatchObject({ files: 1 });
  });

  it('the file of a call that goes on, and one in which such a call has a part', async () => {
    await pbx.recorded('open.wav', 400, { open: true });
    await pbx.recorded('shared.wav', 400);
    await pbx.recorded('shared.wav', 390, { open: true });
    await pbx.recorded('shared.wav', 380);
    expect(reasons(await pbx.run(365))).toEqual({ 'its call or its file may not be finished': 1 });
    expect([await pbx.isThere('open.wav'), await pbx.isThere('shared.wav')]).toEqual([true, true]);
  });

  it('a file shared by several calls, until all of them are old', async () => {
    const first = await pbx.recorded('a.wav', 400, { state: 'overwritten' });
    const second = await pbx.recorded('a.wav', 300);
    // Taken over from another connector: it became known last, and is the oldest.
    const third = await pbx.recorded('a.wav', 500);
    await pbx.age(first.path, 400);
    expect(reasons(await pbx.run(365))).toEqual({ 'a younger call has the same file': 1 });
    expect(await pbx.isThere('a.wav')).toBe(true);
    expect(await pbx.run(299)).toMatchObject({ files: 1 });
    for (const { id } of [first, second, third]) expect(await pbx.deletedAt(id)).toBe(pbx.clock.now());
    expect(JSON.parse((await pbx.deletions())[0]?.recordings ?? '')).toHaveLength(3);
  });

  it('the file of a call that is kept, by whatever name, until it is let go', async () => {
    const { call } = await pbx.recorded('a.wav', 400);
    await pbx.recorded('b.wav', 400);
    await pbx.recorded('./x/../a.wav', 400, { file: false });
    await pbx.db
      .knex('recordings')
      .where({ id: 'r3' })
      .update({ path: `${pbx.root}/x/../a.wav` });
    await pbx.store.keep({ call, since: 1, by: 'root', reason: 'a lawsuit' });
    expect(reasons(await pbx.run(365))).toEqual({ 'kept by hand (recordings keep)': 2 });
    expect([await pbx.isThere('a.wav'), await pbx.isThere('b.wav')]).toEqual([true, false]);
    expect(await pbx.store.release(call)).toBe(true);
    expect(await pbx.run(365)).toMatchObject({ files: 1 });
  });

  it('the file of a call that is kept while the round is on its way', async () => {
    const { call } = await pbx.recorded('a.wav', 400);
    await pbx.store.keep({ call, since: 1, by: 'root', reason: '' });
    const early = vi.spyOn(RetentionStore.prototype, 'keptPaths').mockResolvedValue([]);
    expect(await pbx.run(365)).toMatchObject({ files: 0 });
    early.mockRestore();
    expect(await pbx.isThere('a.wav')).toBe(true);
    expect(await pbx.deletions()).toEqual([]);
  });

  it("a file that was written later than the age allows: restored, or another call's", async () => {
    const { path } = await pbx.recorded('a.wav', 400);
    await pbx.age(path, 10);
    expect(reasons(await pbx.run(365))).toEqual({ 'the file was written later': 1 });
    expect(await pbx.isThere('a.wav')).toBe(true);
  });

  it('what nobody has recorded', async () => {
    await pbx.write(pbx.path('of somebody else.wav'), 4000);
    await pbx.recorded('a.wav', 400);
    await pbx.run(365);
    expect(await pbx.isThere('of somebody else.wav')).toBe(true);
  });
});

describe('what is no plain file inside the roots', () => {
  const outside = () => join(pbx.db.folder, 'outside');

  it('a path that leads out, in whatever words', async () => {
    for (const name of ['/outside.wav', '/monitor/../outside.wav', '/monitor2/outside.wav']) {
      await pbx.write(join(pbx.db.folder, name), 400);
      await pbx.recorded(`${pbx.db.folder}${name}`, 400, { file: false });
    }
    await pbx.recorded('relative/../../x.wav', 400, { file: false });
    expect(await pbx.run(365)).toMatchObject({ files: 0 });
    expect(await pbx.isThere(join(pbx.db.folder, 'outside.wav'))).toBe(true);
    expect(await pbx.isThere(join(pbx.db.folder, 'monitor2/outside.wav'))).toBe(true);
  });

  it('a folder that is a link out of them', async () => {
    await pbx.write(join(outside(), 'a.wav'), 400);
    await symlink(outside(), pbx.path('linked'));
    await pbx.recorded('linked/a.wav', 400, { file: false });
    expect(reasons(await pbx.run(365))).toEqual({ 'outside recordings.roots': 1 });
    expect(await pbx.isThere(join(outside(), 'a.wav'))).toBe(true);
  });

  it('a link, a hard link, a folder', async () => {
    await pbx.write(join(outside(), 'a.wav'), 400);
    await pbx.write(pbx.path('inside.wav'), 400);
    await symlink(join(outside(), 'a.wav'), pbx.path('out.wav'));
    await symlink(pbx.path('inside.wav'), pbx.path('in.wav'));
    await link(join(outside(), 'a.wav'), pbx.path('hard.wav'));
    await mkdir(pbx.path('folder.wav'));
    for (const name of ['out.wav', 'in.wav', 'hard.wav', 'folder.wav']) await pbx.recorded(name, 400, { file: false });
    const tally = await pbx.run(365);
    expect(tally.files).toBe(0);
    expect(reasons(tally)).toEqual({
      'a symbolic link': 2,
      'has another name too (a hard link)': 1,
      'no regular file': 1,
    });
    for (const name of ['out.wav', 'in.wav', 'hard.wav', 'folder.wav', 'inside.wav'])
      expect(await pbx.isThere(name)).toBe(true);
  });

  it('a root that is a link itself is where its files are', async () => {
    await pbx.recorded('a.wav', 400);
    await rename(pbx.root, outside());
    await symlink(outside(), pbx.root);
    expect(await pbx.run(365)).toMatchObject({ files: 1 });
    expect(await pbx.isThere(join(outside(), 'a.wav'))).toBe(false);
  });
});

describe('between the look and the deletion', () => {
  const places = () => ({ roots: [pbx.root], pathMap: [] });

  async function looked(name: string) {
    const found = await inspect(pbx.path(name), places());
    if (found.kind !== 'removable') throw new Error(found.kind);
    return found;
  }

  it('the folder became a link out of the roots', async () => {
    await pbx.recorded('day/a.wav', 400);
    const { place, facts } = await looked('day/a.wav');
    const outside = join(pbx.db.folder, 'outside');
    await pbx.write(join(outside, 'a.wav'), 400);
    await rename(pbx.path('day'), pbx.path('old'));
    await symlink(outside, pbx.path('day'));
    expect(await remove(place, facts, places())).not.toBeNull();
    expect(await pbx.isThere(join(outside, 'a.wav'))).toBe(true);
  });

  it('the folder was moved out of the roots', async () => {
    await pbx.recorded('day/a.wav', 400);
    const { facts } = await looked('day/a.wav');
    const moved = join(pbx.db.folder, 'moved');
    await rename(pbx.path('day'), moved);
    expect(await remove({ folder: moved, name: 'a.wav' }, facts, places())).toBe(
      'its folder is no longer inside recordings.roots',
    );
    expect(await pbx.isThere(join(moved, 'a.wav'))).toBe(true);
  });

  it.each([
    ['is written again', (path: string) => pbx.write(path, 1, 2000)],
    [
      'became a link',
      async (path: string) => {
        await rm(path);
        await symlink('/etc/hostname', path);
      },
    ],
    ['got another name', (path: string) => link(path, `${path}.copy`)],
  ])('the file %s', async (_, change) => {
    const { path } = await pbx.recorded('a.wav', 400);
    const { place, facts } = await looked('a.wav');
    await change(path);
    expect(await remove(place, facts, places())).toBe('it is no longer what it was');
    expect(await pbx.isThere('a.wav')).toBe(true);
  });

  it('somebody else has deleted it', async () => {
    await pbx.recorded('a.wav', 400);
    const { place, facts } = await looked('a.wav');
    await rm(pbx.path('a.wav'));
    expect(await remove(place, facts, places())).toBe('it was gone already');
  });
});

it('one that cannot be deleted after all is told of, and stays known', async () => {
  const { id } = await pbx.recorded('a.wav', 400);
  await pbx.recorded('b.wav', 401);
  const begin = RetentionStore.prototype.begin;
  const changed = vi.spyOn(RetentionStore.prototype, 'begin').mockImplementation(async function (
    this: RetentionStore,
    rows,
  ) {
    await pbx.write(pbx.path('a.wav'), 0, 5000);
    return begin.call(this, rows);
  });
  const tally = await pbx.run(365);
  changed.mockRestore();
  expect(tally).toMatchObject({
    files: 1,
    failures: [{ path: pbx.path('a.wav'), why: 'it is no longer what it was' }],
  });
  expect(await pbx.deletedAt(id)).toBeNull();
  expect((await pbx.deletions()).map(({ outcome }) => outcome)).toEqual(['deleted', 'failed']);
  expect(pbx.forgotten).toEqual(['r2']);
});

describe('a process that ended in the middle', () => {
  async function begun(name: string, file: boolean) {
    const { id, call, path } = await pbx.recorded(name, 400, { file });
    const entry = { at: pbx.clock.now(), by: 'service', rule: 'older than 365 days', path, size: 1000, mtime: 1 };
    await inTransaction(pbx.db.knex, async (transaction) => {
      const row = { ...entry, recordings: JSON.stringify([id]), calls: JSON.stringify([call]) };
      await new RetentionStore(transaction).begin([row]);
    });
    return id;
  }

  it('had deleted what is gone, and what is there goes now', async () => {
    const [gone, there] = [await begun('gone.wav', false), await begun('there.wav', true)];
    const at = pbx.clock.now();
    // It may be another process that is still at it.
    expect(await pbx.run(365, { isDry: true })).toMatchObject({ files: 1, absent: 1 });
    await pbx.clock.advance(11 * 60_000);
    await pbx.run(365);
    expect(await pbx.deletedAt(gone)).toBe(at);
    expect(await pbx.deletedAt(there)).toBe(pbx.clock.now());
    expect((await pbx.deletions()).map(({ outcome, why }) => [outcome, why])).toEqual([
      ['deleted', ''],
      ['failed', 'the connector ended before it was deleted'],
      ['deleted', ''],
    ]);
  });
});

/** access(2) asks for the real user, who can only be another one in another process. */
describe.skipIf(process.getuid?.() !== 0)('without the right to delete', () => {
  const script = `
    const { inspect, remove } = await import(process.argv[1]);
    const [path, root, facts] = process.argv.slice(2);
    const places = { roots: [root], pathMap: [] };
    const place = { folder: root, name: path.slice(root.length + 1) };
    const seen = await inspect(path, places);
    console.log(JSON.stringify({ seen, removed: await remove(place, JSON.parse(facts), places) }));`;

  async function asNobody(path: string): Promise<{ seen: unknown; removed: unknown }> {
    const built = join(pbx.db.folder, 'built');
    const flags = [
      '--outDir',
      built,
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--rewriteRelativeImportExtensions',
    ];
    const more = ['--types', 'node', '--skipLibCheck', '--ignoreConfig', 'src/recordings/removable.ts'];
    const compiled = await command('node', ['node_modules/typescript/bin/tsc', ...flags, ...more]);
    if (!compiled.ok) throw new Error(compiled.output);
    await writeFile(join(built, 'package.json'), '{"type":"module"}');
    const { size, mtimeMs } = await stat(path);
    const words = [join(built, 'recordings/removable.js'), path, pbx.root, JSON.stringify({ size, mtimeMs })];
    const nobody = { uid: 65_534, gid: 65_534, cwd: '/' };
    const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script, ...words], nobody);
    return JSON.parse(stdout);
  }

  it.each([
    ['a folder of others', 0o755],
    ['a sticky folder', 0o1777],
  ])('in %s: it is said before, no rights are changed, and nothing is deleted', async (_, mode) => {
    const { path } = await pbx.recorded('a.wav', 400);
    await chmod(pbx.db.folder, 0o755);
    await chmod(pbx.root, mode);
    expect(await asNobody(path)).toEqual({
      seen: { kind: 'stays', why: 'this user may not delete in its folder', detail: pbx.root },
      removed: expect.stringMatching(/^this user may not delete it \(E(ACCES|PERM)\)$/),
    });
    expect((await stat(pbx.root)).mode & 0o7777).toBe(mode);
    expect(await pbx.isThere('a.wav')).toBe(true);
  });
});
