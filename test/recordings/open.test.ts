import { execFileSync } from 'node:child_process';
import { promises as fs, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenFileResult, openFile } from '../../src/recordings/open.ts';

let base: string;
let root: string;
let outside: string;
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'open-'));
  root = join(base, 'monitor');
  outside = join(base, 'secret');
  await fs.mkdir(join(root, '2026'), { recursive: true });
  await fs.mkdir(outside);
  await fs.writeFile(join(outside, 'passwd'), 'root');
  await fs.writeFile(join(root, '2026', 'a.wav'), 'sound');
});
afterEach(() => rmSync(base, { recursive: true }));

async function open(path: string, roots = [root]): Promise<OpenFileResult> {
  const result = await openFile(path, { roots, pathMap: [] });
  if (result.kind === 'open') await result.file.handle.close();
  return result;
}

async function openDescriptors(): Promise<number> {
  return (await fs.readdir('/proc/self/fd')).length;
}

describe('openFile', () => {
  it('opens a regular file and tells its size, time and name', async () => {
    await fs.utimes(join(root, '2026', 'a.wav'), 1000, 1000);
    const result = await openFile(join(root, '2026', 'a.wav'), { roots: [root], pathMap: [] });
    if (result.kind !== 'open') throw new Error(result.why);
    expect(result.file).toMatchObject({ size: 5, mtimeMs: 1_000_000, name: 'a.wav' });
    expect((await result.file.handle.readFile()).toString()).toBe('sound');
    await result.file.handle.close();
  });

  it.each([';rm -rf $(id).wav', 'a"b\'c.wav', 'cr\r\nlf.wav', 'звонок с пробелом.wav', '📞.wav', '..a', '-rf'])(
    'opens %j',
    async (name) => {
      await fs.writeFile(join(root, name), 'x');
      expect(await open(join(root, name))).toMatchObject({ kind: 'open', file: { name } });
    },
  );

  it('follows links that stay inside, also when the root itself is one', async () => {
    await fs.symlink(join(root, '2026', 'a.wav'), join(root, 'latest.wav'));
    await fs.symlink(root, join(base, 'link-to-root'));
    expect(await open(join(root, 'latest.wav'))).toMatchObject({ kind: 'open', file: { name: 'latest.wav' } });
    const linked = join(base, 'link-to-root');
    expect((await open(join(linked, '2026', 'a.wav'), [linked])).kind).toBe('open');
  });

  it('refuses a link to a file outside', async () => {
    await fs.symlink(join(outside, 'passwd'), join(root, 'evil.wav'));
    expect(await open(join(root, 'evil.wav'))).toEqual({
      kind: 'refused',
      why: expect.stringContaining('symbolic link'),
    });
  });

  it('refuses a file behind a linked folder outside', async () => {
    await fs.symlink(outside, join(root, 'folder'));
    expect((await open(join(root, 'folder', 'passwd'))).kind).toBe('refused');
    expect((await open(`${root}/folder/../folder/passwd`)).kind).toBe('refused');
  });

  it('takes .. as text, not by way of a link', async () => {
    await fs.symlink(join(outside), join(root, 'folder'));
    await fs.writeFile(join(base, 'a.wav'), 'beside the secret');
    const result = await open(`${root}/folder/../2026/a.wav`);
    expect(result).toMatchObject({ kind: 'open', file: { size: 5 } });
  });

  it('refuses what leaves by ..', async () => {
    expect((await open(`${root}/../secret/passwd`)).kind).toBe('refused');
    expect((await open(`${root}/2026/../../secret/passwd`)).kind).toBe('refused');
  });

  it('refuses a folder, and a FIFO at once', async () => {
    expect(await open(join(root, '2026'))).toEqual({ kind: 'refused', why: 'it is not a regular file' });
    execFileSync('mkfifo', [join(root, 'fifo.wav')]);
    expect(await open(join(root, 'fifo.wav'))).toEqual({ kind: 'refused', why: 'it is not a regular file' });
  });

  it('refuses a loop of links and an over-long name', async () => {
    await fs.symlink(join(root, 'loop.wav'), join(root, 'loop.wav'));
    expect((await open(join(root, 'loop.wav'))).kind).toBe('refused');
    expect((await open(join(root, 'x'.repeat(300)))).kind).toBe('refused');
  });

  it('says absent of a missing file, folder or root', async () => {
    expect((await open(join(root, 'none.wav'))).kind).toBe('absent');
    expect((await open(join(root, 'none', 'a.wav'))).kind).toBe('absent');
    expect((await open(join(root, '2026', 'a.wav', 'b.wav'))).kind).toBe('absent');
    expect((await open(join(base, 'unmounted', 'a.wav'), [join(base, 'unmounted')])).kind).toBe('absent');
  });

  it("says unreadable of what the connector's user may not read", async () => {
    await fs.chmod(base, 0o755);
    await fs.chmod(join(root, '2026', 'a.wav'), 0o000);
    const isRoot = process.geteuid?.() === 0;
    // Nothing is forbidden to root, as whom containers run tests.
    if (isRoot) process.seteuid?.(65534);
    try {
      expect(await open(join(root, '2026', 'a.wav'))).toEqual({
        kind: 'unreadable',
        why: expect.stringContaining('EACCES'),
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('is not disturbed by a root that is not there', async () => {
    expect((await open(join(root, '2026', 'a.wav'), [join(base, 'unmounted'), root])).kind).toBe('open');
  });

  it('leaves nothing open when it refuses', async () => {
    execFileSync('mkfifo', [join(root, 'fifo.wav')]);
    await fs.symlink(join(outside, 'passwd'), join(root, 'evil.wav'));
    const before = await openDescriptors();
    for (const name of ['fifo.wav', 'evil.wav', '2026', 'none.wav', '2026/a.wav']) await open(join(root, name));
    expect(await openDescriptors()).toBe(before);
  });
});
