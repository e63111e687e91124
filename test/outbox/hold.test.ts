import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Linkedid } from '../../src/call/ids.ts';
import { createHold } from '../../src/outbox/hold.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

let db: TempDb;
beforeEach(async () => {
  db = await tempDb();
});
afterEach(() => db.remove());

const event = (n: number): CallEvent => ({ kind: 'surprise', call: '1.1' as Linkedid, text: String(n), at: n });
const dialect = {
  callbacks: (one: CallEvent) => [
    { key: `k${one.at}`, call: '1.1' as Linkedid, kind: 'DialBegin' as const, params: { callUUID: `c${one.at}` } },
  ],
};
const nothing = { callbacks: [], calls: [] };

function open() {
  const fatal = (fault: unknown) => {
    throw fault;
  };
  const store = new OutboxStore({ knex: db.knex, now: () => 1000, onFatal: fatal });
  const released = { times: 0 };
  const hold = createHold(db.knex, store, () => {
    released.times += 1;
  });
  return { store, hold, released };
}

const stored = async () => (await db.knex('callbacks').orderBy('id').pluck('key')) as string[];

test('what is held becomes callbacks in its order, also after a restart, and is then forgotten', async () => {
  const first = open();
  for (let n = 1; n <= 700; n += 1) void first.hold.commit(nothing, [event(n)]);
  await first.hold.commit(nothing, [event(701), event(702)]);
  await db.reopen();
  const { hold, released } = open();
  let isDone = false;
  await hold.release(dialect, () => {
    isDone = true;
  });
  expect(isDone).toBe(true);
  expect(released.times).toBe(2);
  expect(await stored()).toEqual(Array.from({ length: 702 }, (_, n) => `k${n + 1}`));
  expect(await db.knex('held_events')).toEqual([]);
});

test('what comes while it is released goes behind it, and only then it is done', async () => {
  const { hold } = open();
  await hold.commit(nothing, [event(1)]);
  let isKnown = false;
  const late = hold.release(dialect, () => {
    isKnown = true;
  });
  const during: Promise<void>[] = [];
  for (let n = 2; n <= 50; n += 1) {
    expect(isKnown).toBe(false);
    during.push(hold.commit(nothing, [event(n)]));
    await new Promise((resolve) => setTimeout(resolve));
    if (isKnown) break;
  }
  await Promise.all([late, ...during]);
  const held = await db.knex('held_events');
  expect((await stored()).length + held.length).toBe(during.length + 1);
  expect(held).toEqual([]);
  expect(await stored()).toEqual(Array.from({ length: during.length + 1 }, (_, n) => `k${n + 1}`));
});

test('what belongs to the same fact is written with it, held or not', async () => {
  const { hold } = open();
  const also = async (transaction: typeof db.knex) => {
    await transaction('facts').insert({ name: 'a', value: 'b' });
  };
  await hold.commit({ ...nothing, also }, [event(1)]);
  await hold.commit(nothing, []);
  expect(await db.knex('facts')).toHaveLength(1);
  expect(await db.knex('held_events')).toHaveLength(1);
});
