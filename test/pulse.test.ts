import knex, { type Knex } from 'knex';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DatabaseState } from '../src/db/patience.ts';
import { feelPulse } from '../src/pulse.ts';
import { ManualClock } from './doubles/manual-clock.ts';

let database: Knex;
beforeEach(() => {
  const pool = { min: 1, max: 1, acquireTimeoutMillis: 200 };
  database = knex({ client: 'sqlite3', connection: ':memory:', useNullAsDefault: true, pool });
});
afterEach(() => database.destroy());

const well: DatabaseState = { state: 'well', since: 0, problem: null, mendedAt: null };
const written = async () => {};

/** Whether it has resolved after some turns of the loop. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  const later = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100));
  return Promise.race([promise.then(() => true), later]);
}

test('a database that answers', async () => {
  const clock = new ManualClock();
  await feelPulse({ knex: database, patience: { state: well }, clock, written });
  expect(clock.pending).toBe(0);
});

test('a database whose one connection is not given back does not answer', async () => {
  const connection = await database.client.acquireConnection();
  const pulse = feelPulse({ knex: database, patience: { state: well }, clock: new ManualClock(), written });
  await expect(pulse).rejects.toThrow('Timeout acquiring a connection');
  await database.client.releaseConnection(connection);
});

test('what was learnt and does not reach the disk', async () => {
  const never = () => new Promise<void>(() => {});
  const parts = { knex: database, patience: { state: well }, clock: new ManualClock() };
  expect(await isSettled(feelPulse({ ...parts, written }))).toBe(true);
  expect(await isSettled(feelPulse({ ...parts, written: never }))).toBe(false);
});

test('a database that is known to fail is waited for, and no new process would help', async () => {
  const clock = new ManualClock();
  const patience = { state: well };
  const pulse = feelPulse({ knex: database, patience, clock, written: () => new Promise<void>(() => {}) });
  await clock.advance(5_000);
  patience.state = { ...well, state: 'failing' };
  await clock.advance(1_000);
  await pulse;
});

test('a question that fails is an answer', async () => {
  const broken = { raw: async () => Promise.reject(new Error('SQLITE_IOERR')) } as unknown as Knex;
  await feelPulse({ knex: broken, patience: { state: well }, clock: new ManualClock(), written });
});
