import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';
import { openRecording } from '../../src/recordings/find.ts';
import { recordingsTable } from '../../src/recordings/recording-row.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { recordings } from '../../src/tools/recordings-command.ts';
import type { RecordingsRequest } from '../../src/tools/recordings-lists.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { configOf } from '../service/office.ts';

let db: TempDb;
let root: string;
beforeEach(async () => {
  db = await tempDb();
  root = join(db.folder, 'monitor');
  await mkdir(root);
});
afterEach(() => db.remove());

const now = Date.now();
const dayMs = 86_400_000;

function config(more = ''): Config {
  return configOf(`
ami: { username: a, secret: b }
crm: { url: 'http://crm', token: c, time_zone: UTC }
recordings: { roots: ['${root}']${more && `, ${more}`} }
database: { path: '${db.path}' }`);
}

async function recorded(id: string, call: string, days: number): Promise<string> {
  const [at, path] = [now - days * dayMs, join(root, `${id}.wav`)];
  const row = { id, call, path, talks: '[]', state: 'ready', created_at: at, closed_at: at, announced_at: at, size: 9 };
  await db.knex(recordingsTable).insert({ ...row, mtime: at, unchanged_since: at });
  await putBack(path, days);
  return path;
}

async function putBack(path: string, days: number): Promise<void> {
  await writeFile(path, 'recording');
  const seconds = (now - days * dayMs) / 1000;
  await utimes(path, seconds, seconds);
}

const usual = { id: null, olderThanDays: null, yes: false, reason: '', limit: 50, json: false, now };
const run = (action: RecordingsRequest['action'], more: Partial<RecordingsRequest> = {}, settings = '') =>
  recordings(config(settings), { ...usual, action, ...more });
const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

test('without an age in either place nothing is done', async () => {
  const path = await recorded('a', '1.1', 900);
  expect(await run('prune', { yes: true })).toEqual({
    isFound: false,
    text: expect.stringContaining('--older-than 90d'),
  });
  expect(await run('confirm', { yes: true })).toMatchObject({ isFound: false });
  expect(await isThere(path)).toBe(true);
});

describe('prune', () => {
  test('shows what would go, and with --yes it goes and is in the audit', async () => {
    const [old, young] = [await recorded('a', '1.1', 400), await recorded('b', '1.2', 100)];
    const dry = await run('prune', { olderThanDays: 365 });
    expect(dry.isFound).toBe(true);
    expect(dry.text).toMatch(
      /^1 file \(9 bytes\), of calls from \S+ to \S+, older than 365 days: would be deleted\.\n/,
    );
    expect(dry.text).toContain('Nothing was deleted');
    expect(await isThere(old)).toBe(true);
    expect((await run('audit')).text).toBe('Nothing was ever deleted.\n');
    const done = await run('prune', { olderThanDays: 365, yes: true });
    expect(done.text).toMatch(/older than 365 days: deleted\.\n$/);
    expect([await isThere(old), await isThere(young)]).toEqual([false, true]);
    const { text } = await run('audit', { json: true });
    expect(JSON.parse(text)).toMatchObject([
      {
        ...{ by: `command as ${userInfo().username}`, rule: 'older than 365 days', path: old, size: 9 },
        ...{ recordings: ['a'], calls: ['1.1'], outcome: 'deleted', why: null },
      },
    ]);
    expect((await run('audit')).text).toContain(old);
    expect((await run('list')).text).not.toContain(old);
  });

  test('takes the age of the settings where none is given', async () => {
    await recorded('a', '1.1', 400);
    expect((await run('prune', {}, 'delete_older_than_days: 500')).text).toContain('more than 500 days ago would be');
    expect((await run('prune', {}, 'delete_older_than_days: 300')).text).toContain('1 file');
  });
});

describe('keep', () => {
  test('by call or by recording, until it is released; the list says why', async () => {
    await recorded('a', '1.1', 400);
    await recorded('b', '1.2', 400);
    expect(await run('keep', { id: 'a', reason: 'a\u001b[2Jlawsuit' })).toMatchObject({ isFound: true });
    expect((await run('list')).text).toContain('a?[2Jlawsuit');
    expect((await run('prune', { olderThanDays: 365 })).text).toMatch(/1 +kept by hand \(recordings keep\)/);
    expect(JSON.parse((await run('list', { json: true })).text)).toMatchObject([{ kept: true }, { kept: false }]);
    expect(await run('release', { id: '1.1' })).toMatchObject({ isFound: true });
    expect((await run('prune', { olderThanDays: 365 })).text).toContain('2 files');
  });

  test.each(['keep', 'release'] as const)('%s of what nobody knows says so', async (action) => {
    expect(await run(action, { id: 'nosuch' })).toMatchObject({
      isFound: false,
      text: expect.stringContaining('nosuch'),
    });
  });
});

describe('confirm', () => {
  const settings = 'retention: delete, delete_older_than_days: 365';

  test('shows, agrees with --yes, and says what is agreed to', async () => {
    const path = await recorded('a', '1.1', 400);
    expect((await run('confirm', {}, settings)).text).toContain('Nobody has agreed to 365 days yet.');
    expect((await run('confirm', { yes: true }, settings)).text).toContain('Agreed to 365 days.');
    expect((await run('confirm', {}, settings)).text).toContain('Agreed to 365 days.');
    expect((await run('confirm', {}, 'retention: dry-run, delete_older_than_days: 36')).text).toMatch(
      /Nobody has agreed to 36 days yet[\s\S]*nothing is deleted until it is delete/,
    );
    expect(await isThere(path)).toBe(true);
  });
});

describe('restore', () => {
  const heard = async (id: string) => {
    const found = await openRecording(id, new RecordingStore(db.knex), { roots: [root], pathMap: [] });
    if ('problem' in found) return found.problem;
    await found.file.handle.close();
    return 'heard';
  };

  test('what is back plays again, and goes again when it is old', async () => {
    const [back] = [await recorded('a', '1.1', 400), await recorded('b', '1.2', 400)];
    await run('prune', { olderThanDays: 365, yes: true });
    await putBack(back, 400);
    expect(await heard('a')).toBe('deleted');
    const { text } = await run('restore');
    expect(text).toMatch(/^1 recording plays again\.\n1 that was deleted is not there\.\n/);
    expect([await heard('a'), await heard('b')]).toEqual(['heard', 'deleted']);
    expect((await run('prune', { olderThanDays: 365, yes: true })).text).toContain('1 file');
    expect(await heard('a')).toBe('deleted');
  });

  test('not what a later call was recorded into', async () => {
    const path = await recorded('a', '1.1', 400);
    await run('prune', { olderThanDays: 365, yes: true });
    await recorded('b', '1.2', 1);
    await db.knex(recordingsTable).where({ id: 'b' }).update({ path });
    await putBack(path, 1);
    expect((await run('restore')).text).toContain('0 recordings play again');
    expect(await heard('a')).toBe('deleted');
  });
});

test('a database that is not there is named', async () => {
  const missing = { ...config(), database: { path: join(db.folder, 'none.db') } };
  await expect(recordings(missing, { ...usual, action: 'list' })).rejects.toThrow(DatabaseRefused);
  await rm(join(db.folder, 'none.db'), { force: true });
});
