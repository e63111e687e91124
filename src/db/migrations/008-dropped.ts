import type { Knex } from 'knex';

/**
 * Callbacks that were given up, and those that a person has dropped: a few among very many. SQLite (3.4x) reads the whole table
 * rather than a partial index whose first column is not asked for, hence the state, which is always the same.
 */
const indexes = {
  callbacks_given_up: "callbacks (state, id) WHERE state = 'given_up'",
  callbacks_dropped: "callbacks (finished_at) WHERE state = 'dropped'",
};

export async function up(knex: Knex): Promise<void> {
  for (const [name, rows] of Object.entries(indexes)) await knex.raw(`CREATE INDEX ${name} ON ${rows}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(indexes)) await knex.raw(`DROP INDEX ${name}`);
}
