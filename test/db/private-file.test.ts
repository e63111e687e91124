import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mendDatabase } from '../../src/db/mend.ts';
import { openDatabase } from '../../src/db/open.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'private-'));
  path = join(folder, 'connector.db');
});
afterEach(() => rm(folder, { recursive: true }));

const rights = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

test('a new database, and what SQLite puts beside it, is for its owner alone', async () => {
  const database = await openDatabase(path);
  await database.raw('CREATE TABLE t (x)');
  const data = (await readdir(folder)).filter((name) => !name.endsWith('.lock'));
  expect(data.sort()).toEqual(['connector.db', 'connector.db-shm', 'connector.db-wal']);
  for (const name of data) expect([name, await rights(join(folder, name))]).toEqual([name, '600']);
  await database.destroy();
});

test('one that is there keeps its rights, also when it is made anew', async () => {
  await (await openDatabase(path)).destroy();
  await chmod(path, 0o640);
  await (await openDatabase(path)).destroy();
  expect(await rights(path)).toBe('640');
  await writeFile(path, 'damaged', { flag: 'r+' });
  const aside = await mendDatabase(path);
  expect([await rights(path), await rights(aside)]).toEqual(['640', '640']);
});
