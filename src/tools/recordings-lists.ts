import type { Knex } from 'knex';
import type { RecordingsCommand } from '../cli/recordings.ts';
import type { Config } from '../config/schema.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { type RecordingRow, recordingsTable } from '../recordings/recording-row.ts';
import { type DeletionRow, RetentionStore } from '../recordings/retention-store.ts';
import { sizeText } from '../recordings/retention-words.ts';
import { counted, plain, textTable } from './text-table.ts';

export type RecordingsRequest = Omit<RecordingsCommand, 'kind' | 'config'> & {
  /** Epoch milliseconds. */
  readonly now: number;
};

const dayMs = 86_400_000;
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** The last recordings that are not deleted, the latest at the end. */
export async function listText(config: Config, request: RecordingsRequest, database: Knex): Promise<string> {
  const rows = await listed(request, database);
  const kept = new Map((await new RetentionStore(database).keptCalls()).map(({ call, reason }) => [call, reason]));
  return request.json ? listJson(rows, kept) : listTable(rows, kept, config.crm.time_zone);
}

async function listed({ olderThanDays, limit, now }: RecordingsRequest, database: Knex): Promise<RecordingRow[]> {
  const query = database<RecordingRow>(recordingsTable).whereNull('deleted_at');
  if (olderThanDays !== null) query.where('closed_at', '<', now - olderThanDays * dayMs);
  return (await query.orderByRaw('created_at DESC, rowid DESC').limit(limit).select()).reverse();
}

type Kept = ReadonlyMap<string, string>;

function listTable(rows: readonly RecordingRow[], kept: Kept, timeZone: string): string {
  if (rows.length === 0) return 'No recording to show.\n';
  const time = localTimeIn(timeZone);
  const cells = rows.map(({ id, call, created_at: at, state, size, path }) => {
    const reason = kept.get(call);
    const hold = reason === undefined ? '' : plain(reason) || 'yes';
    return [time(at), plain(call), id, state, size === null ? '' : sizeText(size), hold, plain(path)];
  });
  const heads = [`recorded (${timeZone})`, 'call', 'id', 'state', 'size', 'kept', 'file'];
  return `${textTable(heads, cells)}\n\n${counted(rows.length, 'recording')} shown.\n`;
}

function listJson(rows: readonly RecordingRow[], kept: Kept): string {
  const shown = rows.map((row) => ({
    ...{ id: row.id, call: row.call, recorded_at: iso(row.created_at), ended_at: iso(row.closed_at), state: row.state },
    ...{ size: row.size, path: row.path, kept: kept.has(row.call), reason: kept.get(row.call) ?? null },
  }));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

/** What was deleted, and by whom. */
export async function auditText(config: Config, { limit, json }: RecordingsRequest, database: Knex): Promise<string> {
  const rows = await new RetentionStore(database).deletions(limit);
  if (json) return `${JSON.stringify(rows.map(auditEntry), null, 2)}\n`;
  if (rows.length === 0) return 'Nothing was ever deleted.\n';
  const time = localTimeIn(config.crm.time_zone);
  const cells = rows.map(({ at, by, rule, calls, size, path, outcome, why }) => {
    const ended = outcome === 'failed' ? `not deleted: ${plain(why)}` : outcomes[outcome];
    const ofCalls = (JSON.parse(calls) as string[]).map(plain).join(' ');
    return [time(at), plain(by), rule, ofCalls, sizeText(size), ended, plain(path)];
  });
  return `${textTable([`when (${config.crm.time_zone})`, 'by', 'rule', 'call', 'size', 'outcome', 'file'], cells)}\n`;
}

const outcomes = { deleted: 'deleted', begun: 'under way' } as const;

function auditEntry({ id, at, by, rule, path, recordings, calls, size, mtime, outcome, why }: DeletionRow) {
  return {
    ...{ id, at: iso(at), by, rule, path, size, file_time: iso(mtime) },
    ...{ recordings: JSON.parse(recordings) as string[], calls: JSON.parse(calls) as string[] },
    ...{ outcome, why: why || null },
  };
}
