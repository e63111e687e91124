import type { Knex } from 'knex';
import type { CallEvent } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';
import type { Keeper } from '../db/keeper.ts';
import { removeInSlices } from '../db/prune.ts';
import { type FinishedPart, type HistoryRow, historyTable, mapRow, newRow } from './finished-part.ts';

/** No call is longer than this for those who look for calls by when they began. */
const longestCallMs = 24 * 3_600_000;

/** Values in one statement; SQLite takes 999 in older versions. */
const slice = 500;

/**
 * The history table: every user's part in every call that is over. A transaction is a Knex too:
 * `new HistoryStore(transaction)` writes within it.
 */
export class HistoryStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  /** Keeps a part; one of the same user in the same call stays if it is of a later ring. */
  async put(part: FinishedPart): Promise<void> {
    await this.#rows()
      .insert(newRow(part))
      .onConflict(['call', 'extension'])
      .merge()
      .where(this.#database.raw('excluded.ring >= history.ring'));
  }

  /** The parts that began in this span (epoch milliseconds, `until` excluded), the oldest first. */
  async begunIn(from: number, until: number): Promise<FinishedPart[]> {
    const rows = await this.#rows()
      .whereBetween('ended_at', [from, until + longestCallMs])
      .where('started_at', '>=', from)
      .where('started_at', '<', until)
      .orderBy(['started_at', 'call', 'extension']);
    return rows.map(mapRow);
  }

  /** All parts in these calls. */
  async ofCalls(calls: readonly Linkedid[]): Promise<FinishedPart[]> {
    const parts: FinishedPart[] = [];
    for (let first = 0; first < calls.length; first += slice) {
      const rows = await this.#rows().whereIn('call', calls.slice(first, first + slice));
      parts.push(...rows.map(mapRow));
    }
    return parts;
  }

  /**
   * Removes those that ended before `olderThan`, in slices between which others get their turn.
   *
   * @returns how many
   */
  prune(olderThan: number): Promise<number> {
    return removeInSlices((limit) => {
      const some = this.#rows().where('ended_at', '<', olderThan).limit(limit).select('rowid');
      return this.#rows().whereIn('rowid', some).delete();
    });
  }

  #rows(): Knex.QueryBuilder<HistoryRow, HistoryRow[]> {
    return this.#database<HistoryRow>(historyTable);
  }
}

const columns =
  'call, extension, direction, number, name, line, ring, started_at, ended_at, talked_ms, outcome, answered_at';

/** Keeps the parts that end, as `keep` does. */
export const historyKeeper: Keeper<CallEvent> = {
  parts: [
    {
      name: historyTable,
      sql: [
        `INSERT INTO ${historyTable} (${columns})
         SELECT ${columns.split(', ').map((_, index) => `value ->> ${index}`)} FROM json_each(NEW.${historyTable}) WHERE NEW.${historyTable} IS NOT NULL
         ON CONFLICT (call, extension) DO UPDATE SET (${columns}) = (${columns
           .split(', ')
           .map((column) =>
             column === 'answered_at' ? 'coalesce(excluded.answered_at, answered_at)' : `excluded.${column}`,
           )})
         WHERE excluded.ring >= ring`,
      ],
    },
  ],
  rows(events) {
    const ended = events.flatMap((event) => (event.kind === 'ended' ? [newRow(partOf(event))] : []));
    return {
      [historyTable]: ended.map((row) => [
        ...[row.call, row.extension, row.direction, row.number, row.name, row.line],
        ...[row.ring, row.started_at, row.ended_at, row.talked_ms, row.outcome, row.answered_at ?? null],
      ]),
    };
  },
};

function partOf({ leg, at, outcome, talkedMs, answeredAt }: Extract<CallEvent, { kind: 'ended' }>): FinishedPart {
  const { call, extension, direction, party, line, ring, startedAt } = leg;
  const answered = answeredAt === undefined ? {} : { answeredAt };
  return { call, extension, direction, ...party, line, ring, startedAt, endedAt: at, talkedMs, outcome, ...answered };
}
