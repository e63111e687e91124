import type { Knex } from 'knex';
import { type Clock, repeat } from '../clock.ts';

const lookMs = 1_000;

/**
 * Notices that another process wrote to the database: `reconcile --repair`, `outbox retry`. SQLite's data_version changes with
 * the commits of other connections only.
 *
 * @returns ends it
 */
export function watchForeignWrites(knex: Knex, clock: Clock, onWrite: () => void): () => void {
  let seen: number | null = null;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const [row] = (await knex.raw('PRAGMA data_version')) as [{ data_version: number }];
      if (seen !== null && row.data_version !== seen) onWrite();
      seen = row.data_version;
    } catch {
      // A database that cannot be read is told of by those who need what is in it.
    } finally {
      isLooking = false;
    }
  };
  return repeat(clock, lookMs, () => void look());
}
