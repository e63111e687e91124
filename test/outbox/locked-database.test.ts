import knex, { type Knex } from 'knex';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import { createPatience, type Patience } from '../../src/db/patience.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { fastClock } from './fast-clock.ts';

let db: TempDb;
let other: Knex;
let patience: Patience;
let store: OutboxStore;
let sent: string[];
/** Called as each callback is being sent. */
let onSend: (key: string) => Promise<void>;

const clock = fastClock(20);
const log = rememberingLog();

function courier() {
  return createCourier({
    store,
    send: async ({ key }) => {
      sent.push(key);
      await onSend(key);
      return { kind: 'accepted' };
    },
    clock,
    log,
    lanes: 2,
    onAlarm: () => {},
  });
}

beforeEach(async () => {
  db = await tempDb();
  other = knex({ client: 'sqlite3', connection: { filename: db.path }, useNullAsDefault: true });
  patience = createPatience({ knex: db.knex, path: db.path, clock, log, mend: async () => {} });
  const onFatal = (fault: unknown) => {
    throw fault;
  };
  store = new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal, patience });
  sent = [];
  onSend = async () => {};
  // Not to wait two seconds for each try.
  await db.knex.raw('PRAGMA busy_timeout = 20');
});
afterEach(async () => {
  patience.stop();
  await other.destroy();
  await db.remove();
});

function commit(call: string, ...kinds: ('DialBegin' | 'DialAnswer' | 'EndCall')[]): Promise<void> {
  const id = call as Linkedid;
  const callbacks = kinds.map((kind) => ({ call: id, key: `${call} ${kind}`, kind, params: { callstatus: kind } }));
  return store.commit({ callbacks, calls: [] });
}

describe('while another program has the database locked', () => {
  test('a callback that was delivered is not sent again, though that cannot be written; the next one waits for it', async () => {
    await commit('1.1', 'DialBegin', 'DialAnswer', 'EndCall');
    onSend = async (key) => {
      if (key === '1.1 DialBegin') await other.raw('BEGIN IMMEDIATE');
    };
    const running = courier();
    await running.start();
    await expect.poll(() => patience.state.state).toBe('failing');
    for (let nudges = 0; nudges < 20; nudges += 1) {
      running.nudge();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(sent).toEqual(['1.1 DialBegin']);
    await other.raw('COMMIT');
    await expect.poll(() => store.depth()).toBe(0);
    expect(sent).toEqual(['1.1 DialBegin', '1.1 DialAnswer', '1.1 EndCall']);
    await running.stop();
  });

  test('nobody can read either: the courier goes on when it is over', async () => {
    const running = courier();
    await running.start();
    // The log of changes is shared memory: a program that wants it for itself keeps readers out as well.
    await db.knex.raw('PRAGMA journal_mode = DELETE');
    await other.raw('BEGIN EXCLUSIVE');
    const kept = commit('1.1', 'DialBegin');
    running.nudge();
    await expect.poll(() => patience.state.state).toBe('failing');
    await other.raw('COMMIT');
    await kept;
    running.nudge();
    await expect.poll(() => sent).toEqual(['1.1 DialBegin']);
    await running.stop();
  });

  test('changes are written in order when it is over, as of the time at which they were made', async () => {
    await other.raw('BEGIN IMMEDIATE');
    const calls = Array.from({ length: 1_200 }, (_, index) => `1.${index}`);
    const begun = clock.now();
    const all = calls.map((call) => commit(call, 'DialBegin'));
    await expect.poll(() => patience.state.state).toBe('failing');
    expect(store.backlog).toEqual({ kept: 1_200, droppedCalls: 0 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await other.raw('COMMIT');
    await Promise.all(all);
    const rows = await db.knex('callbacks').orderBy('id').select('call', 'created_at');
    expect(rows.map(({ call }) => call)).toEqual(calls);
    // Four seconds by this clock: were they taken for made now, each would raise a popup.
    expect(Math.max(...rows.map(({ created_at }) => created_at))).toBeLessThan(begun + 2_000);
    expect(store.backlog).toEqual({ kept: 0, droppedCalls: 0 });
  });

  test('at the end what cannot be written is given up, and nobody is told that the process cannot go on', async () => {
    await other.raw('BEGIN IMMEDIATE');
    const kept = commit('1.1', 'DialBegin');
    await expect.poll(() => patience.state.state).toBe('failing');
    patience.stop();
    await expect(kept).rejects.toThrow('SQLITE_BUSY');
    await other.raw('COMMIT');
  });
});

test('what waits for the connection when all ends is no fault of the process', async () => {
  const told: unknown[] = [];
  const ending = await tempDb();
  const patience = createPatience({
    knex: ending.knex,
    path: ending.path,
    clock,
    log: rememberingLog(),
    mend: async () => {},
  });
  const asked = new OutboxStore({
    knex: ending.knex,
    now: () => clock.now(),
    onFatal: (fault) => told.push(fault),
    patience,
  });
  const connection: unknown = await ending.knex.client.acquireConnection();
  const waiting = expect(asked.depth()).rejects.toThrow('aborted');
  patience.stop();
  const destroyed = ending.knex.destroy();
  await ending.knex.client.releaseConnection(connection);
  await waiting;
  await destroyed;
  await expect(asked.givenUp()).rejects.toThrow('Unable to acquire a connection');
  expect(told).toEqual([]);
  await ending.remove();
});
