import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBeside } from '../../src/db/beside.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

let db: TempDb;
beforeEach(async () => {
  db = await tempDb();
});
afterEach(() => db.remove());

test('writes while a connector holds the database, which sees it', async () => {
  const beside = await openBeside(db.path, ['history', 'callbacks']);
  await beside('facts').insert({ name: 'a', value: 'b' });
  await beside.destroy();
  expect(await db.knex('facts').select()).toEqual([{ name: 'a', value: 'b' }]);
});

test('waits while the connector writes', async () => {
  const beside = await openBeside(db.path, []);
  const transaction = await db.knex.transaction();
  await transaction('facts').insert({ name: 'a', value: 'b' });
  const waiting = beside('facts').insert({ name: 'c', value: 'd' });
  await transaction.commit();
  await waiting;
  await beside.destroy();
  expect(await db.knex('facts').pluck('name')).toEqual(['a', 'c']);
});

test('makes no database', async () => {
  await expect(openBeside(join(db.folder, 'other.db'), [])).rejects.toThrow('There is no database');
  expect(await readdir(db.folder)).not.toContain('other.db');
});

test('one of an older version is left to the connector', async () => {
  await expect(openBeside(db.path, ['history', 'of_tomorrow'])).rejects.toThrow('start the connector once');
});

test('another program’s file stays as it is', async () => {
  const file = join(db.folder, 'foreign.db');
  await writeFile(file, 'no database');
  await expect(openBeside(file, [])).rejects.toThrow('foreign.db');
  expect(await readFile(file, 'utf8')).toBe('no database');
});
