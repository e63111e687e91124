import type { Knex } from 'knex';
import type { Talk } from '../call/call-event.ts';
import type { Linkedid, Uniqueid } from '../call/ids.ts';
import { onConnection, Prepared } from '../db/prepared.ts';
import { removeInSlices } from '../db/prune.ts';
import { claimOf } from './claim.ts';
import { newId } from './new-id.ts';
import type { Recording, RecordingId, RecordingState, Sighting } from './recording.ts';
import { mapRow, type RecordingRow, recordingsTable } from './recording-row.ts';

/** That a call is recorded into a file, as the call core tells it. */
export interface Recorded {
  readonly call: Linkedid;
  readonly channel: Uniqueid;
  readonly path: string;
  readonly from: 'variable' | 'cdr';
  readonly at: number;
}

/** What one look found; written back by `look`. */
export interface Look {
  readonly state: 'waiting' | 'ready' | 'missing' | 'empty' | 'overwritten';
  readonly sighting: Sighting | null;
  /** null: no more looks. */
  readonly nextLookAt: number | null;
}

/** Whose file may turn out to be another call's. An empty one is nobody's loss. */
const overwritable: readonly RecordingState[] = ['recording', 'waiting', 'ready', 'missing', 'unheard'];

/** Of the recordings with one path only the latest can still matter to each other; an office may use a name for years. */
const mostSharing = 20;

/**
 * The recordings table. A transaction is a Knex too: `new RecordingStore(transaction)` writes within it, which it must
 * while one is open, as the database has a single connection.
 */
export class RecordingStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  /**
   * A file of a call became known. The same file of the same call is one recording however often it is told; told after
   * the call was closed, it gets the state and talks of that call's other files. Other calls' recordings that it is
   * recorded over are no longer theirs from now on.
   */
  async add(recorded: Recorded): Promise<Recording> {
    const { call, channel, path, from, at } = recorded;
    const moved = await this.#toldOfAnotherCall(recorded);
    if (moved !== undefined) return mapRow(moved);
    const row = { id: newId(), call, channel, path, learnt_from: from, created_at: at };
    await this.#rows()
      .insert({ ...row, ...(await this.#closing(call, at)) })
      .onConflict(['call', 'path'])
      .ignore();
    await this.markOverwritten(path, at);
    return mapRow(await this.#rows().where({ call, path }).first().then(required));
  }

  /** The call is over. `talks`: those who talked; with none there is nobody to announce its recordings to. */
  async closeCall(call: Linkedid, talks: readonly Talk[], at: number): Promise<void> {
    const talked = talks.length > 0;
    const open = await this.#rows().where({ call }).whereNull('closed_at');
    if (open.length === 0) return;
    const end = { talks: JSON.stringify(talks), closed_at: at, next_look_at: talked ? at : null };
    await this.#rows().where({ call }).whereNull('closed_at').update(end);
    const state = talked ? 'waiting' : 'unheard';
    await this.#rows().where({ call, state: 'recording' }).update({ state });
    for (const { path } of open) await this.markOverwritten(path, at);
  }

  /** It turned out that somebody talked in a call that was closed without his being known: there is whom to announce it to. */
  async heard(call: Linkedid, talks: readonly Talk[], at: number): Promise<void> {
    const heard = { talks: JSON.stringify(talks), state: 'waiting' as const, next_look_at: at };
    await this.#rows().where({ call, state: 'unheard' }).update(heard);
  }

  /** Those to look at: not yet final, or final and not yet told of. The longest due first. */
  async due(at: number): Promise<Recording[]> {
    return (await this.#all(dueRows, [at])).map(mapRow);
  }

  /** How many are waited for. */
  async waiting(): Promise<number> {
    const [row] = await this.#database(recordingsTable).whereNotNull('next_look_at').count({ count: '*' });
    return Number(row?.['count'] ?? 0);
  }

  /** When the next one is due; null: none is waiting. */
  async nextLookAt(): Promise<number | null> {
    const [row] = await this.#all(nextLook, []);
    return row?.next ?? null;
  }

  /** @returns false when it is no longer waited for, as somebody has recorded over it meanwhile; nothing is then written */
  async look(id: RecordingId, look: Look): Promise<boolean> {
    return (await this.lookAtAll(new Map([[id, look]]))).has(id);
  }

  /** The same of several. @returns those that are waited for */
  async lookAtAll(looks: ReadonlyMap<RecordingId, Look>): Promise<Set<RecordingId>> {
    const rows = [...looks].map(([id, { state, sighting, nextLookAt }]) => [
      ...[id, state, sighting?.size ?? null, sighting?.mtimeMs ?? null, sighting?.since ?? null, nextLookAt],
    ]);
    const looked = await this.#all(lookAll, [JSON.stringify(rows)]);
    return new Set(looked.map(({ id }) => id));
  }

  /** All files of a call, in the order in which they became known. */
  async ofCall(call: Linkedid): Promise<Recording[]> {
    return (await this.ofCalls([call])).get(call) ?? [];
  }

  /** The same of several calls. */
  async ofCalls(calls: readonly Linkedid[]): Promise<Map<Linkedid, Recording[]>> {
    const rows = (await this.#database.raw(rowsOfCalls, [JSON.stringify(calls)])) as RecordingRow[];
    return grouped(rows.map(mapRow), ({ call }) => call);
  }

  /** The recordings that were to be in this file, of whatever call, the latest first. */
  async sharing(path: string): Promise<Recording[]> {
    return (await this.sharingAll([path])).get(path) ?? [];
  }

  /** The same of several files. */
  async sharingAll(paths: readonly string[]): Promise<Map<string, Recording[]>> {
    const rows = await this.#all(sharingAll, [JSON.stringify(paths)]);
    return grouped(rows.map(mapRow), ({ path }) => path);
  }

  /** What followed from its end could not be done: again then. */
  async postpone(id: RecordingId, nextLookAt: number): Promise<void> {
    await this.#rows().where({ id }).increment('looks', 1).update({ next_look_at: nextLookAt });
  }

  /** All that follows from its end is done. */
  async settled(...recordings: readonly Pick<Recording, 'id' | 'state'>[]): Promise<void> {
    const ends = JSON.stringify(recordings.map(({ id, state }) => [id, state]));
    await this.#all(settleAll, [ends]);
  }

  async byId(id: string): Promise<Recording | null> {
    const row = await this.#rows().where({ id }).first();
    return row === undefined ? null : mapRow(row);
  }

  /**
   * Removes those of calls closed before `olderThan` that no record of the CRM links to, in slices between which others get
   * their turn. A link that was told must play for as long as there is a file.
   *
   * @returns how many
   */
  prune(olderThan: number): Promise<number> {
    return removeInSlices((limit) => {
      const some = this.#rows().where('closed_at', '<', olderThan).whereNull('announced_at').whereNull('next_look_at');
      return this.#rows().whereIn('rowid', some.limit(limit).select('rowid')).delete();
    });
  }

  /** A channel that has moved into another call has its Cdr there; its recording stays where it was begun. */
  #toldOfAnotherCall({ call, channel, path, from }: Recorded): Promise<RecordingRow | undefined> {
    if (from !== 'cdr') return Promise.resolve(undefined);
    return this.#rows().where({ path, channel }).whereNot({ call }).first();
  }

  /** Those of the file's recordings that another call is recorded over are no longer theirs. */
  async markOverwritten(path: string, at: number): Promise<void> {
    const sharing = await this.sharing(path);
    for (const recording of sharing) {
      const { id, state, closedAt } = recording;
      if (!overwritable.includes(state) || claimOf(recording, sharing, at).kind !== 'overwritten') continue;
      // One whose call goes on is told of when that is over.
      const next_look_at = closedAt === null ? null : at;
      await this.#rows().where({ id }).update({ state: 'overwritten', next_look_at });
    }
  }

  async #closing(call: Linkedid, at: number) {
    const closed = await this.#rows().where({ call }).whereNotNull('closed_at').first();
    if (closed === undefined) return { state: 'recording' as const, talks: '[]' };
    const talked = closed.talks !== '[]';
    const state = talked ? ('waiting' as const) : ('unheard' as const);
    return { state, talks: closed.talks, closed_at: at, next_look_at: talked ? at : null };
  }

  #all<Row>(statement: Prepared<Row>, params: readonly unknown[]): Promise<Row[]> {
    return onConnection(this.#database, (connection) => statement.all(connection, params));
  }

  #rows(): Knex.QueryBuilder<RecordingRow, RecordingRow[]> {
    return this.#database<RecordingRow>(recordingsTable);
  }
}

/** A round of looks has no more. */
export const mostDue = 200;

const dueRows = new Prepared<RecordingRow>(
  `SELECT * FROM ${recordingsTable} WHERE next_look_at <= ? ORDER BY next_look_at LIMIT ${mostDue}`,
);

const nextLook = new Prepared<{ readonly next: number | null }>(
  `SELECT min(next_look_at) AS next FROM ${recordingsTable} WHERE next_look_at IS NOT NULL`,
);

/** Not prepared: commands ask it on connections that are for reading only, with which no statement is finalized. */
const rowsOfCalls = `SELECT * FROM ${recordingsTable} WHERE call IN (SELECT value FROM json_each(?)) ORDER BY rowid`;

/** [id, state, size, mtime, unchanged_since, next_look_at]. */
const lookAll = new Prepared<{ readonly id: RecordingId }>(`
  UPDATE ${recordingsTable} SET state = look.value ->> 1, size = look.value ->> 2, mtime = look.value ->> 3,
    unchanged_since = look.value ->> 4, next_look_at = look.value ->> 5, looks = looks + 1
  FROM json_each(?) AS look WHERE ${recordingsTable}.id = look.value ->> 0 AND state = 'waiting'
  RETURNING ${recordingsTable}.id AS id`);

/** Of each path the latest, the latest first. */
const sharingAll = new Prepared<RecordingRow>(`
  SELECT ${recordingsTable}.* FROM json_each(?) AS file JOIN ${recordingsTable} ON ${recordingsTable}.rowid IN (
    SELECT rowid FROM ${recordingsTable} WHERE path = file.value ORDER BY rowid DESC LIMIT ${mostSharing})
  ORDER BY ${recordingsTable}.rowid DESC`);

/** [id, state]. */
const settleAll = new Prepared(`
  UPDATE ${recordingsTable} SET next_look_at = NULL
  FROM json_each(?) AS ended WHERE ${recordingsTable}.id = ended.value ->> 0 AND state = ended.value ->> 1`);

function grouped<Key>(recordings: readonly Recording[], keyOf: (recording: Recording) => Key): Map<Key, Recording[]> {
  const groups = new Map<Key, Recording[]>();
  for (const recording of recordings) {
    const key = keyOf(recording);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [recording]);
    else group.push(recording);
  }
  return groups;
}

function required<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('The recording just added is not there.');
  return row;
}
