import type { Knex } from 'knex';

/**
 * What a call's story needs and nothing else keeps: when a part was answered, and what the CRM answered to sends that failed.
 * The latter is one row for each answer that differs, so that a day without the CRM is a few rows and not thousands.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('history', (table) => {
    table.bigInteger('answered_at');
  });
  await knex.schema.createTable('failed_sends', (table) => {
    table.integer('callback').notNullable();
    table.text('outcome').notNullable();
    table.text('detail').notNullable();
    table.integer('times').notNullable();
    table.bigInteger('first_at').notNullable();
    table.bigInteger('last_at').notNullable();
    table.integer('longest_ms').notNullable();
    table.primary(['callback', 'outcome', 'detail']);
  });
  // No foreign key: a damaged database is copied table by table, in the order of their names.
  await knex.raw(
    'CREATE TRIGGER failed_sends_of_removed AFTER DELETE ON callbacks BEGIN DELETE FROM failed_sends WHERE callback = OLD.id; END',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TRIGGER failed_sends_of_removed');
  await knex.schema.dropTable('failed_sends');
  await knex.schema.alterTable('history', (table) => {
    table.dropColumn('answered_at');
  });
}
