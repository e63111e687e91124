import { promises as files } from 'node:fs';
import type { Knex } from 'knex';
import { requireOurs } from './open.ts';
import { DatabaseRefused, refusal } from './refusal.ts';

/**
 * For commands beside a connector: its database is neither made nor upgraded.
 *
 * @param connect makes the connection, of which nothing is known yet
 * @param tables must be there: a database that an older version wrote last may lack them
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function openWhatIsThere(
  path: string,
  connect: () => Knex,
  { tables, busyTimeoutMs }: { readonly tables: readonly string[]; readonly busyTimeoutMs: number },
): Promise<Knex> {
  const found = await files.stat(path).catch(() => null);
  if (found === null)
    throw new DatabaseRefused(`There is no database ${path} yet: the connector makes it.`, 'settings');
  const database = connect();
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
