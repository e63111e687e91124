import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import { HistoryStore, historyKeeper } from '../../src/history/history-store.ts';
import { OutboxStore, type StoredCallback } from '../../src/outbox/outbox-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepBy } from '../keeping.ts';

const call = '1.1' as Linkedid;
let now = 1_000;
let db: TempDb;
let store: OutboxStore;
beforeEach(async () => {
  now = 1_000;
  db = await tempDb();
  const onFatal = (fault: unknown) => {
    throw fault;
  };
  store = new OutboxStore({ knex: db.knex, now: () => now, onFatal });
  await store.commit({ callbacks: [{ key: '1.1|101|1|DialBegin', call, kind: 'DialBegin', params: {} }], calls: [] });
});
afterEach(() => db.remove());

async function fail(why: string, tookMs: number): Promise<void> {
  now += 1_000;
  const [callback] = (await store.due(1, [], 'old')) as [StoredCallback];
  const as = { state: 'pending', dueAt: now, attempts: 1 } as const;
  await store.mark({ callback, as, outcome: 'unavailable', detail: why, tookMs });
}

const failures = () => db.knex('failed_sends').orderBy('first_at');

test('the same answer again is one row', async () => {
  await fail('HTTP 503', 20);
  await fail('HTTP 503', 900);
  await fail('HTTP 503', 30);
  await fail('connect ECONNREFUSED', 1);
  expect(await failures()).toMatchObject([
    { outcome: 'unavailable', detail: 'HTTP 503', times: 3, first_at: 2_000, last_at: 4_000, longest_ms: 900 },
    { detail: 'connect ECONNREFUSED', times: 1, first_at: 5_000 },
  ]);
});

test('a CRM with another answer each time fills no disk', async () => {
  for (let count = 0; count < 25; count += 1) await fail(`at ${count}: ${'x'.repeat(1000)}`, 1);
  const rows = await failures();
  expect(rows).toHaveLength(20);
  expect(rows[0].detail).toHaveLength(500);
});

test('what is taken at once leaves nothing, and what is removed takes its answers along', async () => {
  await fail('HTTP 503', 20);
  const [callback] = (await store.due(1, [], 'old')) as [StoredCallback];
  await store.markDelivered(callback, null);
  expect(await failures()).toHaveLength(1);
  await store.prune(now + 1);
  expect(await failures()).toEqual([]);
});

test('when a part was answered, which a later word of it does not undo', async () => {
  const party = { number: '79211001011', name: '' };
  const who = { call, extension: '101' as Extension, direction: 'inbound', party, line: '' } as const;
  const leg: LegFacts = { ...who, ring: 1, startedAt: 100, variables: {} };
  const ended = { kind: 'ended', leg, at: 900, outcome: 'completed', talkedMs: 500 } as const;
  const events = [
    { ...ended, answeredAt: 400 },
    { ...ended, leg: { ...leg, ring: 2 } },
  ];
  await keepBy(historyKeeper, db.knex, events, true);
  expect(await new HistoryStore(db.knex).ofCalls([call])).toMatchObject([{ ring: 2, answeredAt: 400 }]);
});
