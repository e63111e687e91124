import type { Knex } from 'knex';

/** Callbacks that the CRM has not answered in time: few, and asked for at the end of every record. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX callbacks_timed_out ON callbacks (call) WHERE outcome = 'timedOut'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX callbacks_timed_out');
}
