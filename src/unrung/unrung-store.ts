import type { Knex } from 'knex';
import type { CallEvent } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';
import type { Keeper } from '../db/keeper.ts';

const table = 'unrung_calls';

interface UnrungRow {
  call: string;
  line: string;
  number: string;
  name: string;
  started_at: number;
  ended_at: number;
  is_end_heard: number;
}

/** A call from outside that was gone before any phone rang, and that no extension is configured to have missed. */
export interface UnrungCall {
  readonly call: Linkedid;
  /** The number (DID) that was called. */
  readonly line: string;
  /** As Asterisk had it; '' when withheld. */
  readonly number: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** false: when and how it ended was not heard. */
  readonly isEndHeard: boolean;
}

function mapRow(row: UnrungRow): UnrungCall {
  return {
    call: row.call as Linkedid,
    line: row.line,
    number: row.number,
    name: row.name,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    isEndHeard: row.is_end_heard === 1,
  };
}

/** The unrung_calls table. A transaction is a Knex too: `new UnrungStore(transaction)` writes within it. */
export class UnrungStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  /** Keeps those of the events that are such calls. One that is known already stays as it is. */
  async keep(events: readonly CallEvent[]): Promise<void> {
    for (const event of events) {
      if (event.kind !== 'unrung') continue;
      const { call, line, party, startedAt: started_at, at: ended_at } = event;
      const times = { started_at, ended_at, is_end_heard: Number(event.isEndHeard) };
      const row = { call, line, number: party.number, name: party.name, ...times };
      await this.#rows().insert(row).onConflict('call').ignore();
    }
  }

  /** Those that began at `from` (epoch milliseconds) or later, the oldest first. */
  async since(from: number): Promise<UnrungCall[]> {
    const rows = await this.#rows().where('started_at', '>=', from).orderBy(['started_at', 'call']);
    return rows.map(mapRow);
  }

  async ofCall(call: Linkedid): Promise<UnrungCall | null> {
    const row = await this.#rows().where({ call }).first();
    return row === undefined ? null : mapRow(row);
  }

  /**
   * Removes those that began before `olderThan`.
   *
   * @returns how many
   */
  async prune(olderThan: number): Promise<number> {
    return this.#rows().where('started_at', '<', olderThan).delete();
  }

  #rows(): Knex.QueryBuilder<UnrungRow, UnrungRow[]> {
    return this.#database<UnrungRow>(table);
  }
}

/** Keeps such calls, as `keep` does. */
export const unrungKeeper: Keeper<CallEvent> = {
  parts: [
    {
      name: table,
      sql: [
        `INSERT INTO ${table} (call, line, number, name, started_at, ended_at, is_end_heard)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
         FROM json_each(NEW.${table}) WHERE NEW.${table} IS NOT NULL ON CONFLICT (call) DO NOTHING`,
      ],
    },
  ],
  rows(events) {
    const unrung = events.flatMap((event) => (event.kind === 'unrung' ? [event] : []));
    return {
      [table]: unrung.map(({ call, line, party, startedAt, at, isEndHeard }) => [
        ...[call, line, party.number, party.name, startedAt, at, Number(isEndHeard)],
      ]),
    };
  },
};
