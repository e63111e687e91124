import type { Knex } from 'knex';
import type { Linkedid } from '../call/ids.ts';
import { type RecordingRow, recordingsTable } from './recording-row.ts';

export const deletionsTable = 'recording_deletions';
export const keptCallsTable = 'kept_calls';

/** begun: it is being deleted, or whoever did has ended in the middle of it. */
export type DeletionOutcome = 'begun' | 'deleted' | 'failed';

/** One file that was to be deleted, as it is kept for good. */
export interface DeletionRow {
  id: number;
  at: number;
  /** `service`, or `command as <user>`. */
  by: string;
  rule: string;
  path: string;
  /** The ids, as JSON. */
  recordings: string;
  /** The linkedids, as JSON. */
  calls: string;
  size: number;
  mtime: number;
  outcome: DeletionOutcome;
  why: string;
}

export interface KeptCallRow {
  call: string;
  since: number;
  by: string;
  reason: string;
}

/** What is known of a recording that may be old enough. */
export type AgedRow = Pick<RecordingRow, 'id' | 'call' | 'path' | 'state' | 'closed_at' | 'next_look_at'> & {
  readonly rowid: number;
};

/** Where a walk through the recordings by age has come to. */
export type Mark = Pick<AgedRow, 'closed_at' | 'rowid'>;

/** What retention reads and writes. */
export class RetentionStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  /** Of those whose call was over before `before`, the oldest after the mark; of several with one file the last that became known. */
  aged(before: number, mark: Mark | null, limit: number): Promise<AgedRow[]> {
    const isLast = this.#database(`${recordingsTable} as later`)
      .whereRaw('later.path = aged.path AND later.rowid > aged.rowid')
      .whereNull('later.deleted_at')
      .select(this.#database.raw('1'));
    const rows = this.#database(`${recordingsTable} as aged`)
      .where('aged.closed_at', '<', before)
      .whereNull('aged.deleted_at')
      .whereNotExists(isLast);
    if (mark !== null)
      rows
        // SQLite looks for this by the index, and for what follows not.
        .where('aged.closed_at', '>=', mark.closed_at)
        .whereRaw('(aged.closed_at > ? OR aged.rowid > ?)', [mark.closed_at, mark.rowid]);
    return rows.orderBy(['aged.closed_at', 'aged.rowid']).limit(limit).select<AgedRow[]>(this.#columns('aged.'));
  }

  /** All that were recorded into the file, and are not deleted. */
  sharing(path: string): Promise<AgedRow[]> {
    return this.#database(recordingsTable).where({ path }).whereNull('deleted_at').select<AgedRow[]>(this.#columns(''));
  }

  #columns(prefix: string) {
    return ['rowid', 'id', 'call', 'path', 'state', 'closed_at', 'next_look_at'].map((name) => `${prefix}${name}`);
  }

  /** Those that were deleted, and whose file no later recording has. */
  deleted(after: number, limit: number): Promise<AgedRow[]> {
    const taken = this.#database(recordingsTable).whereNull('deleted_at').select('path');
    return this.#database(recordingsTable)
      .whereNotNull('deleted_at')
      .where('rowid', '>', after)
      .whereNotIn('path', taken)
      .orderBy('rowid')
      .limit(limit)
      .select<AgedRow[]>(this.#columns(''));
  }

  /** Its file is there again. */
  async restored(id: string): Promise<void> {
    await this.#database<RecordingRow>(recordingsTable).where({ id }).update({ deleted_at: null });
  }

  keptCalls(): Promise<KeptCallRow[]> {
    return this.#database<KeptCallRow>(keptCallsTable).orderBy('since').select();
  }

  /** The files of the calls that are kept, as Asterisk names them. */
  async keptPaths(): Promise<string[]> {
    const calls = this.#database(keptCallsTable).select('call');
    return this.#database(recordingsTable).whereIn('call', calls).distinct().pluck<string[]>('path');
  }

  /** The calls that a recording's id, or a call's linkedid, means. */
  callsOf(id: string): Promise<Linkedid[]> {
    return this.#database(recordingsTable).where({ id }).orWhere({ call: id }).distinct().pluck<Linkedid[]>('call');
  }

  async keep(row: KeptCallRow): Promise<void> {
    await this.#database<KeptCallRow>(keptCallsTable).insert(row).onConflict('call').ignore();
  }

  /** @returns whether it was kept */
  async release(call: string): Promise<boolean> {
    return (await this.#database<KeptCallRow>(keptCallsTable).where({ call }).delete()) > 0;
  }

  /** That they will be deleted now, before they are. */
  async begin(rows: readonly Omit<DeletionRow, 'id' | 'outcome' | 'why'>[]): Promise<number[]> {
    const ids: number[] = [];
    for (const row of rows) {
      const [id = 0] = await this.#deletions().insert({ ...row, outcome: 'begun' });
      ids.push(id);
    }
    return ids;
  }

  /** What became of one that was begun. */
  async end(id: number, recordings: readonly string[], failure: string | null, at: number): Promise<void> {
    await this.#deletions()
      .where({ id })
      .update(failure === null ? { outcome: 'deleted' } : { outcome: 'failed', why: failure });
    if (failure === null)
      await this.#database<RecordingRow>(recordingsTable)
        .whereIn('id', [...recordings])
        .update({ deleted_at: at, next_look_at: null });
  }

  /** Those of a process that ended before it could say what became of them. */
  interrupted(before: number): Promise<DeletionRow[]> {
    return this.#deletions().where({ outcome: 'begun' }).where('at', '<', before).select();
  }

  /** The last ones, the latest at the end. */
  async deletions(limit: number): Promise<DeletionRow[]> {
    const rows = await this.#deletions().orderBy('id', 'desc').limit(limit).select();
    return rows.reverse();
  }

  #deletions(): Knex.QueryBuilder<DeletionRow, DeletionRow[]> {
    return this.#database<DeletionRow>(deletionsTable);
  }
}
