import type { Knex } from 'knex';

/** What the connector has found out and need not ask again after a restart, by name. */
export function createFacts(knex: Knex) {
  const facts = () => knex<{ name: string; value: string }>('facts');
  return {
    async get(name: string): Promise<string | null> {
      return (await facts().where({ name }).first())?.value ?? null;
    },
    async set(name: string, value: string): Promise<void> {
      await facts().insert({ name, value }).onConflict('name').merge();
    },
  };
}

export type Facts = ReturnType<typeof createFacts>;
