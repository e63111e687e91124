import type { Knex } from 'knex';
import { noPatience, type Patience } from './patience.ts';

/** What the connector has found out and need not ask again after a restart, by name. */
export function createFacts(knex: Knex, patience: Pick<Patience, 'persist'> = noPatience) {
  const facts = () => knex<{ name: string; value: string }>('facts');
  return {
    async get(name: string): Promise<string | null> {
      return (await patience.persist(async () => facts().where({ name }).first()))?.value ?? null;
    },
    async set(name: string, value: string): Promise<void> {
      await patience.persist(async () => facts().insert({ name, value }).onConflict('name').merge());
    },
  };
}

export type Facts = ReturnType<typeof createFacts>;
