import { promises as files } from 'node:fs';
import { dirname } from 'node:path';
import knex, { type Knex } from 'knex';
import type { Log } from '../log.ts';
import { lockDatabase } from './lock.ts';
import { migrationSource } from './migrations/index.ts';
import { DatabaseRefused, refusal } from './refusal.ts';

/** "AVTC" in the file's header (SQLite's application_id): how we know our own database from another program's. */
const applicationId = 0x41565443;

/**
 * Opens the connector's database, making or upgrading it as needed, for this process alone. `destroy()` closes it and
 * lets the next process in.
 *
 * There is one connection, so a query made while a transaction is open waits for its end: within one, use the
 * transaction itself.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function openDatabase(path: string, log?: Log): Promise<Knex> {
  await requireFolder(path);
  const database = connect(path, log);
  let unlock = async () => {};
  try {
    await requireOurs(path, database);
    unlock = await lockDatabase(path);
    await database.raw('PRAGMA journal_mode = WAL');
    await database.raw(`PRAGMA application_id = ${applicationId}`);
    const [, applied] = (await database.migrate.latest({ migrationSource })) as [number, string[]];
    if (applied.length > 0) log?.info(`database ${path} brought up to date`, { applied });
  } catch (fault) {
    await database.destroy();
    await unlock();
    throw refusal(path, fault);
  }
  return unlockedByDestroy(database, unlock);
}

async function requireFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await files.stat(folder).catch(() => null);
  if (found === null) throw new DatabaseRefused(`The folder ${folder} of the database does not exist: create it.`);
  if (!found.isDirectory()) throw new DatabaseRefused(`The folder ${folder} of the database is not a folder.`);
  const isFolder = await files.stat(path).then(
    (file) => file.isDirectory(),
    () => false,
  );
  if (isFolder) throw new DatabaseRefused(`The database ${path} is a folder: name a file in it.`);
}

function connect(path: string, log: Log | undefined): Knex {
  return knex({
    client: 'sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    pool: { min: 1, max: 1, afterCreate: prepare },
    log: {
      warn: (message: string) => log?.warn(message),
      error: (message: string) => log?.error(message),
      deprecate: (message: string) => log?.debug(message),
      debug: () => {},
    },
  });
}

interface RawConnection {
  exec(sql: string, done: (fault: Error | null) => void): void;
}

/** What lasts as long as a connection only. FULL: see docs/decisions/0001-sqlite-durability.md. */
function prepare(connection: RawConnection, done: (fault: Error | null, connection: RawConnection) => void): void {
  const pragmas = 'PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;';
  connection.exec(pragmas, (fault) => done(fault, connection));
}

/** Before anything is written: a file with somebody else's tables stays as it is. */
export async function requireOurs(path: string, database: Knex): Promise<void> {
  const [{ application_id: id }] = (await database.raw('PRAGMA application_id')) as [{ application_id: number }];
  const tables = await database('sqlite_master').where({ type: 'table' }).orderBy('name').pluck<string[]>('name');
  if (id === applicationId || (id === 0 && tables.length === 0)) return;
  const theirs = tables.slice(0, 5).join(', ');
  throw new DatabaseRefused(
    `The database ${path} belongs to another program (its tables: ${theirs}). Give the connector a file of its own.`,
  );
}

function unlockedByDestroy(database: Knex, unlock: () => Promise<void>): Knex {
  const destroy = database.destroy.bind(database);
  const value = async () => {
    await destroy();
    await unlock();
  };
  return Object.defineProperty(database, 'destroy', { value });
}
