import { setTimeout as pause } from 'node:timers/promises';
import knex, { type Knex } from 'knex';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchForeignWrites } from '../../src/db/foreign-writes.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

let db: TempDb;
let other: Knex;
let clock: ManualClock;
let noticed: number;
/** How often the database was asked. */
let asked: number;
let stop: () => void;

beforeEach(async () => {
  db = await tempDb();
  other = knex({
    client: 'sqlite3',
    connection: { filename: db.path },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  await db.knex.raw('CREATE TABLE words (word TEXT)');
  clock = new ManualClock();
  noticed = 0;
  asked = 0;
  db.knex.on('query', ({ sql }) => {
    if (sql === 'PRAGMA data_version') asked += 1;
  });
  stop = watchForeignWrites({ knex: db.knex, path: db.path, clock }, () => {
    noticed += 1;
  });
});

afterEach(async () => {
  stop();
  await other.destroy();
  await db.remove();
});

/** Long enough for a look at two files and for a question. */
async function look(): Promise<void> {
  await clock.advance(1_000);
  await pause(50);
  await db.knex.raw('SELECT 1');
}

async function looks(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) await look();
}

test('what another connection commits is noticed, once, and what this one commits is not', async () => {
  await look();
  await db.knex('words').insert({ word: 'mine' });
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
});

test('it is noticed as well after nothing was written for long, also where the log begins anew', async () => {
  await looks(4);
  await other('words').insert({ word: 'theirs' });
  await look();
  expect(noticed).toBe(1);
  await looks(4);
  await other.raw('PRAGMA wal_checkpoint(TRUNCATE)');
  await looks(4);
  const before = noticed;
  await other('words').insert({ word: 'more' });
  await look();
  expect(noticed).toBe(before + 1);
});

test('without the log beside it too', async () => {
  await look();
  await db.knex.raw('PRAGMA journal_mode = DELETE');
  await looks(4);
  const before = noticed;
  await other('words').insert({ word: 'theirs' });
  await look();
  expect(noticed).toBe(before + 1);
});

test('the database is asked once more after a change, then rests', async () => {
  await looks(4);
  const before = asked;
  await looks(4);
  expect(asked).toBe(before);
  await db.knex('words').insert({ word: 'mine' });
  await looks(4);
  expect(asked).toBe(before + 2);
});
