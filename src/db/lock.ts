import { hostname } from 'node:os';
import knex, { type Knex } from 'knex';
import { DatabaseRefused, refusal } from './refusal.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/**
 * Makes this process the only connector on a database, by an open transaction in a small SQLite file beside it. The
 * kernel lets go of such a lock when the process dies, however it dies, so there is no stale pid to judge (in a
 * container every connector is pid 1), and the database itself stays readable to other programs.
 *
 * @returns lets go of the lock
 */
export async function lockDatabase(path: string): Promise<() => Promise<void>> {
  const lock = knex({
    client: 'sqlite3',
    connection: { filename: `${path}.lock` },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    // Long enough to outlast a predecessor that is just exiting.
    await lock.raw('PRAGMA busy_timeout = 1000');
    await lock.raw('BEGIN IMMEDIATE');
    await sign(lock);
    await lock.raw('COMMIT');
    // Held from here on. It keeps writers out and lets readers see who holds it.
    await lock.raw('BEGIN IMMEDIATE');
  } catch (fault) {
    const reason = isBusy(fault)
      ? new DatabaseRefused(await heldBy(path, lock), 'other')
      : refusal(`${path}.lock`, fault);
    await lock.destroy();
    throw reason;
  }
  return () => lock.destroy();
}

async function sign(lock: Knex): Promise<void> {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  await lock.raw('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, since TEXT)');
  await lock('holder').delete();
  await lock('holder').insert(holder);
}

async function heldBy(path: string, lock: Knex): Promise<string> {
  const holder = await lock<Holder>('holder')
    .first()
    .catch(() => undefined);
  const who = holder ? `process ${holder.pid} on ${holder.host} since ${holder.since}` : 'another process';
  return `The database ${path} is in use by another connector (${who}). Two on one database would tell the CRM everything twice: stop that one first.`;
}

function isBusy(fault: unknown): boolean {
  return (fault as { code?: string }).code === 'SQLITE_BUSY';
}
