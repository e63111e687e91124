import type { Knex } from 'knex';

/**
 * Recordings that are deleted when they are old enough: which are gone, the calls whose recordings stay whatever their age, and what
 * was deleted, when, by whom and by which rule. Of that nothing is ever removed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('recordings', (table) => {
    table.bigInteger('deleted_at');
  });
  await knex.raw('CREATE INDEX recordings_by_age ON recordings (closed_at) WHERE deleted_at IS NULL');
  await knex.schema.createTable('kept_calls', (table) => {
    table.text('call').primary();
    table.bigInteger('since').notNullable();
    table.text('by').notNullable();
    table.text('reason').notNullable();
  });
  await knex.schema.createTable('recording_deletions', (table) => {
    table.increments('id');
    table.bigInteger('at').notNullable();
    table.text('by').notNullable();
    table.text('rule').notNullable();
    table.text('path').notNullable();
    table.text('recordings').notNullable();
    table.text('calls').notNullable();
    table.bigInteger('size').notNullable();
    table.double('mtime').notNullable();
    table.text('outcome').notNullable();
    table.text('why').notNullable().defaultTo('');
  });
  // Partial: only those that a process which ended had begun are ever looked for.
  await knex.raw("CREATE INDEX recording_deletions_begun ON recording_deletions (id) WHERE outcome = 'begun'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('recording_deletions');
  await knex.schema.dropTable('kept_calls');
  await knex.raw('DROP INDEX recordings_by_age');
  await knex.schema.alterTable('recordings', (table) => {
    table.dropColumn('deleted_at');
  });
}
