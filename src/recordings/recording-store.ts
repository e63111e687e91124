import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { Talk } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';
import type { Recording, RecordingId, RecordingState, Sighting } from './recording.ts';

const table = 'recordings';

interface RecordingRow {
  id: string;
  call: string;
  path: string;
  legs: string;
  state: RecordingState;
  created_at: number;
  closed_at: number | null;
  announced_at: number | null;
  size: number | null;
  mtime: number | null;
  unchanged_since: number | null;
  looks: number;
  next_look_at: number | null;
}

function mapRow(row: RecordingRow): Recording {
  return {
    id: row.id as RecordingId,
    call: row.call as Linkedid,
    path: row.path,
    state: row.state,
    talks: JSON.parse(row.legs) as Talk[],
    createdAt: row.created_at,
    closedAt: row.closed_at,
    announcedAt: row.announced_at,
    sighting: mapSighting(row),
    looks: row.looks,
  };
}

function mapSighting({ size, mtime, unchanged_since: since }: RecordingRow): Sighting | null {
  return size === null || mtime === null || since === null ? null : { size, mtimeMs: mtime, since };
}

/** What one look found; written back by `look`. */
export interface Look {
  readonly state: 'waiting' | 'ready' | 'missing' | 'empty';
  readonly sighting: Sighting | null;
  /** null: no more looks. */
  readonly nextLookAt: number | null;
}

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
   * the call was closed, it gets the state and legs of that call's other files.
   */
  async add(call: Linkedid, path: string, at: number): Promise<Recording> {
    const row = { id: newId(), call, path, created_at: at, ...(await this.#closing(call, at)) };
    await this.#rows().insert(row).onConflict(['call', 'path']).ignore();
    return mapRow(await this.#rows().where({ call, path }).first().then(required));
  }

  /** The call is over. `talks`: those who talked; with none there is nobody to announce its recordings to. */
  async closeCall(call: Linkedid, talks: readonly Talk[], at: number): Promise<void> {
    const talked = talks.length > 0;
    await this.#rows()
      .where({ call, state: 'recording' })
      .update({
        state: talked ? 'waiting' : 'unheard',
        legs: JSON.stringify(talks),
        closed_at: at,
        next_look_at: talked ? at : null,
      });
  }

  /** Those to look at: not yet final, or final and not yet announced. The longest due first. */
  async due(at: number): Promise<Recording[]> {
    const rows = await this.#rows().where('next_look_at', '<=', at).orderBy('next_look_at').limit(50);
    return rows.map(mapRow);
  }

  /** When the next one is due; null: none is waiting. */
  async nextLookAt(): Promise<number | null> {
    const row = await this.#rows().whereNotNull('next_look_at').orderBy('next_look_at').first();
    return row?.next_look_at ?? null;
  }

  async look(id: RecordingId, look: Look): Promise<void> {
    await this.#rows()
      .where({ id })
      .increment('looks', 1)
      .update({
        state: look.state,
        size: look.sighting?.size ?? null,
        mtime: look.sighting?.mtimeMs ?? null,
        unchanged_since: look.sighting?.since ?? null,
        next_look_at: look.nextLookAt,
      });
  }

  async announced(id: RecordingId, at: number): Promise<void> {
    await this.#rows().where({ id }).update({ announced_at: at, next_look_at: null });
  }

  async byId(id: string): Promise<Recording | null> {
    const row = await this.#rows().where({ id }).first();
    return row === undefined ? null : mapRow(row);
  }

  /** More than one: Asterisk has written several calls into one file, and only the last can be heard. */
  async callsOf(path: string): Promise<Linkedid[]> {
    const rows = await this.#rows().where({ path }).orderBy('created_at').select('call');
    return rows.map((row) => row.call as Linkedid);
  }

  async #closing(call: Linkedid, at: number) {
    const closed = await this.#rows().where({ call }).whereNotNull('closed_at').first();
    if (closed === undefined) return { state: 'recording' as const, legs: '[]' };
    const talked = closed.legs !== '[]';
    const state = talked ? ('waiting' as const) : ('unheard' as const);
    return { state, legs: closed.legs, closed_at: at, next_look_at: talked ? at : null };
  }

  #rows(): Knex.QueryBuilder<RecordingRow, RecordingRow[]> {
    return this.#database<RecordingRow>(table);
  }
}

/** 22 characters of the URL alphabet. */
function newId(): RecordingId {
  return randomBytes(16).toString('base64url') as RecordingId;
}

function required<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('The recording just added is not there.');
  return row;
}
