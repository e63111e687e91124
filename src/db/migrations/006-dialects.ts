import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('callbacks', (table) => {
    // 1 from before such a callback goes out that must not go out twice, until it is known what became of it.
    table.integer('sending').notNullable().defaultTo(0);
  });
  await knex.schema.createTable('held_events', (table) => {
    table.increments('id');
    table.text('event').notNullable();
  });
  await knex.schema.createTable('facts', (table) => {
    table.text('name').primary();
    table.text('value').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('facts').dropTable('held_events');
  await knex.schema.alterTable('callbacks', (table) => {
    table.dropColumn('sending');
  });
}
