import knex from 'knex';
import { expect, test } from 'vitest';
import { watchForeignWrites } from '../../src/db/foreign-writes.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { tempDb } from '../doubles/temp-db.ts';

test('what another connection commits is noticed, once, and what this one commits is not', async () => {
  const db = await tempDb();
  const own = db.knex;
  const other = knex({
    client: 'sqlite3',
    connection: { filename: db.path },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  await own.raw('CREATE TABLE words (word TEXT)');
  const clock = new ManualClock();
  let noticed = 0;
  const stop = watchForeignWrites(own, clock, () => {
    noticed += 1;
  });
  const look = async () => {
    await clock.advance(1_000);
    await own.raw('SELECT 1');
  };
  await look();
  await own('words').insert({ word: 'mine' });
  await look();
  expect(noticed).toBe(0);
  await other('words').insert({ word: 'theirs' });
  await look();
  await look();
  expect(noticed).toBe(1);
  stop();
  await other('words').insert({ word: 'late' });
  await look();
  expect(noticed).toBe(1);
  await other.destroy();
  await db.remove();
});
