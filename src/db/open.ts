import { promises as files } from 'node:fs';
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import type { Log } from '../log.ts';
import { applicationId, bringUpToDate, connect } from './connect.ts';
import { judgeFault } from './fault.ts';
import { lockDatabase } from './lock.ts';
import { mendDatabase } from './mend.ts';
import { makePrivately } from './private-file.ts';
import { DatabaseRefused, refusal } from './refusal.ts';

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
  try {
    return await openFile(path, log);
  } catch (fault) {
    if (judgeFault(fault).kind !== 'damaged' || !(await isOurs(path))) throw refusal(path, fault);
    await mendAlone(path, log);
  }
  return openFile(path, log).catch((fault) => {
    throw refusal(path, fault);
  });
}

async function openFile(path: string, log: Log | undefined): Promise<Knex> {
  await makePrivately(path);
  const database = connect(path, log);
  let unlock = async () => {};
  try {
    await requireOurs(path, database);
    unlock = await lockDatabase(path);
    await bringUpToDate(path, database, log);
  } catch (fault) {
    await database.destroy();
    await unlock();
    throw fault;
  }
  return unlockedByDestroy(database, unlock);
}

async function mendAlone(path: string, log: Log | undefined): Promise<void> {
  const unlock = await lockDatabase(path);
  try {
    await mendDatabase(path, log);
  } catch (fault) {
    throw refusal(path, fault);
  } finally {
    await unlock();
  }
}

const headerLength = 100;
const applicationIdAt = 68;

/** Of a file that SQLite does not read: whether it is damaged and ours, or has always been something else. */
async function isOurs(path: string): Promise<boolean> {
  const lock = await files.stat(`${path}.lock`).catch(() => null);
  if (lock !== null && lock.size > 0) return true;
  const file = await files.open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerLength), 0, headerLength, 0);
    return bytesRead === headerLength && buffer.readUInt32BE(applicationIdAt) === applicationId;
  } finally {
    await file.close();
  }
}

async function requireFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await files.stat(folder).catch(() => null);
  if (found === null)
    throw new DatabaseRefused(`The folder ${folder} of the database does not exist: create it.`, 'other');
  if (!found.isDirectory())
    throw new DatabaseRefused(`The folder ${folder} of the database is not a folder.`, 'settings');
  const isFolder = await files.stat(path).then(
    (file) => file.isDirectory(),
    () => false,
  );
  if (isFolder) throw new DatabaseRefused(`The database ${path} is a folder: name a file in it.`, 'settings');
}

/** Before anything is written: a file with somebody else's tables stays as it is. */
export async function requireOurs(path: string, database: Knex): Promise<void> {
  const [{ application_id: id }] = (await database.raw('PRAGMA application_id')) as [{ application_id: number }];
  const tables = await database('sqlite_master').where({ type: 'table' }).orderBy('name').pluck<string[]>('name');
  if (id === applicationId || (id === 0 && tables.length === 0)) return;
  const theirs = tables.slice(0, 5).join(', ');
  throw new DatabaseRefused(
    `The database ${path} belongs to another program (its tables: ${theirs}). Give the connector a file of its own.`,
    'settings',
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
