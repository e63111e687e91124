import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('calls', (table) => {
    table.text('id').primary();
    table.text('state').notNullable();
    table.bigInteger('updated_at').notNullable();
  });
  await knex.schema.createTable('callbacks', (table) => {
    table.increments('id');
    table.text('call').notNullable();
    table.text('key').notNullable().unique();
    table.text('kind').notNullable();
    table.text('params').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('due_at');
    table.integer('attempts').notNullable().defaultTo(0);
    table.text('state').notNullable().defaultTo('pending');
    table.text('outcome');
    table.text('detail');
    table.bigInteger('finished_at');
  });
  for (const index of indexes) await knex.raw(index);
}

/**
 * Partial ones, so that what was delivered long ago weighs nothing: only the first pending callback of a record of the
 * CRM is due, hence `callbacks_due` and `callbacks_fresh` have one entry for each record that still has something to be told.
 */
const indexes = [
  "CREATE INDEX callbacks_of_call ON callbacks (call, id) WHERE state = 'pending'",
  'CREATE INDEX callbacks_due ON callbacks (due_at, id) WHERE due_at IS NOT NULL',
  'CREATE INDEX callbacks_fresh ON callbacks (created_at, due_at) WHERE due_at IS NOT NULL',
  "CREATE INDEX callbacks_finished ON callbacks (finished_at) WHERE state = 'delivered'",
];

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('callbacks').dropTable('calls');
}
