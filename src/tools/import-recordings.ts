import { existsSync } from 'node:fs';
import type { Knex } from 'knex';
import type { Config } from '../config/schema.ts';
import { openBeside } from '../db/beside.ts';
import { openDatabase } from '../db/open.ts';
import { refusalOr } from '../db/refusal.ts';
import { inTransaction } from '../db/transaction.ts';
import { openFile } from '../recordings/open.ts';
import { type RecordingRow, recordingsTable } from '../recordings/recording-row.ts';
import { recordingPlaces } from '../settings.ts';
import type { ImportAnswer } from './import-command.ts';
import { type OldCall, type OldDatabase, openOldDatabase } from './import-old-calls.ts';
import { counted, plain } from './text-table.ts';

interface Tally {
  taken: number;
  there: number;
  /** Whose id or path none can have. */
  odd: number;
  absent: number;
  refused: number;
  readonly hosts: Set<string>;
}

export interface RecordingsRequest {
  readonly file: string;
  readonly json: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Takes over which recording is whose from a Java connector's database, so that the links play that the CRM has stored; also
 * while the connector runs, and again as often as one likes. Nothing is written to the old database.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function importRecordings(config: Config, request: RecordingsRequest): Promise<ImportAnswer> {
  const { file, json, now } = request;
  const old = await openOldDatabase(file);
  try {
    if (!old.isKnown) return { outcome: 'foreign', text: unknownText(file, old.tables) };
    const tally = await takeOver(config, old, now);
    return { outcome: 'done', text: json ? tallyJson(tally) : tallyText(file, tally, config) };
  } finally {
    await old.close();
  }
}

async function takeOver(config: Config, old: OldDatabase, now: number): Promise<Tally> {
  const { path } = config.database;
  const database = existsSync(path) ? await openBeside(path, [recordingsTable]) : await openDatabase(path);
  const tally: Tally = { taken: 0, there: 0, odd: 0, absent: 0, refused: 0, hosts: new Set() };
  try {
    for await (const calls of old.slices()) {
      const rows: RecordingRow[] = [];
      for (const call of calls) rows.push(...(await rowOf(call, config, now, tally)));
      await inTransaction(database, (transaction) => write(transaction, rows, tally));
    }
    return tally;
  } catch (fault) {
    throw refusalOr(path, fault);
  } finally {
    await database.destroy();
  }
}

async function rowOf(call: OldCall, config: Config, now: number, tally: Tally): Promise<RecordingRow[]> {
  const { id, path, link } = call;
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(id) || !path.startsWith('/')) {
    tally.odd += 1;
    return [];
  }
  const host = /^https?:\/\/[^/?#]+/.exec(link)?.[0];
  if (host !== undefined && tally.hosts.size < 5) tally.hosts.add(host);
  const found = await openFile(path, recordingPlaces(config));
  if (found.kind === 'open') await found.file.handle.close();
  else if (found.kind === 'absent') tally.absent += 1;
  else tally.refused += 1;
  const seen = found.kind === 'open' ? found.file : null;
  const sighting = {
    size: seen?.size ?? null,
    mtime: seen?.mtimeMs ?? null,
    unchanged_since: seen === null ? null : now,
  };
  const begun = begunAt(call) ?? seen?.mtimeMs ?? 0;
  return [
    { ...settled, id, path, call: `old-${id}`, ...sighting, ...timesOf(Math.min(begun, now)), announced_at: now },
  ];
}

/** Its link was told, so it is kept; who talked is not known. */
const settled = {
  ...({ channel: null, learnt_from: 'cdr', talks: '[]', state: 'ready', announced_to: '[]' } as const),
  ...{ looks: 0, next_look_at: null, deleted_at: null },
};

const furthestZoneMs = 14 * 3_600_000;

/** The zone is not known. Whoever records into the same file later must come after its beginning. */
function timesOf(begun: number) {
  return { created_at: Math.max(0, Math.trunc(begun - furthestZoneMs)), closed_at: Math.trunc(begun) };
}

function begunAt({ startedAt }: OldCall): number | null {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(startedAt ?? '');
  const at = found === null ? Number.NaN : Date.parse(`${found[1]}T${found[2]}Z`);
  return Number.isNaN(at) ? null : at;
}

/** SQLite takes 999 values in a statement (before 3.32), and a row has 17. */
const rowsAtOnce = 50;

async function write(transaction: Knex, rows: readonly RecordingRow[], tally: Tally): Promise<void> {
  for (let first = 0; first < rows.length; first += rowsAtOnce) {
    const some = rows.slice(first, first + rowsAtOnce);
    const before = await changesOf(transaction);
    await transaction<RecordingRow>(recordingsTable).insert(some).onConflict().ignore();
    const taken = (await changesOf(transaction)) - before;
    tally.taken += taken;
    tally.there += some.length - taken;
    await markOverwritten(transaction, some);
  }
}

/** It reads no table: SQLite refuses writing to a transaction that has read what another connection has changed since. */
async function changesOf(transaction: Knex): Promise<number> {
  const [row] = (await transaction.raw('SELECT total_changes() AS count')) as [{ count: number }];
  return row.count;
}

/** Those whose file this connector has heard of since as another call's. */
async function markOverwritten(transaction: Knex, rows: readonly RecordingRow[]): Promise<void> {
  const later = transaction<RecordingRow>(recordingsTable).whereNot('call', 'like', 'old-%').select('path');
  const lost = later.whereIn(
    'path',
    rows.map(({ path }) => path),
  );
  await transaction<RecordingRow>(recordingsTable)
    .where('call', 'like', 'old-%')
    .whereIn(
      'id',
      rows.map(({ id }) => id),
    )
    .whereIn('path', lost)
    .update({ state: 'overwritten' });
}

function tallyJson({ taken, there, odd, absent, refused, hosts }: Tally): string {
  return `${JSON.stringify({ taken, there, leftOut: odd, filesAbsent: absent, filesRefused: refused, links: [...hosts] }, null, 2)}\n`;
}

function tallyText(file: string, { taken, there, odd, absent, refused, hosts }: Tally, config: Config): string {
  const lines = [
    `${plain(file)}: ${counted(taken, 'recording')} taken over${there === 0 ? '' : `, ${there} there already`}.`,
    ...(odd === 0 ? [] : [`${odd} left out: no id, or no path from the root (/...).`]),
    ...(absent === 0
      ? []
      : [`${counted(absent, 'file')} not there: their links play once they are (recordings.path_map).`]),
    ...(refused === 0
      ? []
      : [
          `${counted(refused, 'file')} not to be read, or outside recordings.roots (${config.recordings.roots.join(', ')}).`,
        ]),
    ...(hosts.size === 0
      ? []
      : [`The CRM’s links lead to ${[...hosts].map(plain).join(', ')}: this connector must answer there.`]),
    'The old database is as it was.',
  ];
  return `${lines.join('\n')}\n`;
}

function unknownText(file: string, tables: readonly string[]): string {
  const named = tables.length === 0 ? 'no tables' : `the tables ${tables.slice(0, 8).map(plain).join(', ')}`;
  return (
    `${plain(file)} is a database with ${named}: none that is known, as only the Java connectors’ is (crm_calls_info).\n` +
    'Keep it aside: it stays as it is, and a return to the old connector needs it. The recordings are still in their folder.\n'
  );
}
