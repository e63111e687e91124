import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { openDatabase } from '../../src/db/open.ts';

export interface TempDb {
  readonly folder: string;
  readonly path: string;
  /** The open database; another one after `reopen`. */
  readonly knex: Knex;
  /** Closes the database and opens it again, as a restarted process would. */
  reopen(): Promise<Knex>;
  /** Closes the database and removes its folder. */
  remove(): Promise<void>;
}

/** A real database in a folder of its own. */
export async function tempDb(): Promise<TempDb> {
  const folder = await mkdtemp(join(tmpdir(), 'connector-'));
  const path = join(folder, 'connector.db');
  let knex = await openDatabase(path);
  return {
    folder,
    path,
    get knex() {
      return knex;
    },
    async reopen() {
      await knex.destroy();
      knex = await openDatabase(path);
      return knex;
    },
    async remove() {
      await knex.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
