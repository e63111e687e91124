import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knex from 'knex';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connector-'));
  path = join(folder, 'connector.db');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function plain(filename: string) {
  return knex({ client: 'sqlite3', connection: { filename }, useNullAsDefault: true });
}

async function refused(filename: string): Promise<string> {
  const fault = await openDatabase(filename).then(
    (database) => database.destroy().then(() => 'opened'),
    (thrown: unknown) => thrown,
  );
  expect(fault).toBeInstanceOf(DatabaseRefused);
  return (fault as DatabaseRefused).message;
}

describe('openDatabase', () => {
  test('makes a new database, durable against power loss, with every table', async () => {
    const log = rememberingLog();
    const database = await openDatabase(path, log);
    expect(await database.raw('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await database.raw('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await database.raw('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(await database.raw('PRAGMA busy_timeout')).toEqual([{ timeout: 2000 }]);
    expect(await database.schema.hasTable('callbacks')).toBe(true);
    expect(await database.schema.hasTable('calls')).toBe(true);
    expect(log.lines.map((line) => line.text)).toEqual([`database ${path} brought up to date`]);
    await database.destroy();
  });

  test('opens the same database again, with what was in it', async () => {
    const first = await openDatabase(path);
    await first('calls').insert({ id: '1724.55', state: '{}', updated_at: 1 });
    await first.destroy();
    const log = rememberingLog();
    const second = await openDatabase(path, log);
    expect(await second('calls').pluck('id')).toEqual(['1724.55']);
    expect(log.lines).toEqual([]);
    await second.destroy();
  });

  test('refuses a second connector on the same database, naming the first, and lets others read', async () => {
    const first = await openDatabase(path);
    const message = await refused(path);
    expect(message).toContain('in use by another connector');
    expect(message).toContain(`process ${process.pid} `);
    const reader = plain(path);
    expect(await reader('calls').pluck('id')).toEqual([]);
    await reader.destroy();
    await first.destroy();
    await openDatabase(path).then((second) => second.destroy());
  });

  test('refuses a folder that does not exist, naming it', async () => {
    expect(await refused(join(folder, 'missing', 'a.db'))).toBe(
      `The folder ${join(folder, 'missing')} of the database does not exist: create it.`,
    );
  });

  test('refuses a file in the place of the folder, and a folder in the place of the file', async () => {
    await writeFile(path, '');
    expect(await refused(join(path, 'a.db'))).toContain('is not a folder');
    expect(await refused(folder)).toContain('is a folder: name a file in it');
  });

  // The tests may run as root, to whom a folder without the right to write is no obstacle; /proc is one to everybody.
  test.runIf(process.platform === 'linux')('refuses where no file can be made', async () => {
    expect(await refused('/proc/connector.db')).toContain('cannot be opened or created');
  });

  test('refuses a file that is no database, and leaves it as it is', async () => {
    const text = 'ami_params = {"host": "127.0.0.1"}\n'.repeat(40);
    await writeFile(path, text);
    expect(await refused(path)).toBe(`The database ${path} is not an SQLite database.`);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test("refuses another program's database, naming its tables, and leaves it as it is", async () => {
    const theirs = plain(path);
    await theirs.schema.createTable('crm_calls_info', (table) => table.text('uid'));
    await theirs.destroy();
    await copyFile(path, `${path}.before`);
    expect(await refused(path)).toContain('belongs to another program (its tables: crm_calls_info)');
    expect(await readFile(path)).toEqual(await readFile(`${path}.before`));
  });

  test('refuses a database of a newer version', async () => {
    const database = await openDatabase(path);
    await database('knex_migrations').insert({ name: '999-from-the-future', batch: 9, migration_time: 0 });
    await database.destroy();
    expect(await refused(path)).toBe(`The database ${path} was written by a newer version.`);
  });

  test('a refused opening holds nothing', async () => {
    const database = await openDatabase(path);
    await refused(path);
    await database.destroy();
    await openDatabase(path).then((again) => again.destroy());
  });
});
