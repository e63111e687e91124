import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('unrung_calls', (table) => {
    table.text('call').primary();
    table.text('line').notNullable();
    table.text('number').notNullable();
    table.text('name').notNullable();
    table.bigInteger('started_at').notNullable().index();
    table.bigInteger('ended_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('unrung_calls');
}
