import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GroupWrite } from '../../src/db/group-write.ts';
import { onConnection, Prepared } from '../../src/db/prepared.ts';
import { inTransactionOn, replaceConnection } from '../../src/db/transaction.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

let db: TempDb;
beforeEach(async () => {
  db = await tempDb();
  await db.knex.raw('CREATE TABLE fruit (name TEXT PRIMARY KEY, colour TEXT NOT NULL, at INTEGER)');
});
afterEach(() => db.remove());

const ripe = {
  name: 'ripe',
  sql: [
    `INSERT INTO fruit SELECT value ->> 0, value ->> 1, NEW.at FROM json_each(NEW.ripe)
     WHERE true ON CONFLICT (name) DO UPDATE SET colour = excluded.colour`,
  ],
};
const eaten = { name: 'eaten', sql: ['DELETE FROM fruit WHERE name IN (SELECT value FROM json_each(NEW.eaten))'] };
const left = 'SELECT json_group_array(name ORDER BY name) FROM fruit';
const eatenNow = 'SELECT json_array_length(coalesce(eaten, json_array()))';

const basket = () => new GroupWrite('basket', [ripe, eaten], [left, eatenNow]);
const write = (group: GroupWrite, rows: Parameters<GroupWrite['run']>[1], at = 5) =>
  onConnection(db.knex, (connection) => group.run(connection, rows, at));

describe('a group that is written by one statement', () => {
  test('holds nothing that it has no part for', async () => {
    await expect(write(basket(), { ripe: [['apple', 'red']], grown: [1] })).rejects.toThrow(
      'grown: no part of what is written together',
    );
    expect(await db.knex('fruit')).toEqual([]);
  });

  test('is all its parts in their order, and answers how things are then', async () => {
    const group = basket();
    expect(
      await write(group, {
        ripe: [
          ['apple', 'red'],
          ['pear', 'it’s "green"'],
        ],
        eaten: ['apple'],
      }),
    ).toEqual([['pear'], 1]);
    expect(await write(group, { ripe: '[["plum","blue"],["pear","brown"]]', eaten: [] })).toEqual([
      ['pear', 'plum'],
      0,
    ]);
    expect(await write(group, {})).toEqual([['pear', 'plum'], 0]);
    expect(await db.knex('fruit').orderBy('name')).toEqual([
      { name: 'pear', colour: 'brown', at: 5 },
      { name: 'plum', colour: 'blue', at: 5 },
    ]);
  });

  test('is written whole or not at all', async () => {
    const group = basket();
    await expect(
      write(group, {
        ripe: [
          ['apple', 'red'],
          ['pear', null],
        ],
      }),
    ).rejects.toThrow(/NOT NULL/);
    expect(await write(group, {})).toEqual([[], 0]);
  });

  test('goes with the transaction that is open on its connection', async () => {
    const group = basket();
    const failing = onConnection(db.knex, async (connection) => {
      await group.prepare(connection);
      await inTransactionOn(db.knex, connection, async () => {
        await group.run(connection, { ripe: [['apple', 'red']] }, 5);
        throw new Error('no');
      });
    });
    await expect(failing).rejects.toThrow('no');
    expect(await write(group, {})).toEqual([[], 0]);
  });

  test('is prepared anew on another connection, and keeps none from being closed', async () => {
    const group = basket();
    await write(group, { ripe: [['apple', 'red']] });
    await replaceConnection(db.knex);
    expect(await write(group, {})).toEqual([['apple'], 0]);
    await db.reopen();
    expect(await write(group, {})).toEqual([['apple'], 0]);
  });
});

test('a statement that cannot be prepared yet is prepared when it can', async () => {
  const count = new Prepared<{ count: number }>('SELECT count(*) AS count FROM vegetables');
  const counted = () => onConnection(db.knex, (connection) => count.all(connection, []));
  await expect(counted()).rejects.toThrow('no such table');
  await db.knex.raw('CREATE TABLE vegetables (name TEXT)');
  expect(await counted()).toEqual([{ count: 0 }]);
});
