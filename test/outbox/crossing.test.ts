import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Callback, CallbackKind } from '../../src/crm/callback.ts';
import type { StoredCallback } from '../../src/outbox/callback-row.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { dropCallbacks, retryGivenUp } from '../../src/outbox/given-up.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { givenUp } from './marking.ts';

let db: TempDb;
let store: OutboxStore;
const clock = new ManualClock(1_000_000);
const lastWordMs = 100_000;

beforeEach(async () => {
  db = await tempDb();
  const onFatal = (fault: unknown) => {
    throw fault;
  };
  store = new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal, lastWordMs });
});

afterEach(() => db.remove());

const callback = (call: string, kind: CallbackKind): Callback => ({
  key: `${call}|101|1|${kind}`,
  call: call as Linkedid,
  kind,
  params: { callUUID: `${call}-101` },
});

const whole = (['DialBegin', 'Hangup', 'EndCall'] as const).map((kind) => callback('1.1', kind));

async function nextDue(...busy: StoredCallback[]): Promise<StoredCallback> {
  const ids = busy.map(({ id }) => id);
  const [next] = await store.due(1, ids, 'old');
  if (next === undefined) throw new Error('nothing is due');
  return next;
}

const stateOf = async (kind: CallbackKind) => (await db.knex('callbacks').where({ kind }).first()).state;

test('an answer to what was sent before a person had it sent again says nothing of it', async () => {
  await store.commit({ callbacks: whole, calls: [] });
  await store.mark(givenUp(await nextDue(), 'notUnderstood', 'no'));
  const hangup = await nextDue();
  await retryGivenUp(db.knex, null, clock.now());
  const begin = await nextDue(hangup);
  expect([begin.kind, hangup.kind]).toEqual(['DialBegin', 'Hangup']);
  await store.markDelivered(begin, null);
  await store.markDelivered(hangup, null);
  expect(await stateOf('Hangup')).toBe('pending');
  await store.markDelivered(await nextDue(), null);
  await store.markDelivered(await nextDue(), null);
  expect(await stateOf('EndCall')).toBe('delivered');
});

test('what a person had sent again meanwhile is not called off, and what he had sent again before is', async () => {
  await store.commit({ callbacks: whole, calls: [] });
  await store.mark(givenUp(await nextDue(), 'notUnderstood', 'no'));
  const [hangup, end] = [await nextDue(), await db.knex('callbacks').where({ kind: 'EndCall' }).first()];
  await retryGivenUp(db.knex, null, clock.now());
  await store.markUnneeded([hangup]);
  expect(await stateOf('Hangup')).toBe('pending');
  await store.markUnneeded([
    { ...hangup, again: 1 },
    { ...hangup, id: end.id, again: end.again },
  ]);
  expect([await stateOf('Hangup'), await stateOf('EndCall')]).toEqual(['delivered', 'pending']);
});

test('what is known already does not call off the last word', async () => {
  await store.commit({ callbacks: whole, calls: [] });
  const slow = await nextDue();
  const again = { state: 'pending', dueAt: clock.now(), attempts: 1 } as const;
  await store.mark({ callback: slow, as: again, outcome: 'timedOut', detail: 'slow' });
  for (let n = 0; n < 3; n += 1) await store.markDelivered(await nextDue(), null);
  await store.commit({ callbacks: whole.slice(1, 2), calls: [] });
  expect(await db.knex('callbacks').where({ state: 'pending' })).toHaveLength(2);
});

test('what ends a record that the CRM has is not dropped', async () => {
  await store.commit({ callbacks: [...whole, callback('1.1', 'Record')], calls: [] });
  await store.markDelivered(await nextDue(), null);
  await store.mark(givenUp(await nextDue(), 'notUnderstood', 'no'));
  expect(await dropCallbacks(db.knex, '1.1', clock.now())).toBe(2);
  expect((await nextDue()).kind).toBe('EndCall');
});

test('a CRM that is away is tried again although a request to it hangs', async () => {
  let tries = 0;
  const courier = createCourier({
    store,
    clock,
    log: rememberingLog(),
    lanes: 2,
    onAlarm: () => {},
    send: async ({ call }) => {
      if (call === 'hung') return new Promise<never>(() => {});
      tries += 1;
      return { kind: 'unavailable', why: 'HTTP 503', maybeApplied: true };
    },
  });
  const settled = async () => {
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await courier.start();
  await store.commit({ callbacks: [callback('hung', 'DialBegin')], calls: [] });
  courier.nudge();
  await settled();
  await clock.advance(3_000);
  await store.commit({ callbacks: ['1', '2', '3', '4'].map((call) => callback(call, 'DialBegin')), calls: [] });
  courier.nudge();
  await settled();
  for (let second = 0; second < 20; second += 1) {
    await clock.advance(1_000);
    await settled();
  }
  expect(tries).toBeGreaterThan(5);
});
