import { promises as files } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import knex, { type Knex } from 'knex';
import type { CdrFields } from './cdr-record.ts';
import { CdrRefused, type CdrSource } from './cdr-source.ts';
import { toRecord } from './to-record.ts';
import { timeIn } from './zone-time.ts';

const dayMs = 86_400_000;
const connectMs = 10_000;

export interface TableSettings {
  readonly source: 'sqlite' | 'mysql' | 'postgresql';
  readonly file: string;
  readonly server: string;
  /** 0: the usual one. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly table: string;
  readonly timeZone: string;
}

/** What of a row is used; each table has some of these. */
const wanted = new Set(
  (
    'start calldate answer end duration billsec disposition channel dstchannel src cnum clid cnam dst did lastapp lastdata ' +
    'uniqueid linkedid recordingpath recordingfile'
  ).split(' '),
);

/**
 * A CDR in a database: cdr_sqlite3_custom, FreePBX's asteriskcdrdb, cdr_pgsql, or whatever cdr_adaptive_odbc was told to fill.
 *
 * @throws CdrRefused with a sentence for the operator
 */
export async function openTable(settings: TableSettings): Promise<CdrSource> {
  const title = titleOf(settings);
  const database = await connect(settings);
  try {
    const columns = await columnsOf(database, settings);
    return {
      title,
      read: (from, until) => read(database, settings, columns, from, until).catch((fault) => refuse(title, fault)),
      close: () => database.destroy(),
    };
  } catch (fault) {
    await database.destroy();
    return refuse(title, fault);
  }
}

function titleOf({ source, file, user, server, database, table }: TableSettings): string {
  return source === 'sqlite' ? `${table} in ${file}` : `${table} in ${database} on ${server} (${source}, user ${user})`;
}

function refuse(title: string, fault: unknown): never {
  if (fault instanceof CdrRefused) throw fault;
  // Knex puts the statement before the reason; nothing in it is secret, nor of use here.
  const why = String((fault as Error).message || (fault as { code?: string }).code).replace(/^.* - (?=[^-]+$)/s, '');
  throw new CdrRefused(`The CDR (${title}) cannot be read: ${why}.`, { cause: fault });
}

const silent = () => {};

/** What goes wrong is in a fault as well; knex would print it. */
const log = { warn: silent, error: silent, deprecate: silent, debug: silent };

/** Knex loads a driver when it is asked for it, so that a start of the connector does not pay for the others. */
async function connect(settings: TableSettings): Promise<Knex> {
  const pool = { min: 0, max: 1 };
  if (settings.source === 'sqlite') {
    await files.access(settings.file).catch(() => {
      throw new CdrRefused(`The database ${settings.file} of the CDR does not exist or cannot be read: set cdr.file.`);
    });
    const filename = `${pathToFileURL(resolve(settings.file)).href}?mode=ro`;
    return knex({
      client: 'sqlite3',
      connection: { filename, flags: ['OPEN_URI'] },
      useNullAsDefault: true,
      pool,
      log,
    });
  }
  const { server: host, user, password, database } = settings;
  const account = { host, user, password, database };
  if (settings.source === 'mysql') {
    const connection = { ...account, port: settings.port || 3306, dateStrings: true, connectTimeout: connectMs };
    return knex({ client: 'mysql2', connection, pool, log, acquireConnectionTimeout: connectMs });
  }
  // As text: the driver would make dates of times in the zone of this process.
  const types = { getTypeParser: () => (value: string) => value };
  const connection = { ...account, port: settings.port || 5432, types, connectionTimeoutMillis: connectMs };
  return knex({ client: 'pg', connection, pool, log, acquireConnectionTimeout: connectMs });
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Names as the table writes them, by the usual ones. */
type Columns = ReadonlyMap<string, Column>;

async function columnsOf(database: Knex, settings: TableSettings): Promise<Columns> {
  const info = await tableOf(database, settings).columnInfo();
  const found = Object.entries(info).map(([name, { type }]) => [name.toLowerCase(), { name, type }] as const);
  const columns = new Map(found.filter(([name]) => wanted.has(name)));
  if (found.length === 0) throw new CdrRefused(`The table ${settings.table} does not exist there: set cdr.table.`);
  const missing = ['uniqueid', 'channel', 'dstchannel', 'disposition'].filter((name) => !columns.has(name));
  if (!columns.has('start') && !columns.has('calldate')) missing.push('calldate or start');
  if (missing.length > 0)
    throw new CdrRefused(
      `The table ${settings.table} has no column ${missing.join(', ')}: calls cannot be told apart.`,
    );
  return columns;
}

function tableOf(database: Knex, { table }: TableSettings): Knex.QueryBuilder {
  const [first = '', second] = table.split('.');
  return second === undefined ? database(first) : database(second).withSchema(first);
}

async function read(database: Knex, settings: TableSettings, columns: Columns, from: number, until: number) {
  const begin = columns.get('start') ?? columns.get('calldate');
  const time = timeIn(settings.timeZone);
  const rows = (await tableOf(database, settings)
    .select([...columns.values()].map(({ name }) => name))
    // A day to either side for whatever zone the column is in; exactly, once the times have been read.
    .whereBetween(begin?.name ?? '', [written(from - dayMs, begin), written(until + dayMs, begin)])) as object[];
  return rows.flatMap((row) => {
    const record = toRecord(fieldsOf(row), time);
    return record !== null && record.start >= from && record.start < until ? [record] : [];
  });
}

function written(ms: number, column: Column | undefined): string | number {
  if (/int|real|double|float|numeric|decimal/i.test(column?.type ?? '')) return Math.floor(ms / 1000);
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

function fieldsOf(row: object): CdrFields {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name.toLowerCase(), value === null ? '' : String(value)]),
  );
}
