import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction, replaceConnection } from '../../src/db/transaction.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

let db: TempDb;

beforeEach(async () => {
  db = await tempDb();
});
afterEach(() => db.remove());

const fact = (name: string) => ({ name, value: '' });

describe('a transaction', () => {
  test('writes all or nothing, and can be repeated', async () => {
    const failed = inTransaction(db.knex, async (transaction) => {
      await transaction('facts').insert(fact('a'));
      throw new Error('half-way');
    });
    await expect(failed).rejects.toThrow('half-way');
    expect(await db.knex('facts').pluck('name')).toEqual([]);
    await inTransaction(db.knex, async (transaction) => {
      await transaction('facts').insert(fact('a'));
    });
    expect(await db.knex('facts').pluck('name')).toEqual(['a']);
  });

  test('that SQLite has rolled back itself rejects with the cause, not with the vain ROLLBACK', async () => {
    const cause = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    const failed = inTransaction(db.knex, async (transaction) => {
      await transaction.raw('ROLLBACK');
      throw cause;
    });
    await expect(failed).rejects.toBe(cause);
  });

  test('whose COMMIT fails is rolled back, so that the next one can begin', async () => {
    await db.knex.raw('CREATE TABLE a (id INTEGER PRIMARY KEY)');
    await db.knex.raw('CREATE TABLE b (a INTEGER REFERENCES a(id) DEFERRABLE INITIALLY DEFERRED)');
    // SQLite refuses the COMMIT and leaves the transaction open, as it does where another program has a lock.
    const failed = inTransaction(db.knex, async (transaction) => {
      await transaction('b').insert({ a: 1 });
    });
    await expect(failed).rejects.toThrow('FOREIGN KEY');
    await inTransaction(db.knex, async (transaction) => {
      await transaction('facts').insert(fact('a'));
    });
    expect(await db.knex('b').pluck('a')).toEqual([]);
    expect(await db.knex('facts').pluck('name')).toEqual(['a']);
  });

  test('has a connection that was opened anew, with all its settings', async () => {
    await db.knex.raw('PRAGMA synchronous = OFF');
    await replaceConnection(db.knex);
    expect(await db.knex.raw('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  });
});
