import type { Knex } from 'knex';
import { StartCalledOff } from './called-off.ts';
import { type Clock, waitAfter } from './clock.ts';
import type { Config } from './config/schema.ts';
import { roomFor } from './db/disk.ts';
import { mendWhileOpen } from './db/mend.ts';
import { openDatabase } from './db/open.ts';
import { createPatience, type Patience } from './db/patience.ts';
import { DatabaseRefused } from './db/refusal.ts';
import type { Log } from './log.ts';

export interface DatabaseSide {
  readonly knex: Knex;
  readonly patience: Patience;
}

export interface DatabaseParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the waiting for a database that cannot be opened. */
  readonly signal: AbortSignal | undefined;
  /** The database cannot be opened for the moment, since then. Called once. */
  readonly onWaiting: (since: number) => Promise<void>;
}

/** Between two tries; the last one repeats. */
const waits = [1_000, 2_000, 5_000];
const reminderMs = 60_000;

/**
 * Opens the database; while the disk is full, or another program is in the way, again and again.
 *
 * @throws DatabaseRefused where waiting mends nothing, and StartCalledOff
 */
export async function openWhenPossible(config: Config, parts: DatabaseParts): Promise<DatabaseSide> {
  const { path } = config.database;
  const { clock, log, signal } = parts;
  const waiting = createWaiting(path, parts);
  for (let tries = 0; ; tries += 1) {
    try {
      const knex = await openDatabase(path, log);
      waiting.isOver();
      const mend = () => mendWhileOpen(knex, path, log);
      return { knex, patience: createPatience({ knex, path, clock, log, mend }) };
    } catch (fault) {
      if (!(fault instanceof DatabaseRefused) || fault.reason !== 'passing') throw fault;
      await waiting.tell(fault);
    }
    await pause(clock, waitAfter(tries, waits), signal);
  }
}

/** Tells that the database is waited for: at once, and every minute. */
function createWaiting(path: string, { clock, log, onWaiting }: DatabaseParts) {
  const since = clock.now();
  let toldAt: number | null = null;
  return {
    async tell(fault: DatabaseRefused): Promise<void> {
      const isFirst = toldAt === null;
      if (toldAt !== null && clock.now() - toldAt < reminderMs) return;
      toldAt = clock.now();
      log.error(await waitingFor(fault, path));
      if (isFirst) await onWaiting(since);
    },
    isOver(): void {
      if (toldAt !== null) log.warn(`the database ${path} can be opened now: starting`);
    },
  };
}

async function waitingFor(fault: DatabaseRefused, path: string): Promise<string> {
  return `not started yet: ${fault.message} (${await roomFor(path)}) No call is heard until then; it is tried every few seconds.`;
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const callOff = () => {
      cancel();
      reject(new StartCalledOff());
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', callOff);
      resolve();
    });
    if (signal?.aborted === true) callOff();
    else signal?.addEventListener('abort', callOff, { once: true });
  });
}
