import type { Knex } from 'knex';
import { judgeFault } from './fault.ts';

/** Rows asked for in one go while all is well; of a span that cannot be read each half is tried. */
const span = 4096;

/** After as many lost rows it is taken for a large hole, and searched for its end in larger steps, or this would take hours. */
const holeRows = 64;

/** A table of which so many rows in succession cannot be read has nothing more behind them that is worth the time. */
const hopeless = 200_000;

/** What damage makes of a text must not be met later, where it would be taken for our own mistake. */
const conditions: Readonly<Record<string, string>> = {
  callbacks: "json_valid(params) AND state IN ('pending', 'delivered', 'given_up', 'dropped')",
  calls: 'json_valid(state)',
  held_events: 'json_valid(event)',
  recordings: 'json_valid(talks) AND json_valid(announced_to)',
};

/** How many rows of each table could be read, and how many could not (a guess where their number is not known). */
export interface Salvage {
  readonly saved: Readonly<Record<string, number>>;
  readonly lost: number;
}

/**
 * Copies all rows that can be read from a damaged database into a new one of the same form.
 *
 * @param fresh has one connection, to which the damaged file is attached meanwhile
 * @returns null: not even the list of its tables can be read
 */
export async function salvage(fresh: Knex, damagedPath: string): Promise<Salvage | null> {
  const saved: Record<string, number> = {};
  let lost = 0;
  if (!(await attach(fresh, damagedPath))) return null;
  try {
    for (const table of await tablesOf(fresh)) {
      const copy = await copyTable(fresh, table);
      saved[table] = copy.saved;
      lost += copy.lost;
    }
    await keepCounting(fresh);
  } finally {
    await fresh.raw('DETACH DATABASE damaged');
  }
  return { saved, lost };
}

async function attach(fresh: Knex, damagedPath: string): Promise<boolean> {
  // With it SQLite (3.52) reads also a file that has lost its end.
  await fresh.raw('PRAGMA writable_schema = ON');
  try {
    await fresh.raw('ATTACH DATABASE ? AS damaged', [damagedPath]);
    await fresh.raw('SELECT count(*) FROM damaged.sqlite_master');
    return true;
  } catch (fault) {
    return ofDamage(fault, false);
  }
}

/** Those of knex belong to the new file. */
async function tablesOf(fresh: Knex): Promise<string[]> {
  const names = await fresh('sqlite_master').where({ type: 'table' }).orderBy('name').pluck<string[]>('name');
  return names.filter((name) => !/^(knex|sqlite)_/.test(name));
}

interface Copy {
  saved: number;
  lost: number;
  /** Rows lost since one could be read; where it is not known which is the last, also those that are not there. */
  inSuccession: number;
  /** The last step in a hole: its end may lie in it. */
  step: readonly [first: number, last: number] | null;
  readonly isEndKnown: boolean;
}

async function copyTable(fresh: Knex, table: string): Promise<Copy> {
  const statement = await copyStatement(fresh, table);
  const first = (await edge(fresh, table, 'min')) ?? 1;
  const last = await edge(fresh, table, 'max');
  const copy: Copy = { saved: 0, lost: 0, inSuccession: 0, step: null, isEndKnown: last !== null };
  if (statement === null) return copy;
  for (let row = first; row <= (last ?? Infinity) && copy.inSuccession < hopeless; row += span)
    await copySpan(fresh, statement, row, Math.min(row + span - 1, last ?? Infinity), copy);
  return copy;
}

/** null: the damaged file does not even say which columns the table has. */
async function copyStatement(fresh: Knex, table: string): Promise<string | null> {
  const known = await columnsOf(fresh, 'main', table);
  const found = await columnsOf(fresh, 'damaged', table).catch((fault) => ofDamage<string[]>(fault, []));
  const columns = known.filter((column) => found.includes(column)).map((column) => `"${column}"`);
  if (columns.length === 0) return null;
  const list = ['rowid', ...columns].join(', ');
  const condition = conditions[table] ?? '1';
  return `INSERT OR IGNORE INTO main."${table}" (${list}) SELECT ${list} FROM damaged."${table}" WHERE rowid BETWEEN ? AND ? AND ${condition}`;
}

async function columnsOf(fresh: Knex, schema: string, table: string): Promise<string[]> {
  const rows = (await fresh.raw(`PRAGMA ${schema}.table_info("${table}")`)) as { name: string }[];
  return rows.map(({ name }) => name);
}

/** The number of the first or last row; null: the way there is damaged. */
async function edge(fresh: Knex, table: string, which: 'min' | 'max'): Promise<number | null> {
  try {
    const [row] = (await fresh.raw(`SELECT ${which}(rowid) AS edge FROM damaged."${table}"`)) as [
      { edge: number | null },
    ];
    return row.edge ?? 0;
  } catch (fault) {
    return ofDamage(fault, null);
  }
}

async function copySpan(fresh: Knex, statement: string, first: number, last: number, copy: Copy): Promise<void> {
  if (copy.inSuccession >= hopeless) return;
  const size = last - first + 1;
  try {
    await fresh.raw(statement, [first, last]);
    const [{ count }] = (await fresh.raw('SELECT changes() AS count')) as [{ count: number }];
    copy.saved += count;
    if (count === 0 && !copy.isEndKnown) copy.inSuccession += size;
    else copy.inSuccession = 0;
    if (count > 0) await copyHolesEnd(fresh, statement, copy);
  } catch (fault) {
    ofDamage(fault, null);
    if (size <= (copy.inSuccession < holeRows ? 1 : holeRows)) return lose(first, last, copy);
    const middle = Math.floor((first + last) / 2);
    await copySpan(fresh, statement, first, middle, copy);
    await copySpan(fresh, statement, middle + 1, last, copy);
  }
}

function lose(first: number, last: number, copy: Copy): void {
  copy.lost += last - first + 1;
  copy.inSuccession += last - first + 1;
  copy.step = first === last ? null : [first, last];
}

async function copyHolesEnd(fresh: Knex, statement: string, copy: Copy): Promise<void> {
  if (copy.step === null) return;
  const [first, last] = copy.step;
  copy.step = null;
  copy.lost -= last - first + 1;
  await copySpan(fresh, statement, first, last, copy);
}

/** What the new file's disk, or another program, is to blame for is no reason to leave rows behind. */
function ofDamage<Result>(fault: unknown, result: Result): Result {
  const { code } = judgeFault(fault);
  if (!notOfDamage.has(code)) return result;
  throw fault;
}

const notOfDamage: ReadonlySet<string> = new Set([
  'SQLITE_FULL',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
]);

/**
 * A callback that is being sent is marked by its id when the new file is there: no other must get that id. Where the old
 * count cannot be read, the time in milliseconds is above all ids there ever were.
 */
async function keepCounting(fresh: Knex): Promise<void> {
  const read = (await fresh
    .raw('SELECT name, seq FROM damaged.sqlite_sequence')
    .catch((fault) => ofDamage(fault, []))) as {
    name: string;
    seq: number;
  }[];
  for (const table of ['callbacks', 'held_events']) {
    const seq = read.find(({ name }) => name === table)?.seq ?? Date.now();
    await fresh('sqlite_sequence').where({ name: table }).delete();
    await fresh('sqlite_sequence').insert({ name: table, seq });
  }
}
