import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('recordings', (table) => {
    table.text('id').primary();
    table.text('call').notNullable();
    table.text('path').notNullable();
    table.text('legs').notNullable();
    table.text('state').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('closed_at');
    table.bigInteger('announced_at');
    table.bigInteger('size');
    table.double('mtime');
    table.bigInteger('unchanged_since');
    table.integer('looks').notNullable().defaultTo(0);
    table.bigInteger('next_look_at');
    table.unique(['call', 'path']);
    table.index(['path']);
  });
  // Partial: of the recordings of years only those still waited for are in it.
  await knex.raw('CREATE INDEX recordings_due ON recordings (next_look_at) WHERE next_look_at IS NOT NULL');
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('recordings');
}
