import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knex from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTable, type TableSettings } from '../../src/cdr/table.ts';
import { hasMariaDb, hasPostgres, type Server, startMariaDb, startPostgres } from './servers.ts';

const noon = Date.parse('2026-11-21T12:00:00Z');
const hourMs = 3_600_000;

const settings: TableSettings = {
  source: 'sqlite',
  file: '/nowhere',
  server: '127.0.0.1',
  port: 0,
  user: 'reader',
  password: 'a-secret-of-its-own',
  database: 'asteriskcdrdb',
  table: 'cdr',
  timeZone: 'Europe/Moscow',
};

const row = (at: string, uniqueid: string, more: object = {}) => ({
  calldate: at,
  clid: '"Ivan" <79211001011>',
  src: '79211001011',
  dst: '101',
  dcontext: 'ext-local',
  channel: 'PJSIP/provider-00000000',
  dstchannel: 'PJSIP/101-00000001',
  lastapp: 'Dial',
  lastdata: 'PJSIP/101',
  duration: 6,
  billsec: 4,
  disposition: 'ANSWERED',
  uniqueid,
  ...more,
});

const rows = [
  row('2026-11-21 14:59:59', '1795262399.1'),
  row('2026-11-21 15:00:00', '1795262400.2'),
  row('2026-11-21 15:30:00', '1795264200.3', { disposition: 'NO ANSWER', billsec: 0 }),
  row('2026-11-21 16:00:00', '1795266000.4'),
];

async function read(more: Partial<TableSettings>) {
  const source = await openTable({ ...settings, ...more });
  try {
    return await source.read(noon, noon + hourMs);
  } finally {
    await source.close();
  }
}

const expected = [
  { uniqueid: '1795262400.2', start: noon, answer: noon + 2000, end: noon + 6000, disposition: 'answered' },
  { uniqueid: '1795264200.3', start: noon + hourMs / 2, answer: null, end: noon + hourMs / 2 + 6000 },
];

describe('SQLite', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cdr-'));
    file = join(folder, 'master.db');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function make(statements: readonly string[], inserted: readonly object[] = [], table = 'cdr') {
    const database = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
    for (const statement of statements) await database.raw(statement);
    for (const each of inserted) await database(table).insert(each);
    await database.destroy();
  }

  const columns = Object.keys(row('', '')).join(', ');

  test('the table of cdr_sqlite3_custom', async () => {
    await make([`CREATE TABLE cdr (AcctId INTEGER PRIMARY KEY, ${columns})`], rows);
    const found = await read({ file });
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(2);
  });

  test('columns in capitals, a name of its own, times in epoch seconds', async () => {
    await make(
      ['CREATE TABLE Calls (Start INTEGER, Channel, DstChannel, Disposition, UniqueID, LinkedID, duration, answer)'],
      [
        {
          ...{ Start: noon / 1000, Channel: 'PJSIP/p-01', DstChannel: null, Disposition: 8 },
          ...{ UniqueID: '1795262400.2', LinkedID: '1795262400.1', duration: 3, answer: null },
        },
      ],
      'Calls',
    );
    expect(await read({ file, table: 'Calls' })).toMatchObject([
      {
        start: noon,
        linkedid: '1795262400.1',
        dstchannel: '',
        disposition: 'answered',
        answer: null,
        end: noon + 3000,
      },
    ]);
  });

  test('nothing is written to it', async () => {
    await make([`CREATE TABLE cdr (${columns})`]);
    const source = await openTable({ ...settings, file });
    expect(await source.read(0, 1)).toEqual([]);
    await source.close();
    await make([`INSERT INTO cdr (calldate) VALUES ('x')`]);
  });

  test.each([
    ['no such table', ['CREATE TABLE other (a)'], 'The table cdr does not exist there: set cdr.table.'],
    ['no ids', ['CREATE TABLE cdr (calldate, channel, dstchannel, disposition)'], 'has no column uniqueid'],
    ['no times', ['CREATE TABLE cdr (uniqueid, channel, dstchannel, disposition)'], 'has no column calldate or start'],
  ])('%s', async (_, statements, problem) => {
    await make(statements);
    await expect(read({ file })).rejects.toThrow(problem);
  });

  test('a file that is not there, or something else', async () => {
    await expect(read({ file })).rejects.toThrow('does not exist or cannot be read: set cdr.file');
    await writeFile(file, 'this is no database, but long enough to be looked at for one');
    await expect(read({ file })).rejects.toThrow(/cannot be read: .*not a database/);
  });
});

const freepbx = `CREATE TABLE cdr (
  calldate datetime NOT NULL DEFAULT '1000-01-01 00:00:00', clid varchar(80) NOT NULL DEFAULT '', src varchar(80) NOT NULL DEFAULT '',
  dst varchar(80) NOT NULL DEFAULT '', dcontext varchar(80) NOT NULL DEFAULT '', channel varchar(80) NOT NULL DEFAULT '',
  dstchannel varchar(80) NOT NULL DEFAULT '', lastapp varchar(80) NOT NULL DEFAULT '', lastdata varchar(80) NOT NULL DEFAULT '',
  duration int(11) NOT NULL DEFAULT 0, billsec int(11) NOT NULL DEFAULT 0, disposition varchar(45) NOT NULL DEFAULT '',
  amaflags int(11) NOT NULL DEFAULT 0, accountcode varchar(20) NOT NULL DEFAULT '', uniqueid varchar(32) NOT NULL DEFAULT '',
  userfield varchar(255) NOT NULL DEFAULT '', did varchar(50) NOT NULL DEFAULT '', recordingfile varchar(255) NOT NULL DEFAULT '',
  cnum varchar(80) NOT NULL DEFAULT '', cnam varchar(80) NOT NULL DEFAULT '', outbound_cnum varchar(80) NOT NULL DEFAULT '',
  outbound_cnam varchar(80) NOT NULL DEFAULT '', dst_cnam varchar(80) NOT NULL DEFAULT '', linkedid varchar(32) NOT NULL DEFAULT '',
  peeraccount varchar(80) NOT NULL DEFAULT '', sequence int(11) NOT NULL DEFAULT 0, KEY calldate (calldate))`;

if (!hasMariaDb) console.warn('SKIPPED: MariaDB is not installed here');
describe.skipIf(!hasMariaDb)('MariaDB, as FreePBX has it', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startMariaDb();
    await server.admin.raw('CREATE DATABASE asteriskcdrdb CHARACTER SET utf8mb4');
    await server.admin.raw("CREATE USER 'reader'@'%' IDENTIFIED BY 'a-secret-of-its-own'");
    await server.admin.raw("GRANT SELECT ON asteriskcdrdb.* TO 'reader'@'%'");
    await server.admin.raw('USE asteriskcdrdb');
    await server.admin.raw(freepbx);
    const more = { did: '74951112233', recordingfile: 'in-1.wav', linkedid: '1795262400.1', cnam: 'Иван' };
    for (const each of rows) await server.admin('asteriskcdrdb.cdr').insert({ ...each, ...more });
  }, 60_000);
  afterAll(() => server?.stop());

  test('its rows', async () => {
    const found = await read({ source: 'mysql', port: server.port });
    expect(found).toMatchObject(expected);
    expect(found[0]).toMatchObject({
      did: '74951112233',
      recording: 'in-1.wav',
      linkedid: '1795262400.1',
      name: 'Иван',
    });
  });

  test('a wrong password, a wrong table, nobody there: said without the password', async () => {
    const wrong = read({ source: 'mysql', port: server.port, password: 'wrong-secret' });
    await expect(wrong).rejects.toThrow(
      /The CDR \(cdr in asteriskcdrdb on 127\.0\.0\.1 \(mysql, user reader\)\).*Access denied/,
    );
    await expect(wrong).rejects.not.toThrow(/secret/);
    await expect(read({ source: 'mysql', port: server.port, table: 'calls' })).rejects.toThrow('set cdr.table');
    await expect(read({ source: 'mysql', port: 1 })).rejects.toThrow('ECONNREFUSED');
  });
});

if (!hasPostgres) console.warn('SKIPPED: PostgreSQL is not installed here');
describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startPostgres();
    await server.admin.raw("CREATE USER reader PASSWORD 'a-secret-of-its-own'");
    const columns = Object.keys(row('', ''))
      .filter((name) => name !== 'calldate')
      .map((name) => `${name} ${/duration|billsec/.test(name) ? 'integer' : 'text'}`)
      .join(', ');
    await server.admin.raw(`CREATE TABLE cdr (calldate timestamp, ${columns})`);
    await server.admin.raw('CREATE SCHEMA pbx');
    await server.admin.raw(
      `CREATE TABLE pbx.calls (start timestamptz, answer timestamptz, "end" timestamptz, ${columns})`,
    );
    await server.admin.raw('GRANT USAGE ON SCHEMA pbx TO reader');
    await server.admin.raw('GRANT SELECT ON cdr, pbx.calls TO reader');
    for (const each of rows) await server.admin('cdr').insert(each);
    const { calldate: _, ...rest } = row('', '1795262400.2');
    const times = { start: '2026-11-21 12:00:00+00', answer: '2026-11-21 17:00:02+05', end: '2026-11-21 12:00:06+00' };
    await server
      .admin('calls')
      .withSchema('pbx')
      .insert({ ...rest, ...times });
  }, 60_000);
  afterAll(() => server?.stop());

  const postgres = { source: 'postgresql', database: 'postgres' } as const;

  test('the table of cdr_pgsql', async () => {
    expect(await read({ ...postgres, port: server.port })).toMatchObject(expected);
  });

  test('times with a zone, in a schema of its own', async () => {
    expect(await read({ ...postgres, port: server.port, table: 'pbx.calls' })).toMatchObject(expected.slice(0, 1));
  });

  test('a wrong password and nobody there: said without the password', async () => {
    const wrong = read({ ...postgres, port: server.port, password: 'wrong-secret' });
    await expect(wrong).rejects.toThrow('password authentication failed');
    await expect(wrong).rejects.not.toThrow(/secret/);
    await expect(read({ ...postgres, port: 1 })).rejects.toThrow('ECONNREFUSED');
  });
});
