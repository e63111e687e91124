import type { Knex } from 'knex';
import { type Clock, repeat } from './clock.ts';
import type { Patience } from './db/patience.ts';

export interface PulseParts {
  readonly knex: Knex;
  readonly patience: Pick<Patience, 'state'>;
  readonly clock: Clock;
  /** Resolves when all that was learnt so far is on disk. */
  readonly written: () => Promise<void>;
}

const lookMs = 1_000;

/**
 * Resolves when what was learnt so far is on disk and the database has answered a question. A database that is known to fail is
 * waited for already, and a new process would only lose what is kept in memory for it: that counts as an answer.
 */
export async function feelPulse({ knex, patience, clock, written }: PulseParts): Promise<void> {
  let stop = () => {};
  const isFailing = new Promise<void>((resolve) => {
    stop = repeat(clock, lookMs, () => {
      if (patience.state.state === 'failing') resolve();
    });
  });
  const answered = written().then(() => ask(knex));
  await Promise.race([answered, isFailing]).finally(stop);
}

/** Knex waits a minute for its one connection: then somebody has it and does not let it go. */
async function ask(knex: Knex): Promise<void> {
  try {
    await knex.raw('select 1');
  } catch (fault) {
    if ((fault as Error).name === 'KnexTimeoutError') throw fault;
  }
}
