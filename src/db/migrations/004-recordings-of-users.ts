import type { Knex } from 'knex';

interface OldRow {
  readonly rowid: number;
  readonly talks: string;
  readonly closed_at: number | null;
  readonly announced_at: number | null;
}

/** What a recording's row held of each user who talked. */
type OldLeg = { readonly extension: string; readonly startedAt: number };

const slice = 500;

/** A call may have several recordings and each user gets one of them, so a row says who talked when, and who was told. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE recordings RENAME COLUMN legs TO talks');
  await knex.schema.alterTable('recordings', (table) => {
    table.text('channel');
    table.text('learnt_from').notNullable().defaultTo('variable');
    table.text('announced_to').notNullable().defaultTo('[]');
  });
  await knex.raw(markOverwritten);
  let last = 0;
  for (;;) {
    const rows = await oldRows(knex).where('rowid', '>', last).orderBy('rowid').limit(slice);
    for (const row of rows) await knex('recordings').where({ rowid: row.rowid }).update(withTalks(row));
    last = rows.at(-1)?.rowid ?? last;
    if (rows.length < slice) return;
  }
}

/** Several calls with one file: the last of them was recorded over the others. */
const markOverwritten = `
  UPDATE recordings SET state = 'overwritten', next_look_at = NULL
  WHERE state IN ('waiting', 'ready', 'missing', 'unheard') AND EXISTS (
    SELECT 1 FROM recordings AS later
    WHERE later.path = recordings.path AND later.call <> recordings.call AND later.rowid > recordings.rowid
  )`;

function oldRows(knex: Knex) {
  const rows = knex<OldRow>('recordings').whereNot({ talks: '[]' });
  return rows.select<OldRow[]>('rowid', 'talks', 'closed_at', 'announced_at');
}

/** When each of them talked is not known: from his first ring to the end of the call. */
function withTalks(row: OldRow) {
  const legs = JSON.parse(row.talks) as OldLeg[];
  const talks = legs.map((leg, index) => ({
    leg: { ...leg, variables: {} },
    from: leg.startedAt,
    until: row.closed_at ?? leg.startedAt,
    last: index === legs.length - 1,
  }));
  const told = row.announced_at === null ? [] : legs.map(({ extension }) => extension);
  return { talks: JSON.stringify(talks), announced_to: JSON.stringify(told) };
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('recordings', (table) => {
    table.dropColumn('channel');
    table.dropColumn('learnt_from');
    table.dropColumn('announced_to');
  });
  await knex.raw('ALTER TABLE recordings RENAME COLUMN talks TO legs');
}
