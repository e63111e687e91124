import type { Knex } from 'knex';

/** What is looked for among years of recordings, or among all that waits for a CRM that is away. */
const indexes = {
  recordings_unlinked: 'recordings (closed_at) WHERE announced_at IS NULL AND next_look_at IS NULL',
  callbacks_sending: 'callbacks (id) WHERE sending = 1',
};

export async function up(knex: Knex): Promise<void> {
  for (const [name, rows] of Object.entries(indexes)) await knex.raw(`CREATE INDEX ${name} ON ${rows}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(indexes)) await knex.raw(`DROP INDEX ${name}`);
}
