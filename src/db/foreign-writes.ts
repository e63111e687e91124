import { stat } from 'node:fs';
import type { Knex } from 'knex';
import { type Clock, repeat } from '../clock.ts';

const lookMs = 1_000;

export interface WatchedDatabase {
  readonly knex: Knex;
  readonly path: string;
  readonly clock: Clock;
}

/**
 * Notices that another process wrote to the database: `reconcile --repair`, `outbox retry`. SQLite's data_version changes with
 * the commits of other connections only; it is asked where a file has changed, as asking costs ten times as much as looking.
 *
 * @returns ends it
 */
export function watchForeignWrites({ knex, path, clock }: WatchedDatabase, onWrite: () => void): () => void {
  const haveChanged = createChangeFinder(path);
  let seen: number | null = null;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      if (!(await haveChanged())) return;
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

/** A commit writes to the log beside the database; without one (journal_mode) to the database itself. */
function createChangeFinder(path: string): () => Promise<boolean> {
  let seen = '';
  let hadChanged = true;
  return async () => {
    const now = (await Promise.all([`${path}-wal`, path].map(stateOf))).join();
    // A file's time is that of the kernel's last timer tick: what is written a moment after a look may leave no trace in it.
    const isToAsk = now !== seen || hadChanged;
    hadChanged = now !== seen;
    seen = now;
    return isToAsk;
  };
}

function stateOf(file: string): Promise<string> {
  return new Promise((resolve) => {
    stat(file, { bigint: true }, (fault, found) =>
      resolve(fault === null ? `${found.ino}/${found.size}/${found.mtimeNs}` : ''),
    );
  });
}
