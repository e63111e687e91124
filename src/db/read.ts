import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import knex, { type Knex } from 'knex';
import { openWhatIsThere } from './what-is-there.ts';

const busyTimeoutMs = 5_000;

/**
 * Opens the connector's database for reading only, also while a connector runs on it: no lock is taken that it would
 * notice. `destroy()` closes it. See openWhatIsThere.
 */
export function openForReading(path: string, table: string): Promise<Knex> {
  return openWhatIsThere(path, () => connectForReading(path), { tables: [table], busyTimeoutMs });
}

/** Any SQLite file; `destroy()` closes it. */
export function connectForReading(path: string): Knex {
  return knex({
    client: 'sqlite3',
    // Knex always adds OPEN_READWRITE and OPEN_CREATE to the flags (3.3), so that only the address can say it.
    connection: { filename: `${pathToFileURL(resolve(path)).href}?mode=ro`, flags: ['OPEN_URI'] },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
}
