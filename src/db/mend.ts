import { promises as files } from 'node:fs';
import type { Knex } from 'knex';
import type { Log } from '../log.ts';
import { bringUpToDate, connect } from './connect.ts';
import { makePrivately } from './private-file.ts';
import { type Salvage, salvage } from './salvage.ts';

/**
 * Puts a new database in the place of a damaged one, with all that can be read of it; the damaged file stays beside it, as
 * `<path>.damaged-<time>`. Nobody may have it open meanwhile. Whenever it is interrupted there is a database in its place.
 *
 * @returns the damaged file's new name
 */
export async function mendDatabase(path: string, log?: Log): Promise<string> {
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  log?.error(`the database ${path} is damaged: a new one is made of what can be read of it`);
  const fresh = `${path}.new`;
  await removeDatabase(fresh);
  await makePrivately(fresh, path);
  const found = await makeOf(path, fresh);
  await keepAside(path, aside);
  await files.rename(fresh, path);
  log?.error(
    `the database ${path} has been made anew: ${inWords(found)}. The damaged file is ${aside}: see whether the disk is ` +
      'sound, and remove it when it is no longer wanted. The command reconcile shows what the CRM may lack.',
  );
  return aside;
}

function inWords(found: Salvage | null): string {
  if (found === null) return 'nothing of the damaged one can be read';
  const saved = Object.entries(found.saved).filter(([, count]) => count > 0);
  const kept = saved.map(([table, count]) => `${count} ${table}`).join(', ') || 'nothing';
  return `it holds ${kept} from before, and ${found.lost} rows could not be read`;
}

/** The same while the connector works on it: whoever wants the connection waits for the new file. */
export async function mendWhileOpen(database: Knex, path: string, log?: Log): Promise<string> {
  const connection = (await database.client.acquireConnection()) as RawConnection;
  try {
    await new Promise<void>((resolve) => connection.close(() => resolve()));
    return await mendDatabase(path, log);
  } finally {
    // Closed already. Knex 3.3 opens another one in place of what is marked so.
    connection.close = (done) => done(null);
    connection.__knex__disposed = 'its file was replaced';
    await database.client.releaseConnection(connection);
  }
}

interface RawConnection {
  close(done: (fault: Error | null) => void): void;
  __knex__disposed?: unknown;
}

async function makeOf(damaged: string, fresh: string) {
  const database = connect(fresh);
  try {
    await bringUpToDate(fresh, database);
    // One transaction a span would wait for the disk each time; if the power fails now, it is made anew again.
    await database.raw('PRAGMA synchronous = OFF');
    const result = await salvage(database, damaged);
    await database.raw('PRAGMA synchronous = FULL');
    await database.raw('PRAGMA wal_checkpoint(TRUNCATE)');
    return result;
  } finally {
    await database.destroy();
  }
}

/** The log of the damaged file goes with it: SQLite would play it into the new one. */
async function keepAside(path: string, aside: string): Promise<void> {
  await files.link(path, aside).catch(() => files.copyFile(path, aside));
  await files.rename(`${path}-wal`, `${aside}-wal`).catch(unlessMissing);
  await files.rm(`${path}-shm`, { force: true });
}

function unlessMissing(fault: NodeJS.ErrnoException): void {
  if (fault.code !== 'ENOENT') throw fault;
}

async function removeDatabase(path: string): Promise<void> {
  for (const end of ['', '-wal', '-shm', '-journal']) await files.rm(`${path}${end}`, { force: true });
}
