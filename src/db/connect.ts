import knex, { type Knex } from 'knex';
import type { Log } from '../log.ts';
import { migrationSource } from './migrations/index.ts';
import { finalizeWithConnection, type RawConnection } from './prepared.ts';

/** "AVTC" in the file's header (SQLite's application_id): how we know our own database from another program's. */
export const applicationId = 0x41565443;

/** Short, since what fails is tried again: a stop must not have to wait for it. */
const busyTimeoutMs = 2000;

/** The one connection to a database file, which is opened (and made, if missing) at the first query. */
export function connect(path: string, log?: Log): Knex {
  return knex({
    client: 'sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    pool: { min: 1, max: 1, afterCreate: prepare },
    log: {
      warn: (message: string) => warn(message, log),
      error: (message: string) => log?.error(message),
      deprecate: (message: string) => log?.debug(message),
      debug: () => {},
    },
  });
}

/** Makes the file ours, and gives it the form that this version works with. */
export async function bringUpToDate(path: string, database: Knex, log?: Log): Promise<void> {
  await database.raw('PRAGMA journal_mode = WAL');
  await database.raw(`PRAGMA application_id = ${applicationId}`);
  const [, applied] = (await database.migrate.latest({ migrationSource })) as [number, string[]];
  if (applied.length > 0) log?.info(`database ${path} brought up to date`, { applied });
}

/** A file that cannot be opened is told of by whoever asked for it, once and not at each try. */
function warn(message: string, log: Log | undefined): void {
  if (message.startsWith('Acquire connection error')) log?.debug(message);
  else log?.warn(message);
}

/** What lasts as long as a connection only. FULL: see docs/decisions/0001-sqlite-durability.md. */
function prepare(connection: RawConnection, done: (fault: Error | null, connection: RawConnection) => void): void {
  const pragmas = `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;`;
  finalizeWithConnection(connection);
  connection.exec(pragmas, (fault) => done(fault, connection));
}
