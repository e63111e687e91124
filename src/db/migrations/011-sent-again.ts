import type { Knex } from 'knex';

/** Whether a callback was put back by hand while it was being sent. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('callbacks', (table) => {
    table.integer('again').notNullable().defaultTo(0);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('callbacks', (table) => {
    table.dropColumn('again');
  });
}
