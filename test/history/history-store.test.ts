import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CallEvent, LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import type { FinishedPart } from '../../src/history/finished-part.ts';
import { HistoryStore, historyKeeper } from '../../src/history/history-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepBy } from '../keeping.ts';

let db: TempDb;
let store: HistoryStore;
beforeEach(async () => {
  db = await tempDb();
  store = new HistoryStore(db.knex);
});
afterEach(() => db.remove());

type Ended = Extract<CallEvent, { kind: 'ended' }>;

function ended(call: string, startedAt: number, more: Partial<LegFacts> = {}, end: Partial<Ended> = {}): Ended {
  const party = { number: '79211001011', name: 'Ivan' };
  const who = { call: call as Linkedid, extension: '101' as Extension, direction: 'inbound', party } as const;
  const leg = { ...who, line: '74951112233', ring: 1, startedAt, variables: {}, ...more };
  return { kind: 'ended', leg, at: startedAt + 60, outcome: 'completed', talkedMs: 50, ...end };
}

function partOf({ leg, at, outcome, talkedMs, answeredAt }: Ended): FinishedPart {
  const { call, extension, direction, party, line, ring, startedAt } = leg;
  const told = { call, extension, direction, ...party, line, ring, startedAt, endedAt: at, talkedMs, outcome };
  return answeredAt === undefined ? told : { ...told, answeredAt };
}

const keep = (events: readonly CallEvent[]) => keepBy(historyKeeper, db.knex, events, true);
const all = () => store.begunIn(0, 1e12);

test('keeps how each user’s part ended, until after a restart', async () => {
  await keep([ended('1.1', 100)]);
  store = new HistoryStore(await db.reopen());
  expect(await all()).toEqual([
    {
      call: '1.1',
      extension: '101',
      direction: 'inbound',
      number: '79211001011',
      name: 'Ivan',
      line: '74951112233',
      ring: 1,
      startedAt: 100,
      endedAt: 160,
      talkedMs: 50,
      outcome: 'completed',
    },
  ]);
});

test('of other events nothing is kept', async () => {
  const { leg } = ended('1.1', 100);
  await keep([
    { kind: 'answered', leg, at: 5 },
    { kind: 'closed', call: leg.call, talked: [], at: 5 },
  ]);
  expect(await all()).toEqual([]);
});

test('of several rings of a user the last counts, in whatever order they are told', async () => {
  await keep([ended('1.1', 200, { ring: 2 }), ended('1.1', 100, { ring: 1 }, { outcome: 'no-answer', talkedMs: 0 })]);
  expect(await all()).toMatchObject([{ ring: 2, startedAt: 200, outcome: 'completed' }]);
});

test('one whose call somebody else took after all has not missed it', async () => {
  await keep([ended('1.1', 100, {}, { outcome: 'no-answer' })]);
  await keep([ended('1.1', 100, {}, { outcome: 'answered-elsewhere' })]);
  expect(await all()).toMatchObject([{ outcome: 'answered-elsewhere' }]);
});

test('each user of a call has a part of his own', async () => {
  const other = { extension: '102' as Extension };
  await keep([ended('1.1', 100), ended('1.1', 100, other), ended('2.1', 300)]);
  expect((await store.ofCalls(['1.1' as Linkedid])).map(({ extension }) => extension)).toEqual(['101', '102']);
  expect(await store.ofCalls([])).toEqual([]);
});

test('begunIn: those that began in the span, its end excluded, the oldest first', async () => {
  await keep([ended('4.1', 400), ended('3.1', 300), ended('2.1', 200), ended('1.1', 100)]);
  expect((await store.begunIn(200, 400)).map(({ call }) => call)).toEqual(['2.1', '3.1']);
});

test('many calls are asked for at once', async () => {
  const calls = Array.from({ length: 1200 }, (_, index) => `${index}.1` as Linkedid);
  await keep(calls.map((call, index) => ended(call, index)));
  expect(await store.ofCalls(calls)).toHaveLength(1200);
});

test('prune removes those that ended before, in slices, and says how many', async () => {
  const calls = Array.from({ length: 1100 }, (_, index) => ended(`${index}.1`, index));
  await keep(calls);
  expect(await store.prune(1090 + 60)).toBe(1090);
  expect((await all())[0]).toMatchObject({ call: '1090.1' });
});

test('a hostile name is kept as it is', async () => {
  const party = { number: '', name: `'); DROP TABLE history; --` };
  await keep([ended('1.1', 100, { party })]);
  expect(await all()).toMatchObject([party]);
});

test('within a transaction that fails nothing stays', async () => {
  const failing = db.knex.transaction(async (transaction) => {
    await new HistoryStore(transaction).put(partOf(ended('1.1', 100)));
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  expect(await all()).toEqual([]);
});

test('together or one by one the keeper keeps what `put` keeps', async () => {
  const busy = { outcome: 'busy', talkedMs: 0 } as const;
  const events = [
    ended('1.1', 100, { ring: 2 }, { answeredAt: 110 }),
    ended('1.1', 90, { ring: 1 }, busy),
    ended('1.1', 120, { ring: 2 }, { outcome: 'answered-elsewhere' }),
    ended('2.1', 300, { party: { number: '', name: 'O\'Brien "the" %' } }, busy),
  ];
  for (const event of events) await store.put(partOf(event));
  const kept = await all();
  for (const together of [true, false]) {
    await db.knex('history').delete();
    await keepBy(historyKeeper, db.knex, events, together);
    expect(await all()).toEqual(kept);
  }
});
