import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import knex from 'knex';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Linkedid, Uniqueid } from '../../src/call/ids.ts';
import type { Config } from '../../src/config/schema.ts';
import { openDatabase } from '../../src/db/open.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';
import { openRecording } from '../../src/recordings/find.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { recordingPlaces } from '../../src/settings.ts';
import { importRecordings } from '../../src/tools/import-recordings.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { configOf } from '../service/office.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

let db: TempDb;
let config: Config;
let old: string;
let monitor: string;
/** The connector's own connection stays open throughout, as if it ran. */
beforeEach(async () => {
  db = await tempDb();
  [old, monitor] = [join(db.folder, 'CrmAsterisk.db'), join(db.folder, 'monitor')];
  await mkdir(monitor);
  config = configOf(
    `
ami: { username: u, secret: s }
crm: { url: 'http://crm', token: t, time_zone: Europe/Moscow }
recordings: { roots: [${monitor}] }
database: { path: connector.db }`,
    join(db.folder, 'connector.yaml'),
  );
});
afterEach(() => db.remove());

type OldRow = Partial<Record<'uid' | 'srcuid' | 'starttime' | 'recordingpath' | 'recordingurl' | 'CONTRACT', unknown>>;

/** As a Java connector makes it, with a column of its own for a variable. */
async function oldDatabase(rows: readonly OldRow[], uid = 'INTEGER PRIMARY KEY AUTOINCREMENT'): Promise<void> {
  const theirs = knex({ client: 'sqlite3', connection: { filename: old }, useNullAsDefault: true });
  await theirs.raw(
    `CREATE TABLE crm_calls_info (uid ${uid}, srcuid varchar(255) NOT NULL, event varchar(50), starttime datetime, recordingpath varchar(255), recordingurl varchar(255), CONTRACT varchar(255))`,
  );
  await theirs.raw('CREATE TABLE sp_version (version varchar(10))');
  for (const row of rows) await theirs('crm_calls_info').insert({ srcuid: '1583298367', ...row });
  await theirs.destroy();
}

const file = (name: string) => join(monitor, name);
const found = (id: string) => openRecording(id, new RecordingStore(db.knex), recordingPlaces(config));
const run = () => importRecordings(config, { file: old, json: false, now });

async function plays(id: string): Promise<string> {
  const result = await found(id);
  if ('problem' in result) return result.problem;
  const text = await result.file.handle.readFile('utf8');
  await result.file.handle.close();
  return text;
}

test('old links play, and nothing but recordings is taken', async () => {
  await writeFile(file('a.wav'), 'first');
  await writeFile(file('b.wav'), 'second');
  await oldDatabase([
    {
      uid: 7,
      starttime: '2020-03-04 05:06:07',
      recordingpath: file('a.wav'),
      recordingurl: 'http://10.0.0.5:5000/recording?id=7',
    },
    { uid: 8, recordingpath: null },
    { uid: 9, recordingpath: '' },
    { uid: 4_000_000_000, recordingpath: file('b.wav') },
  ]);
  const before = await stat(old);
  expect(await run()).toEqual({
    outcome: 'done',
    text: `${old}: 2 recordings taken over.\nThe CRM’s links lead to http://10.0.0.5:5000: this connector must answer there.\nThe old database is as it was.\n`,
  });
  expect(await plays('7')).toBe('first');
  expect(await plays('4000000000')).toBe('second');
  for (const id of ['8', '9', '1']) expect(await plays(id)).toBe('unknown');
  expect((await stat(old)).mtimeMs).toBe(before.mtimeMs);
});

test('a second time nothing is taken twice', async () => {
  await oldDatabase([{ uid: 1, recordingpath: file('a.wav') }]);
  await run();
  expect((await run()).text).toContain('0 recordings taken over, 1 there already.');
  expect(await db.knex('recordings').pluck('id')).toEqual(['1']);
});

test('more than a slice of them, whatever the type of their ids', async () => {
  await oldDatabase(
    Array.from({ length: 1101 }, (_, at) => ({ uid: `${at + 1}`, recordingpath: file(`${at}.wav`) })),
    'varchar(20)',
  );
  expect((await run()).text).toContain('1101 recordings taken over.\n1101 files not there');
  expect(await plays('1101')).toBe('gone');
});

test('before the connector was ever started', async () => {
  const fresh = { ...config, database: { path: join(db.folder, 'fresh.db') } };
  await writeFile(file('a.wav'), 'first');
  await oldDatabase([{ uid: 1, recordingpath: file('a.wav') }]);
  await importRecordings(fresh, { file: old, json: false, now });
  const opened = await openDatabase(fresh.database.path);
  try {
    expect(await opened('recordings').pluck('path')).toEqual([file('a.wav')]);
  } finally {
    await opened.destroy();
  }
});

describe('what does not play', () => {
  test('a file outside the roots, an id or a path that none can have', async () => {
    await writeFile(join(db.folder, 'secret.wav'), 'secret');
    await oldDatabase(
      [
        { uid: 'out', recordingpath: join(db.folder, 'secret.wav') },
        { uid: 'dots', recordingpath: `${monitor}/../secret.wav` },
        { uid: '../1', recordingpath: file('a.wav') },
        { uid: null, recordingpath: file('a.wav') },
        { uid: 'relative', recordingpath: 'a.wav' },
      ],
      'text',
    );
    const { text } = await run();
    expect(text).toContain('2 recordings taken over.\n3 left out');
    expect(text).toContain(`2 files not to be read, or outside recordings.roots (${monitor}).`);
    for (const id of ['out', 'dots']) expect(await plays(id)).toBe('gone');
    for (const id of ['../1', 'relative']) expect(await plays(id)).toBe('unknown');
  });

  test('one that another call was recorded over, before the import and after it', async () => {
    await writeFile(file('a.wav'), 'sound');
    await oldDatabase([
      { uid: 1, starttime: '2026-11-20 11:00:00', recordingpath: file('a.wav') },
      { uid: 2, starttime: '2026-11-20 14:00:00', recordingpath: file('b.wav') },
    ]);
    const recorded = (path: string) =>
      new RecordingStore(db.knex).add({
        call: '9.1' as Linkedid,
        channel: '9.1' as Uniqueid,
        path,
        from: 'variable',
        at: now + 1000,
      });
    await recorded(file('a.wav'));
    await run();
    await recorded(file('b.wav'));
    expect(await plays('1')).toBe('overwritten');
    expect(await plays('2')).toBe('overwritten');
  });

  test('a file that was written again since', async () => {
    await writeFile(file('a.wav'), 'sound');
    await oldDatabase([{ uid: 1, recordingpath: file('a.wav') }]);
    await run();
    await writeFile(file('a.wav'), 'another sound');
    await utimes(file('a.wav'), new Date(), new Date(Date.now() + 3_600_000));
    expect(await plays('1')).toBe('changed');
  });
});

test('two records of one call share their file, and the links stay for good', async () => {
  await writeFile(file('a.wav'), 'sound');
  await oldDatabase([
    { uid: 1, starttime: '2020-03-04 05:06:07', recordingpath: file('a.wav') },
    { uid: 2, starttime: '2020-03-04 05:06:07', recordingpath: file('a.wav') },
  ]);
  await run();
  expect(await new RecordingStore(db.knex).prune(now + 1)).toBe(0);
  expect([await plays('1'), await plays('2')]).toEqual(['sound', 'sound']);
});

test('JSON for a program', async () => {
  await oldDatabase([{ uid: 1, recordingpath: file('a.wav') }]);
  const { text } = await importRecordings(config, { file: old, json: true, now });
  expect(JSON.parse(text)).toEqual({ taken: 1, there: 0, leftOut: 0, filesAbsent: 1, filesRefused: 0, links: [] });
});

describe('other databases', () => {
  test('of the Python connector, or of anybody: kept aside with a word', async () => {
    const theirs = knex({ client: 'sqlite3', connection: { filename: old }, useNullAsDefault: true });
    await theirs.raw('CREATE TABLE records (id text, path text)');
    await theirs.destroy();
    const { outcome, text } = await run();
    expect(outcome).toBe('foreign');
    expect(text).toContain('a database with the tables records: none that is known');
    expect(await db.knex('recordings').pluck('id')).toEqual([]);
  });

  test('of other columns', async () => {
    const theirs = knex({ client: 'sqlite3', connection: { filename: old }, useNullAsDefault: true });
    await theirs.raw('CREATE TABLE crm_calls_info (id text, path text)');
    await theirs.destroy();
    expect((await run()).outcome).toBe('foreign');
  });

  test('a damaged one', async () => {
    await writeFile(old, `SQLite format 3\0${'x'.repeat(5000)}`);
    await expect(run()).rejects.toThrow(DatabaseRefused);
  });
});
