import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallEvent, LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import { createPost, type Post } from '../../src/crm/post.ts';
import { openBeside } from '../../src/db/beside.ts';
import { dialectNamed } from '../../src/dialect-choice.ts';
import { type Courier, createCourier } from '../../src/outbox/courier.ts';
import { countCallbacks, dropCallbacks, listCallbacks, retryGivenUp } from '../../src/outbox/given-up.ts';
import { OutboxStore, type StoredCallback } from '../../src/outbox/outbox-store.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { configOf } from '../service/office.ts';
import { fastClock } from './fast-clock.ts';
import { givenUp, putOff } from './marking.ts';

const token = 'abracadabra';
const config = configOf(`
ami: { username: u, secret: s }
crm: { url: 'http://crm', token: ${token}, time_zone: Europe/Moscow }`);
const startedAt = Date.UTC(2026, 10, 20, 7, 0, 0);

let db: TempDb;
let store: OutboxStore;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  db = await tempDb();
  store = storeOn();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await db.remove();
});

const clock = fastClock(200);

function storeOn(): OutboxStore {
  const onFatal = (fault: unknown) => {
    throw fault;
  };
  return new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal });
}

type Name = 'salesplatform' | 'vanilla';

/** What is told of a call that rings at these phones and is taken by the last of them. */
function told(name: Name, call: string, phones: readonly string[]) {
  const legs = phones.map((extension) => leg(call, extension));
  const owner = legs.at(-1) ?? leg(call, '101');
  const at = startedAt + 60_000;
  const events: CallEvent[] = [
    ...legs.map((one, index) => ({
      ...({ kind: 'rang', leg: one, at: startedAt, waitedMs: 0 } as const),
      turn: index === 0 ? ('first' as const) : ('waiting' as const),
    })),
    { kind: 'answered', leg: owner, at: startedAt + 5_000 },
    ...legs.map((one) => ({
      ...({ kind: 'ended', leg: one, at } as const),
      outcome: one === owner ? ('completed' as const) : ('answered-elsewhere' as const),
      talkedMs: one === owner ? 55_000 : 0,
    })),
    {
      kind: 'finished',
      call: call as Linkedid,
      owner,
      startedAt,
      at,
      outcome: 'completed',
      talkedMs: 55_000,
      round: 1,
    },
  ];
  const dialect = dialectNamed(name, config);
  return events.flatMap((event) => dialect.callbacks(event));
}

function leg(call: string, extension: string): LegFacts {
  const party = { number: '79211001011', name: 'Ivan' };
  const facts = { direction: 'inbound', party, line: '74951112233', ring: 1, startedAt, variables: {} } as const;
  return { call: call as Linkedid, extension: extension as Extension, ...facts };
}

interface Sent {
  readonly crm: FakeCrm;
  readonly courier: Courier;
  readonly post: Post;
}

/** A courier between the database and a CRM. */
async function send(mode: Name, fault?: FakeCrm['fault']): Promise<Sent> {
  const crm = await FakeCrm.start({ token, mode, now: () => startedAt + 90_000 });
  if (fault !== undefined) crm.fault = fault;
  const post = createPost({ url: crm.url, token, timeoutMs: 2_000, connections: 4 });
  const log = rememberingLog();
  const courier = createCourier({
    ...{ store, clock, log, lanes: 4, onAlarm: () => {} },
    send: (callback) => post.send(callback.params),
    ask: () => post.probe(),
    isRepeatable: ({ kind }) => kind !== 'StartApp',
  });
  ends.push(
    () => crm.stop(),
    () => post.close(),
    () => courier.stop(),
  );
  await courier.start();
  return { crm, courier, post };
}

const drained = () => vi.waitFor(async () => expect(await store.depth()).toBe(0), { timeout: 10_000, interval: 5 });

/** The rows of a CRM that was told the same and never failed. */
async function undisturbed(mode: Name, calls: Parameters<typeof told>[]): Promise<FakeCrm['rows']> {
  const crm = await FakeCrm.start({ token, mode, now: () => startedAt + 90_000 });
  const post = createPost({ url: crm.url, token, timeoutMs: 2_000, connections: 1 });
  ends.push(
    () => crm.stop(),
    () => post.close(),
  );
  for (const call of calls)
    for (const { params } of told(...call)) expect(await post.send(params)).toEqual({ kind: 'accepted' });
  return crm.rows;
}

const notUnderstood = { status: 200, body: 'Sorry! Attempt to access restricted file.' };
const withoutIds = (rows: FakeCrm['rows']) => rows.map((row) => ({ ...row, id: 0 }));
const states = async () => (await db.knex('callbacks').orderBy('id').pluck('state')) as string[];
const names = (crm: FakeCrm) => crm.received.map((params) => `${params['callstatus']} ${params['callUUID']}`);

describe('retry', () => {
  test('begins a record that was given up, and tells it to the end, while the connector runs', async () => {
    let isBroken = true;
    const { crm, courier } = await send('salesplatform', ({ callstatus, callUUID }) =>
      isBroken && callstatus === 'DialBegin' && callUUID === '1.1-101' ? notUnderstood : undefined,
    );
    await store.commit({ callbacks: told('salesplatform', '1.1', ['101', '102']), calls: [] });
    courier.nudge();
    await drained();
    expect(await states()).toEqual(['given_up', ...Array.from({ length: 8 }, () => 'delivered')]);
    expect(crm.rows.map(({ sourceuuid }) => sourceuuid)).toEqual(['1.1-102']);

    isBroken = false;
    const before = crm.received.length;
    const beside = await openBeside(db.path, ['callbacks']);
    ends.push(() => beside.destroy());
    expect(await retryGivenUp(beside, '1.1', clock.now())).toEqual({ calls: 1, callbacks: 4, begunAgain: [] });
    courier.nudge();
    await drained();
    const made = told('salesplatform', '1.1', ['101', '102']).map(({ params }) => params);
    expect(names(crm).slice(before)).toEqual(
      made.filter(({ callUUID }) => callUUID === '1.1-101').map(({ callstatus }) => `${callstatus} 1.1-101`),
    );
    const rows = withoutIds(crm.rows);
    const wanted = withoutIds(await undisturbed('salesplatform', [['salesplatform', '1.1', ['101', '102']]]));
    expect(rows).toHaveLength(2);
    expect(new Set(rows)).toEqual(new Set(wanted));
    expect(rows.map(({ status }) => status)).not.toContain('ringing');
    for (const extension of ['101', '102']) expect(crm.pollIncoming(extension)).toEqual([]);
  });

  test('of vTiger’s makes no second record', async () => {
    let isBroken = true;
    const { crm, courier } = await send('vanilla', ({ callstatus }) =>
      isBroken && callstatus === 'DialAnswer' ? notUnderstood : undefined,
    );
    await store.commit({ callbacks: told('vanilla', '1.1', ['101']), calls: [] });
    courier.nudge();
    await drained();
    isBroken = false;
    expect(await retryGivenUp(db.knex, null, clock.now())).toEqual({ calls: 1, callbacks: 3, begunAgain: [] });
    courier.nudge();
    await drained();
    expect(names(crm).filter((name) => name.startsWith('StartApp'))).toHaveLength(1);
    expect(crm.rows).toEqual(await undisturbed('vanilla', [['vanilla', '1.1', ['101']]]));
  });

  test('says which calls it begins again', async () => {
    const { courier } = await send('vanilla', ({ callstatus }) =>
      callstatus === 'StartApp' ? notUnderstood : undefined,
    );
    await store.commit({ callbacks: told('vanilla', '1.1', ['101']), calls: [] });
    courier.nudge();
    await drained();
    await courier.stop();
    expect(await retryGivenUp(db.knex, '1.1', clock.now())).toEqual({ calls: 1, callbacks: 4, begunAgain: ['1.1'] });
  });

  test('leaves other calls alone, also one whose id begins alike', async () => {
    await store.commit({
      callbacks: [...told('vanilla', '1.1', ['101']), ...told('vanilla', '1.12', ['101'])],
      calls: [],
    });
    await db.knex('callbacks').update({ state: 'given_up', due_at: null });
    expect(await retryGivenUp(db.knex, '1.1', clock.now())).toMatchObject({ calls: 1, callbacks: 4 });
    expect((await listCallbacks(db.knex, { states: ['given_up'], call: null }, 9)).map(({ call }) => call)).toEqual(
      Array.from({ length: 4 }, () => '1.12'),
    );
    expect((await store.due(9, [], 'old')).map(({ call, kind }) => `${call} ${kind}`)).toEqual(['1.1 StartApp']);
  });

  test('what waits apart from its call is found by its own name', async () => {
    const apart = told('salesplatform', '1.1', ['101']).slice(-2);
    const call = '1.1-101#again' as Linkedid;
    await store.commit({ callbacks: apart.map((one) => ({ ...one, call, key: `again|${one.key}` })), calls: [] });
    await db.knex('callbacks').update({ state: 'given_up', due_at: null });
    expect(await retryGivenUp(db.knex, null, clock.now())).toMatchObject({ calls: 1, callbacks: 2 });
    expect(await dropCallbacks(db.knex, call, clock.now())).toBe(2);
  });

  test('of many calls at once', async () => {
    const calls = Array.from({ length: 120 }, (_, n) => told('salesplatform', `7.${n}`, ['101']));
    await store.commit({ callbacks: calls.flat(), calls: [] });
    const total = calls.flat().length;
    await db.knex('callbacks').where({ kind: 'DialBegin' }).update({ state: 'given_up', due_at: null });
    expect(await retryGivenUp(db.knex, null, clock.now())).toEqual({ calls: 120, callbacks: total, begunAgain: [] });
    expect((await store.due(999, [], 'old')).map(({ kind }) => kind)).toEqual(calls.map(() => 'DialBegin'));
  });

  test('what is being sent meanwhile is sent again in its turn, whatever becomes of it', async () => {
    await store.commit({ callbacks: told('salesplatform', '1.1', ['101']), calls: [] });
    const [begin] = (await store.due(1, [], 'old')) as [StoredCallback];
    await store.mark(givenUp(begin, 'notUnderstood', 'Sorry!'));
    const marks = [
      (one: StoredCallback) => store.markDelivered(one, null),
      (one: StoredCallback) => store.markDelivered(one, 'its answer was lost'),
      (one: StoredCallback) => store.mark(givenUp(one, 'notUnderstood', 'Sorry!')),
      (one: StoredCallback) => store.mark(putOff(one, { dueAt: 1, attempts: 3 }, 'unavailable', 'reset')),
    ];
    for (const mark of marks) {
      const [underWay] = (await store.due(1, [], 'old')) as [StoredCallback];
      expect(underWay.kind).toBe('DialAnswer');
      await retryGivenUp(db.knex, null, clock.now());
      await mark(underWay);
      const due = (await store.due(9, [], 'old')) as [StoredCallback];
      expect(due.map(({ kind, attempts }) => [kind, attempts])).toEqual([['DialBegin', 0]]);
      expect(new Set(await states())).toEqual(new Set(['pending']));
      await store.mark(givenUp(due[0], 'notUnderstood', 'Sorry!'));
    }
  });
});

describe('drop', () => {
  test('lets what was given up go, and keeps its key', async () => {
    const callbacks = told('salesplatform', '1.1', ['101']);
    await store.commit({ callbacks, calls: [] });
    const [begin] = (await store.due(1, [], 'old')) as [StoredCallback];
    await store.mark(givenUp(begin, 'notUnderstood', 'Sorry!'));
    expect(await store.givenUp()).toBe(1);
    expect(await dropCallbacks(db.knex, null, clock.now())).toBe(1);
    expect(await store.givenUp()).toBe(0);
    expect((await states()).slice(0, 2)).toEqual(['dropped', 'pending']);
    await store.commit({ callbacks, calls: [] });
    expect(await states()).toHaveLength(callbacks.length);
    expect(await retryGivenUp(db.knex, null, clock.now())).toMatchObject({ calls: 0, callbacks: 0 });
  });

  test('of one call also what waits, even if it is being sent', async () => {
    const callbacks = told('salesplatform', '1.1', ['101']);
    await store.commit({ callbacks: [...callbacks, ...told('salesplatform', '1.2', ['101'])], calls: [] });
    const [underWay] = (await store.due(1, [], 'old')) as [StoredCallback];
    expect(await dropCallbacks(db.knex, '1.1', clock.now())).toBe(callbacks.length);
    await store.mark(putOff(underWay, { dueAt: 1, attempts: 1 }, 'unavailable', 'reset'));
    expect(await countCallbacks(db.knex, 'dropped', '1.1')).toBe(callbacks.length);
    expect((await store.due(9, [], 'old')).map(({ call }) => call)).toEqual(['1.2']);
  });
});

test('what was delivered is kept for as long as something of its call is given up; what was dropped goes', async () => {
  const calls = ['1.1', '1.2', '1.3'].map((call) => told('salesplatform', call, ['101']));
  await store.commit({ callbacks: calls.flat(), calls: [] });
  const old = { due_at: null, finished_at: 1 };
  await db.knex('callbacks').update({ state: 'delivered', ...old });
  await db.knex('callbacks').where({ call: '1.1', kind: 'DialBegin' }).update({ state: 'given_up' });
  await db.knex('callbacks').where({ call: '1.2', kind: 'DialBegin' }).update({ state: 'dropped' });
  expect(await store.prune(startedAt)).toBe(2 * (calls[0]?.length ?? 0));
  expect(new Set(await db.knex('callbacks').pluck('call'))).toEqual(new Set(['1.1']));
});

test('those given up are found by their index', async () => {
  const asked: { sql: string; bindings: unknown[] }[] = [];
  const onQuery = ({ sql, bindings }: { sql: string; bindings: unknown[] }) => asked.push({ sql, bindings });
  db.knex.on('query', onQuery);
  await listCallbacks(db.knex, { states: ['given_up'], call: null }, 100);
  await store.givenUp();
  await retryGivenUp(db.knex, null, startedAt);
  db.knex.removeListener('query', onQuery);
  expect(asked).toHaveLength(3);
  for (const { sql, bindings } of asked) {
    const plan = (await db.knex.raw(`EXPLAIN QUERY PLAN ${sql}`, bindings as string[])) as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join('; ')).toContain('callbacks_given_up');
  }
});
