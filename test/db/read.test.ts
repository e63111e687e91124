import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knex from 'knex';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { openForReading } from '../../src/db/read.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connector-'));
  path = join(folder, 'connector.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function refused(table = 'calls'): Promise<string> {
  const fault = await openForReading(path, table).then(
    (database) => database.destroy().then(() => 'opened'),
    (thrown: unknown) => thrown,
  );
  expect(fault).toBeInstanceOf(DatabaseRefused);
  return (fault as DatabaseRefused).message;
}

const row = (id: string) => ({ id, state: '{}', updated_at: 1 });

test('beside a running connector: it sees what is written, and neither is in the other’s way', async () => {
  const running = await openDatabase(path);
  await running('calls').insert(row('1.1'));
  const reader = await openForReading(path, 'calls');
  expect(await reader('calls').pluck('id')).toEqual(['1.1']);
  await running('calls').insert(row('1.2'));
  expect(await reader('calls').pluck('id')).toEqual(['1.1', '1.2']);
  await reader.destroy();
  await running('calls').insert(row('1.3'));
  await running.destroy();
});

test('while it is open the connector can start, upgrade and stop', async () => {
  await (await openDatabase(path)).destroy();
  const reader = await openForReading(path, 'calls');
  const running = await openDatabase(path);
  await running('calls').insert(row('1.1'));
  expect(await reader('calls').pluck('id')).toEqual(['1.1']);
  await running.destroy();
  await reader.destroy();
});

test('a path with characters that mean something in an address', async () => {
  path = join(folder, 'a b%41?mode=rw#c.db');
  await (await openDatabase(path)).destroy();
  const reader = await openForReading(path, 'calls');
  expect(await reader('calls').pluck('id')).toEqual([]);
  await reader.destroy();
});

test('nothing can be written by it', async () => {
  await (await openDatabase(path)).destroy();
  const reader = await openForReading(path, 'calls');
  await expect(reader('calls').insert(row('1.1'))).rejects.toMatchObject({ code: 'SQLITE_READONLY' });
  await reader.destroy();
});

test('where there is none it makes none', async () => {
  expect(await refused()).toBe(`There is no database ${path} yet: the connector makes it.`);
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('one without the table is of an older version', async () => {
  await (await openDatabase(path)).destroy();
  expect(await refused('of_tomorrow')).toBe(`The database ${path} is of an older version: start the connector once.`);
});

test('another program’s is refused, and so is what is no database', async () => {
  const theirs = knex({ client: 'sqlite3', connection: { filename: path }, useNullAsDefault: true });
  await theirs.schema.createTable('crm_calls_info', (table) => table.text('uid'));
  await theirs.destroy();
  expect(await refused()).toContain('belongs to another program');
  await writeFile(path, 'ami_params = {}\n'.repeat(80));
  expect(await refused()).toContain('is not an SQLite database');
});
