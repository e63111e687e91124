import type { Knex } from 'knex';
import { onConnection, type RawConnection } from './prepared.ts';

/** What knex 3.3 keeps on a connection of SQLite. */
interface Connection extends RawConnection {
  /** Set: the pool closes it and makes another one in its place. */
  __knex__disposed?: unknown;
}

/**
 * Does all of `work` or nothing, and rejects with the fault that made it fail. Afterwards no transaction is open, whatever
 * happened, so that it can be repeated.
 *
 * Knex's own (3.3) leaves a transaction open whose COMMIT failed, and where SQLite has rolled back by itself (on a full disk
 * or an I/O error) it rejects with the fault of its own superfluous ROLLBACK in place of the cause.
 */
export function inTransaction(knex: Knex, work: (transaction: Knex) => Promise<void>): Promise<void> {
  return onConnection(knex, (connection) => inTransactionOn(knex, connection, work));
}

/** The same on a connection that one has already. */
export async function inTransactionOn(
  knex: Knex,
  connection: Connection,
  work: (transaction: Knex) => Promise<void>,
): Promise<void> {
  let cause: unknown;
  const remembering = async (transaction: Knex.Transaction) => {
    try {
      await work(transaction);
    } catch (fault) {
      cause = fault;
      throw fault;
    }
  };
  try {
    await knex.transaction(remembering, { connection });
  } catch (fault) {
    await rollBack(knex, connection);
    throw cause ?? fault;
  }
}

async function rollBack(knex: Knex, connection: Connection): Promise<void> {
  try {
    await knex.raw('ROLLBACK').connection(connection);
  } catch (fault) {
    if (!String(fault).includes('no transaction is active')) connection.__knex__disposed = fault;
  }
}

/** Has the connection closed and another one opened before the next query. */
export async function replaceConnection(knex: Knex): Promise<void> {
  // Where none can be opened there is none to replace.
  const connection = (await knex.client.acquireConnection().catch(() => null)) as Connection | null;
  if (connection === null) return;
  connection.__knex__disposed = 'replaced';
  await knex.client.releaseConnection(connection);
}
