import { Prepared, type RawConnection } from './prepared.ts';

/** One of the things that a group of changes may hold. */
export interface WritePart {
  /** A word of letters. */
  readonly name: string;
  /**
   * What writes it: statements of a trigger, for which `NEW.<name>` is a JSON array of rows, or null, of which json_each makes
   * no rows; and `NEW.at` the time, in epoch milliseconds. Each asks for `NEW.<name> IS NOT NULL`, which SQLite looks at before
   * all else: most groups lack most parts, and what was absent took 65 of the 165 us of an otherwise empty one.
   */
  readonly sql: readonly string[];
}

/** What is asked for when a group is written, as it is then: by names of the parts as columns, an expression that gives JSON. */
export type Question = string;

/** By a part's name: its rows, or the JSON of them. What is absent or empty is not written. */
export type GroupRows = Readonly<Record<string, readonly unknown[] | string | undefined>>;

/**
 * Writes all of a group of changes by one statement, an INSERT into a view whose trigger does the rest: one way to SQLite's thread and
 * back, and a transaction of its own where none is open, instead of one for each of ten statements.
 * In the order of the parts.
 */
export class GroupWrite {
  readonly #parts: readonly WritePart[];
  readonly #names: ReadonlySet<string>;
  readonly #statement: Prepared<Record<string, string>>;

  constructor(name: string, parts: readonly WritePart[], questions: readonly [Question, ...Question[]]) {
    this.#parts = parts;
    this.#names = new Set(parts.map((part) => part.name));
    const columns = [...parts.map((part) => part.name), 'at'];
    const none = columns.map((column) => `NULL AS ${column}`).join(', ');
    const body = parts.flatMap(({ sql }) => sql.map((each) => `${each};`)).join('\n');
    this.#statement = new Prepared(
      `INSERT INTO temp.${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
       RETURNING ${questions.map((question, index) => `(${question}) AS answer${index}`).join(', ')}`,
      `DROP VIEW IF EXISTS temp.${name};
       CREATE TEMP VIEW ${name} AS SELECT ${none};
       CREATE TEMP TRIGGER ${name}_write INSTEAD OF INSERT ON ${name} BEGIN ${body} END;`,
    );
  }

  /** To be done before a transaction in which it is used: with a rollback the view would go that is made for it. */
  prepare(connection: RawConnection): Promise<void> {
    return this.#statement.prepare(connection);
  }

  /** All of it or nothing. @returns the answers, parsed, in the order of the questions */
  async run(connection: RawConnection, rows: GroupRows, at: number): Promise<unknown[]> {
    const stranger = Object.keys(rows).find((name) => !this.#names.has(name));
    if (stranger !== undefined) throw new Error(`${stranger}: no part of what is written together`);
    const json = this.#parts.map(({ name }) => {
      const own = rows[name];
      if (own === undefined || own.length === 0) return null;
      return typeof own === 'string' ? own : JSON.stringify(own);
    });
    // SQLite evaluates RETURNING behind the trigger of a view, and before the statement's end, which commits.
    const [answers = {}] = await this.#statement.all(connection, [...json, at]);
    return Object.values(answers).map((answer) => JSON.parse(answer) as unknown);
  }
}
