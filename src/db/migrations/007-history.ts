import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('history', (table) => {
    table.text('call').notNullable();
    table.text('extension').notNullable();
    table.text('direction').notNullable();
    table.text('number').notNullable();
    table.text('name').notNullable();
    table.text('line').notNullable();
    table.integer('ring').notNullable();
    table.bigInteger('started_at').notNullable();
    table.bigInteger('ended_at').notNullable();
    table.bigInteger('talked_ms').notNullable();
    table.text('outcome').notNullable();
    table.primary(['call', 'extension']);
  });
  for (const index of indexes) await knex.raw(index);
}

/** Lists show the latest first, of everybody, of one user or of one customer; withheld numbers are nobody's. */
const indexes = [
  'CREATE INDEX history_ended ON history (ended_at)',
  'CREATE INDEX history_of_extension ON history (extension, ended_at)',
  "CREATE INDEX history_of_number ON history (number, ended_at) WHERE number <> ''",
];

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('history');
}
