import type { Knex } from 'knex';

/** What node-sqlite3 gives for a statement; the part that is used here. */
interface RawStatement {
  all(params: readonly unknown[], done: (fault: Error | null, rows?: unknown[]) => void): void;
  finalize(done?: () => void): void;
}

/** node-sqlite3's connection, as knex keeps it. */
export interface RawConnection {
  exec(sql: string, done: (fault: Error | null) => void): void;
  prepare(sql: string, done: (fault: Error | null) => void): RawStatement;
  close(done: (fault: Error | null) => void): void;
}

/** SQLite closes no connection that has statements. Finalized with it; a statement that failed to compile has none. */
const statements = new WeakMap<RawConnection, Map<Prepared, Promise<RawStatement>>>();

/** To be done once for each connection: what is prepared on it goes when it is closed. */
export function finalizeWithConnection(connection: RawConnection): void {
  const close = connection.close.bind(connection);
  connection.close = (done) => {
    const own = [...(statements.get(connection)?.values() ?? [])];
    statements.delete(connection);
    void Promise.allSettled(own).then((all) => {
      for (const one of all) if (one.status === 'fulfilled') one.value.finalize();
      close(done);
    });
  };
}

/**
 * A statement that is compiled once on each connection. Knex compiles its own, and SQLite compiles it again, for each time that
 * it is used: several times the work of a small statement itself.
 */
export class Prepared<Row = unknown> {
  readonly #sql: string;
  readonly #before: string | null;

  /** @param before what the connection must have (a temporary view or trigger) before it can compile the statement */
  constructor(sql: string, before: string | null = null) {
    this.#sql = sql;
    this.#before = before;
  }

  async prepare(connection: RawConnection): Promise<void> {
    await this.#on(connection);
  }

  async all(connection: RawConnection, params: readonly unknown[]): Promise<Row[]> {
    const statement = await this.#on(connection);
    return new Promise((resolve, reject) =>
      statement.all(params, (fault, rows = []) => (fault ? reject(fault) : resolve(rows as Row[]))),
    );
  }

  #on(connection: RawConnection): Promise<RawStatement> {
    const own = statements.get(connection) ?? new Map<Prepared, Promise<RawStatement>>();
    statements.set(connection, own);
    const known = own.get(this as Prepared);
    if (known !== undefined) return known;
    const prepared = this.#prepare(connection);
    own.set(this as Prepared, prepared);
    // What could not be compiled (a locked or full database) is compiled again next time.
    prepared.catch(() => own.delete(this as Prepared));
    return prepared;
  }

  async #prepare(connection: RawConnection): Promise<RawStatement> {
    const before = this.#before;
    if (before !== null)
      await new Promise<void>((resolve, reject) => {
        connection.exec(before, (fault) => (fault ? reject(fault) : resolve()));
      });
    return new Promise((resolve, reject) => {
      const statement: RawStatement = connection.prepare(this.#sql, (fault) =>
        fault ? reject(fault) : resolve(statement),
      );
    });
  }
}

/** Gives `work` the connection alone. @throws as knex does when none can be had */
export async function onConnection<Result>(
  knex: Knex,
  work: (connection: RawConnection) => Promise<Result>,
): Promise<Result> {
  const connection = (await knex.client.acquireConnection()) as RawConnection;
  try {
    return await work(connection);
  } finally {
    await knex.client.releaseConnection(connection);
  }
}
