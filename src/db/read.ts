import { promises as files } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import knex, { type Knex } from 'knex';
import { requireOurs } from './open.ts';
import { DatabaseRefused, refusal } from './refusal.ts';

/**
 * Opens the connector's database for reading only, also while a connector runs on it: no lock is taken that it would
 * notice, and nothing is made or upgraded. `destroy()` closes it.
 *
 * @param table must be there: a database that an older version wrote last may lack it
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function openForReading(path: string, table: string): Promise<Knex> {
  const found = await files.stat(path).catch(() => null);
  if (found === null)
    throw new DatabaseRefused(`There is no database ${path} yet: the connector makes it.`, 'settings');
  const database = knex({
    client: 'sqlite3',
    // Knex always adds OPEN_READWRITE and OPEN_CREATE to the flags (3.3), so that only the address can say it.
    connection: { filename: `${pathToFileURL(resolve(path)).href}?mode=ro`, flags: ['OPEN_URI'] },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    await database.raw('PRAGMA busy_timeout = 5000');
    await requireOurs(path, database);
    if (!(await database.schema.hasTable(table)))
      throw new DatabaseRefused(`The database ${path} is of an older version: start the connector once.`, 'settings');
  } catch (fault) {
    await database.destroy();
    throw refusal(path, fault);
  }
  return database;
}
