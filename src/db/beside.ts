import { promises as files } from 'node:fs';
import type { Knex } from 'knex';
import { connect } from './connect.ts';
import { requireOurs } from './open.ts';
import { DatabaseRefused, refusal } from './refusal.ts';

/** A command can wait; the connector's own transactions take some milliseconds. */
const busyTimeoutMs = 10_000;

/**
 * Opens the connector's database for reading and writing beside a connector that may be running on it: its lock is left
 * alone, and nothing is made or upgraded. `destroy()` closes it.
 *
 * @param tables must be there: a database that an older version wrote last may lack them
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function openBeside(path: string, tables: readonly string[]): Promise<Knex> {
  const found = await files.stat(path).catch(() => null);
  if (found === null)
    throw new DatabaseRefused(`There is no database ${path} yet: the connector makes it.`, 'settings');
  const database = connect(path);
  try {
    await database.raw(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    await requireOurs(path, database);
    for (const table of tables)
      if (!(await database.schema.hasTable(table)))
        throw new DatabaseRefused(`The database ${path} is of an older version: start the connector once.`, 'settings');
  } catch (fault) {
    await database.destroy();
    throw refusal(path, fault);
  }
  return database;
}
