import { mkdtemp, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mendWhileOpen } from '../../src/db/mend.ts';
import { openDatabase } from '../../src/db/open.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connector-'));
  path = join(folder, 'connector.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pageSize = 4096;

let serial = 0;

async function fill(database: Knex, count: number): Promise<void> {
  serial += 100_000;
  for (let first = 1; first <= count; first += 100) {
    const rows = Array.from({ length: Math.min(100, count - first + 1) }, (_, index) => ({
      call: `1724.${first + index}`,
      key: `key ${serial + first + index}`,
      kind: 'EndCall',
      params: JSON.stringify({ callstatus: 'EndCall', text: 'x'.repeat(300) }),
      created_at: 1,
      due_at: 1,
    }));
    await database('callbacks').insert(rows);
  }
  await database('calls').insert({ id: '1724.1', state: '{}', updated_at: 1 }).onConflict('id').ignore();
  await database('facts').insert({ name: 'crm.dialect', value: 'vanilla' }).onConflict('name').ignore();
}

/** Overwrites these pages (the first is 1). */
async function damage(pages: readonly number[]): Promise<void> {
  const file = await open(path, 'r+');
  for (const page of pages) await file.write(Buffer.alloc(pageSize, 0xff), 0, pageSize, (page - 1) * pageSize);
  await file.close();
}

/** The pages in which the rows of this table lie. */
async function leavesOf(database: Knex, table: string): Promise<number[]> {
  await database.raw('PRAGMA wal_checkpoint(TRUNCATE)');
  const rows = await database('dbstat').where({ name: table, pagetype: 'leaf' }).pluck<number[]>('pageno');
  return rows;
}

async function aside(): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.includes('damaged') && !/-(wal|shm)$/.test(name));
}

async function idsIn(database: Knex): Promise<number[]> {
  return database('callbacks').orderBy('id').pluck<number[]>('id');
}

describe('a damaged database', () => {
  test('with pages that cannot be read is put aside at the start, and all other rows are in the new one', async () => {
    const first = await openDatabase(path);
    await fill(first, 2000);
    const leaves = await leavesOf(first, 'callbacks');
    const root = (await first('sqlite_master').where({ name: 'knex_migrations' }).first('rootpage')).rootpage as number;
    await first.destroy();
    // Of the list of migrations, which each start reads; the callbacks' own pages would be met only later.
    await damage([root, leaves[20] ?? 0, leaves[40] ?? 0]);
    const log = rememberingLog();
    const second = await openDatabase(path, log);
    const ids = await idsIn(second);
    expect(ids.length).toBeGreaterThan(1950);
    expect(ids.length).toBeLessThan(2000);
    expect(ids.at(-1)).toBe(2000);
    expect(await second('calls').pluck('id')).toEqual(['1724.1']);
    expect(await second('facts').pluck('value')).toEqual(['vanilla']);
    expect(await second.raw('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(await aside()).toHaveLength(1);
    const lost = 2000 - ids.length;
    expect(log.lines.filter(({ level }) => level === 'error').map(({ text }) => text)).toEqual([
      expect.stringContaining('is damaged'),
      expect.stringMatching(new RegExp(`made anew: it holds ${ids.length} callbacks.* and ${lost} rows could not`)),
    ]);
    await second.destroy();
  });

  test('that has lost its end gives what is left', async () => {
    const first = await openDatabase(path);
    await fill(first, 2000);
    await first.destroy();
    const pages = (await stat(path)).size / pageSize;
    await truncate(path, Math.floor(pages / 2) * pageSize);
    const second = await openDatabase(path);
    const ids = await idsIn(second);
    expect(ids.length).toBeGreaterThan(300);
    expect(ids.length).toBeLessThan(2000);
    await second.destroy();
  });

  test('of which not even the list of tables is left gives way to an empty one', async () => {
    const first = await openDatabase(path);
    await fill(first, 10);
    await first.destroy();
    await damage([1]);
    const log = rememberingLog();
    const second = await openDatabase(path, log);
    expect(await idsIn(second)).toEqual([]);
    expect(log.lines.map(({ text }) => text).join()).toContain('nothing of the damaged one can be read');
    expect(await aside()).toHaveLength(1);
    await second.destroy();
  });

  test('gives no id a second time that a callback on its way may have', async () => {
    const first = await openDatabase(path);
    await fill(first, 50);
    await first('callbacks').delete();
    const root = (await first('sqlite_master').where({ name: 'knex_migrations' }).first('rootpage')).rootpage as number;
    await first.destroy();
    await damage([root]);
    const second = await openDatabase(path);
    await fill(second, 1);
    expect(await idsIn(second)).toEqual([51]);
    await second.destroy();
  });

  test('what became of a text is not taken over when it is no text of ours any more', async () => {
    const first = await openDatabase(path);
    await fill(first, 3);
    await first('callbacks').where({ id: 2 }).update({ params: '{"callst' });
    const root = (await first('sqlite_master').where({ name: 'knex_migrations' }).first('rootpage')).rootpage as number;
    await first.destroy();
    await damage([root]);
    const second = await openDatabase(path);
    expect(await idsIn(second)).toEqual([1, 3]);
    await second.destroy();
  });

  test('is exchanged under a connector that works on it', async () => {
    const database = await openDatabase(path);
    await fill(database, 500);
    const leaves = await leavesOf(database, 'callbacks');
    await damage([leaves[10] ?? 0]);
    const before = mendWhileOpen(database, path);
    // Asked for while it is under way: waits for the new file.
    const ids = await idsIn(database);
    await before;
    expect(ids.length).toBeGreaterThan(470);
    expect(ids.length).toBeLessThan(500);
    await database('facts').insert({ name: 'other', value: 'x' });
    expect(await database('facts').pluck('value')).toEqual(['vanilla', 'x']);
    await database.destroy();
    const again = await openDatabase(path);
    expect(await idsIn(again)).toEqual(ids);
    await again.destroy();
  });
});
