import { execFileSync } from 'node:child_process';
import { promises as fs, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Looks, type Seen } from '../../src/recordings/looks.ts';
import { openFile } from '../../src/recordings/open.ts';

let base: string;
let root: string;
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'looks-'));
  root = join(base, 'monitor');
  await fs.mkdir(join(root, '2026'), { recursive: true });
  await fs.mkdir(join(base, 'secret'));
  await fs.writeFile(join(base, 'secret', 'passwd'), 'root');
  await fs.writeFile(join(root, '2026', 'a.wav'), 'sound');
  await fs.utimes(join(root, '2026', 'a.wav'), 1000, 1000.25);
  await fs.symlink(join(root, '2026', 'a.wav'), join(root, 'inside.wav'));
  await fs.symlink(join(base, 'secret', 'passwd'), join(root, 'outside.wav'));
  await fs.symlink(join(base, 'secret'), join(root, 'folder'));
  await fs.symlink(join(root, 'loop.wav'), join(root, 'loop.wav'));
  await fs.symlink(join(root, '2026', 'a.wav'), join(base, 'secret', 'back.wav'));
  execFileSync('mkfifo', [join(root, 'fifo.wav')]);
});
afterEach(() => rmSync(base, { recursive: true }));

const looks = (roots = [root]) => new Looks({ roots, pathMap: [] });

/** What opening it for playing says. */
async function asOpened(path: string, roots = [root]): Promise<Seen> {
  const result = await openFile(path, { roots, pathMap: [] });
  if (result.kind !== 'open') return result;
  await result.file.handle.close();
  return { size: result.file.size, mtimeMs: result.file.mtimeMs };
}

const plain = ['2026/a.wav', '2026/../2026/a.wav', 'folder/../2026/a.wav'];
const odd = [
  ...['inside.wav', 'outside.wav', 'folder/passwd', 'folder/back.wav', 'loop.wav', 'fifo.wav', '2026', '.'],
  ...['none.wav', 'none/a.wav', '2026/a.wav/b.wav', '../secret/passwd', `${'x'.repeat(300)}.wav`, 'a\0.wav'],
];

it.each(plain)('%s is known by a glance, as by a look', async (name) => {
  const facts = { size: 5, mtimeMs: 1_000_250 };
  expect(await looks().glance(`${root}/${name}`)).toEqual(facts);
  expect(await looks().see(`${root}/${name}`)).toEqual(facts);
});

it.each(odd)('%s is not known by a glance, and a look says what opening it says', async (name) => {
  expect(await looks().glance(`${root}/${name}`)).toBeNull();
  expect(await looks().see(`${root}/${name}`)).toEqual(await asOpened(`${root}/${name}`));
});

it('all of them in one round are as each by itself', async () => {
  const round = looks();
  const names = [...plain, ...odd, ...plain];
  const seen = await Promise.all(names.map((name) => round.see(`${root}/${name}`)));
  expect(seen).toEqual(await Promise.all(names.map((name) => asOpened(`${root}/${name}`))));
});

it('with several roots, one of them a link and one not there', async () => {
  await fs.symlink(root, join(base, 'linked'));
  const roots = [join(base, 'unmounted'), join(base, 'linked')];
  expect(await looks(roots).glance(join(base, 'linked', '2026', 'a.wav'))).toMatchObject({ size: 5 });
  expect(await looks(roots).see(join(base, 'linked', '2026', 'a.wav'))).toMatchObject({ size: 5 });
  const absent = join(base, 'unmounted', 'a.wav');
  expect(await looks(roots).see(absent)).toMatchObject({ kind: 'absent' });
});

it('a root that is another folder, or is mounted, by the next round is looked for there', async () => {
  const [link, path] = [join(base, 'link'), join(base, 'link', 'a.wav')];
  expect(await looks([link]).see(path)).toMatchObject({ kind: 'absent' });
  await fs.symlink(join(root, '2026'), link);
  expect(await looks([link]).see(path)).toMatchObject({ size: 5 });
  await fs.mkdir(join(base, 'other'));
  await fs.writeFile(join(base, 'other', 'a.wav'), 'more sound');
  await fs.rm(link);
  await fs.symlink(join(base, 'other'), link);
  expect(await looks([link]).see(path)).toMatchObject({ size: 10 });
});

it('what may not be read is found out by a look', async () => {
  await fs.chmod(base, 0o755);
  const path = join(root, '2026', 'a.wav');
  await fs.chmod(path, 0o000);
  const isRoot = process.geteuid?.() === 0;
  // Nothing is forbidden to root, as whom containers run tests.
  if (isRoot) process.seteuid?.(65534);
  try {
    expect(await looks().see(path)).toEqual({ kind: 'unreadable', why: expect.stringContaining('EACCES') });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

it('leaves nothing open', async () => {
  const descriptors = async () => (await fs.readdir('/proc/self/fd')).length;
  const before = await descriptors();
  for (const name of [...plain, ...odd]) await looks().see(`${root}/${name}`);
  expect(await descriptors()).toBe(before);
});
