import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Linkedid } from '../../src/call/ids.ts';
import { UnrungStore, unrungKeeper } from '../../src/unrung/unrung-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepBy } from '../keeping.ts';

let db: TempDb;
let store: UnrungStore;
beforeEach(async () => {
  db = await tempDb();
  store = new UnrungStore(db.knex);
});
afterEach(() => db.remove());

function unrung(id: string, startedAt: number, more: Partial<Extract<CallEvent, { kind: 'unrung' }>> = {}): CallEvent {
  const party = { number: '79211001011', name: 'Ivan' };
  return {
    kind: 'unrung',
    call: id as Linkedid,
    party,
    line: '74951112233',
    startedAt,
    at: startedAt + 9,
    isEndHeard: true,
    ...more,
  };
}

test('keeps who called which line and when, until after a restart', async () => {
  await store.keep([unrung('1.1', 100)]);
  const again = new UnrungStore(await db.reopen());
  expect(await again.since(0)).toEqual([
    {
      call: '1.1',
      line: '74951112233',
      number: '79211001011',
      name: 'Ivan',
      startedAt: 100,
      endedAt: 109,
      isEndHeard: true,
    },
  ]);
});

test('of other events nothing is kept', async () => {
  await store.keep([{ kind: 'closed', call: '1.1' as Linkedid, talked: [], at: 5 }]);
  expect(await store.since(0)).toEqual([]);
});

test('told twice, a call is one, as it was first told', async () => {
  await store.keep([unrung('1.1', 100), unrung('1.1', 100, { at: 999, line: '' })]);
  expect(await store.since(0)).toMatchObject([{ call: '1.1', line: '74951112233', endedAt: 109 }]);
});

test('a withheld number and a hostile name are kept as they are', async () => {
  const name = `'); DROP TABLE unrung_calls; --`;
  await store.keep([unrung('1.1', 100, { party: { number: '', name } })]);
  expect(await store.since(0)).toMatchObject([{ number: '', name }]);
});

test('since: those that began then or later, the oldest first', async () => {
  await store.keep([unrung('3.1', 300), unrung('1.1', 100), unrung('2.1', 200)]);
  expect((await store.since(200)).map(({ call }) => call)).toEqual(['2.1', '3.1']);
});

test('prune removes those that began before, and says how many', async () => {
  await store.keep([unrung('1.1', 100), unrung('2.1', 200), unrung('3.1', 300)]);
  expect(await store.prune(200)).toBe(1);
  expect((await store.since(0)).map(({ call }) => call)).toEqual(['2.1', '3.1']);
});

test('within a transaction that fails nothing stays', async () => {
  const failing = db.knex.transaction(async (transaction) => {
    await new UnrungStore(transaction).keep([unrung('1.1', 100)]);
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  expect(await store.since(0)).toEqual([]);
});

test('the keeper keeps what `keep` keeps', async () => {
  const events = [
    unrung('1.1', 100),
    unrung('1.1', 100, { at: 999, line: '' }),
    unrung('2.1', 300, { isEndHeard: false }),
    { kind: 'closed', call: '1.1' as Linkedid, talked: [], at: 5 } as const,
  ];
  await store.keep(events);
  const kept = await store.since(0);
  await db.knex('unrung_calls').delete();
  await keepBy(unrungKeeper, db.knex, events, true);
  expect([kept.length, await store.since(0)]).toEqual([2, kept]);
});
