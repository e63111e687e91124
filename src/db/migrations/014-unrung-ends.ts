import type { Knex } from 'knex';

/** Whether a call's end was heard: what was kept before this was known goes on being taken for whole. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('unrung_calls', (table) => {
    table.boolean('is_end_heard').notNullable().defaultTo(true);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('unrung_calls', (table) => {
    table.dropColumn('is_end_heard');
  });
}
