import type { Knex } from 'knex';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Callback, CallbackKind } from '../../src/crm/callback.ts';
import type { Patience } from '../../src/db/patience.ts';
import { OutboxStore, type StoredCallback } from '../../src/outbox/outbox-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { givenUp, putOff } from './marking.ts';

let db: TempDb;
let now: number;
let faults: unknown[];
let store: OutboxStore;

beforeEach(async () => {
  db = await tempDb();
  now = Date.UTC(2026, 10, 20, 22, 36, 12);
  faults = [];
  store = storeOn(db.knex);
});

afterEach(() => db.remove());

function storeOn(knex: Knex): OutboxStore {
  return new OutboxStore({ knex, now: () => now, onFatal: (fault) => faults.push(fault) });
}

function callback(call: string, kind: CallbackKind, params: Record<string, string> = {}): Callback {
  return { key: `${call}|101|1|${kind}`, call: call as Linkedid, kind, params: { callstatus: kind, ...params } };
}

function wholeCall(call: string): Callback[] {
  return (['DialBegin', 'DialAnswer', 'EndCall', 'Hangup'] as const).map((kind) => callback(call, kind));
}

function commit(...callbacks: Callback[]): Promise<void> {
  return store.commit({ callbacks, calls: [] });
}

function names(found: readonly StoredCallback[]): string[] {
  return found.map((each) => `${each.call} ${each.kind}`);
}

/** How many transactions `run` takes: after each the store says what became due by it. */
async function transactions(run: () => Promise<unknown>): Promise<number> {
  let count = 0;
  store.onDue = () => {
    count += 1;
  };
  await run();
  return count;
}

describe('commit', () => {
  test('keeps a callback as it was made, through a restart', async () => {
    const made = callback('1.1', 'DialBegin', { connectedLineName: 'Отдел "продаж"', callerIdNumber: "' OR 1" });
    await commit(made);
    const [found] = await storeOn(await db.reopen()).due(9, [], 'fresh');
    expect(found).toEqual({ ...made, id: 1, createdAt: now, attempts: 0, again: 0 });
  });

  test('ignores a callback whose key is known, within a commit, later, and when it was delivered', async () => {
    await commit(callback('1.1', 'DialBegin', { which: 'first' }), callback('1.1', 'DialBegin', { which: 'second' }));
    await commit(callback('1.1', 'DialBegin', { which: 'third' }));
    const [found] = await store.due(9, [], 'fresh');
    expect(found?.params['which']).toBe('first');
    await store.markDelivered(found as StoredCallback, null);
    await commit(callback('1.1', 'DialBegin'));
    expect(await store.depth()).toBe(0);
  });

  test('keeps the state of open calls and forgets closed ones, the last word counting', async () => {
    const [a, b, c] = ['1.1', '1.2', '1.3'] as Linkedid[] as [Linkedid, Linkedid, Linkedid];
    const calls = (...list: [Linkedid, string | null][]) =>
      store.commit({ callbacks: [], calls: list.map(([id, state]) => ({ id, state })) });
    await Promise.all([calls([a, 'ringing'], [b, 'ringing']), calls([a, 'answered']), calls([c, 'x'], [c, null])]);
    await calls([b, null]);
    expect(await storeOn(await db.reopen()).openCalls()).toEqual([{ id: a, state: 'answered' }]);
  });

  test('commits made together share a transaction', async () => {
    const together = () => Promise.all(Array.from({ length: 500 }, (_, i) => commit(callback(`1.${i}`, 'DialBegin'))));
    expect(await transactions(together)).toBe(1);
    expect(await store.depth()).toBe(500);
  });

  test('commits made while one is being written share the next transaction', async () => {
    const count = await transactions(async () => {
      const first = commit(callback('1.1', 'DialBegin'));
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([first, ...wholeCall('1.2').map((each) => commit(each))]);
    });
    expect(count).toBe(2);
  });

  test('is all or nothing, and a failure is fatal', async () => {
    await db.knex.raw("CREATE TRIGGER full BEFORE INSERT ON calls BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    const calls = [{ id: '1.1' as Linkedid, state: '{}' }];
    await expect(store.commit({ callbacks: wholeCall('1.1'), calls })).rejects.toThrow('disk full');
    expect(await store.depth()).toBe(0);
    expect(faults).toHaveLength(1);
    await expect(commit(callback('1.2', 'DialBegin'))).rejects.toThrow('disk full');
    expect(faults).toHaveLength(1);
    expect(await store.depth()).toBe(0);
  });
});

describe('what is due', () => {
  test("is the first pending callback of each record, and the next one when it's finished", async () => {
    await commit(...wholeCall('1.1'), ...wholeCall('1.2'));
    const [first, second] = (await store.due(9, [], 'fresh')) as [StoredCallback, StoredCallback];
    expect(names([first, second])).toEqual(['1.1 DialBegin', '1.2 DialBegin']);
    await Promise.all([store.markDelivered(first, null), store.mark(givenUp(second, 'notUnderstood', 'Sorry!'))]);
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.1 DialAnswer', '1.2 DialAnswer']);
  });

  test('of a call with several records is the first of each, whatever the callUUID looks like', async () => {
    const of = (callUUID: string | undefined, kind: CallbackKind): Callback => {
      const key = `1.1|${callUUID}|${kind}`;
      return { key, call: '1.1' as Linkedid, kind, params: callUUID === undefined ? {} : { callUUID } };
    };
    const records = ['1.1-101', '1.1', '', '1', '01', '1e0', 'null', undefined];
    await commit(...records.flatMap((record) => [of(record, 'DialBegin'), of(record, 'Hangup')]));
    const due = await store.due(20, [], 'fresh');
    expect(new Set(due.map(({ key }) => key))).toEqual(new Set(records.map((record) => `1.1|${record}|DialBegin`)));
    for (const { params, behind = [] } of due)
      expect(behind.map(({ key }) => key)).toEqual([`1.1|${params['callUUID']}|Hangup`]);
  });

  test('what a version left waiting that kept order within a call, or lost its first, is made due at the start', async () => {
    await commit(...wholeCall('1.1'), callback('1.2', 'DialBegin'));
    await db.knex('callbacks').where({ call: '1.1' }).update({ due_at: null });
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.2 DialBegin']);
    await store.moveUp();
    expect(new Set(names(await store.due(9, [], 'fresh')))).toEqual(new Set(['1.1 DialBegin', '1.2 DialBegin']));
  });

  test('is not what is busy, nor what comes after it in its record', async () => {
    await commit(...wholeCall('1.1'), ...wholeCall('1.2'));
    expect(names(await store.due(9, [1], 'fresh'))).toEqual(['1.2 DialBegin']);
  });

  test('is not what waits for another try, nor what comes after it in its record', async () => {
    await commit(...wholeCall('1.1'), ...wholeCall('1.2'));
    const [first] = (await store.due(1, [], 'fresh')) as [StoredCallback];
    await store.mark(putOff(first, { dueAt: now + 500, attempts: 1 }, 'unavailable', 'HTTP 503'));
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.2 DialBegin']);
    expect(await store.nextDueAt([5])).toBe(now + 500);
    expect(await store.nextDueAt([1, 5])).toBeNull();
    now += 500;
    const [again] = (await store.due(9, [5], 'fresh')).filter((each) => each.call === ('1.1' as Linkedid));
    expect(again).toMatchObject({ id: 1, kind: 'DialBegin', attempts: 1 });
  });

  test('a callback of a call whose earlier ones were all delivered is due at once', async () => {
    await commit(callback('1.1', 'DialBegin'));
    const [first] = (await store.due(1, [], 'fresh')) as [StoredCallback];
    await store.markDelivered(first, null);
    await commit(callback('1.1', 'Hangup'));
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.1 Hangup']);
  });

  test('calls of the last minute go before a backlog, or after it, as asked', async () => {
    await commit(...wholeCall('1.1'), ...wholeCall('1.2'));
    now += 3_600_000;
    await commit(...wholeCall('9.1'), ...wholeCall('9.2'));
    expect(names(await store.due(3, [], 'fresh'))).toEqual(['9.1 DialBegin', '9.2 DialBegin', '1.1 DialBegin']);
    expect(names(await store.due(3, [], 'old'))).toEqual(['1.1 DialBegin', '1.2 DialBegin', '9.1 DialBegin']);
  });

  test('an old call is told to its end before a younger one is begun', async () => {
    await commit(...wholeCall('1.1'));
    now += 1;
    await commit(...wholeCall('1.2'));
    now += 3_600_000;
    const told: string[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const [first] = (await store.due(1, [], 'fresh')) as [StoredCallback];
      told.push(...names([first]));
      await store.markDelivered(first, null);
    }
    expect(told.map((name) => name.split(' ')[0])).toEqual([...Array(4).fill('1.1'), ...Array(4).fill('1.2')]);
  });

  test('hurry makes due what waits, in the order of its making', async () => {
    await commit(callback('1.1', 'DialBegin'), callback('1.2', 'DialBegin'));
    const [first, second] = (await store.due(2, [], 'fresh')) as [StoredCallback, StoredCallback];
    await store.mark(putOff(first, { dueAt: now + 60_000, attempts: 7 }, 'unavailable', 'away'));
    await store.mark(putOff(second, { dueAt: now + 500, attempts: 1 }, 'unavailable', 'away'));
    expect(await store.due(9, [], 'fresh')).toEqual([]);
    await store.hurry();
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.1 DialBegin', '1.2 DialBegin']);
  });

  test('hurry reaches what waits for a time that a clock set back has moved away', async () => {
    await commit(callback('1.1', 'DialBegin'));
    now -= 24 * 3_600_000;
    expect(await store.due(9, [], 'fresh')).toEqual([]);
    await store.hurry();
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.1 DialBegin']);
  });

  test('the next callback of a call is due at once, although the clock has been set back since it was made', async () => {
    await commit(...wholeCall('1.1'));
    const [first] = (await store.due(1, [], 'fresh')) as [StoredCallback];
    now -= 5_000;
    await store.markDelivered(first, null);
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.1 DialAnswer']);
  });

  test('what was handed out and never marked is due again after a crash', async () => {
    await commit(...wholeCall('1.1'));
    expect(names(await store.due(9, [], 'fresh'))).toEqual(['1.1 DialBegin']);
    expect(names(await storeOn(await db.reopen()).due(9, [], 'fresh'))).toEqual(['1.1 DialBegin']);
  });

  test('is found through the indexes, however long the backlog', async () => {
    const plans: string[] = [];
    const queries: { sql: string; bindings: Knex.RawBinding[] }[] = [];
    db.knex.on('query', (query) => queries.push(query));
    await store.due(9, [7], 'fresh');
    await store.nextDueAt([7]);
    await store.oldestAgeMs();
    for (const { sql, bindings } of [...queries]) {
      const plan = await db.knex.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, bindings);
      plans.push(plan.map((row) => row.detail).join('; '));
    }
    expect(plans).toEqual([
      'SEARCH callbacks USING INDEX callbacks_fresh (created_at>?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY',
      'SEARCH callbacks USING INDEX callbacks_due (due_at<?)',
      'SEARCH callbacks USING COVERING INDEX callbacks_due (due_at>?)',
      'SCAN callbacks USING COVERING INDEX callbacks_fresh',
    ]);
  });
});

describe('what is kept of it', () => {
  async function finishAll(): Promise<void> {
    for (;;) {
      const found = await store.due(9, [], 'fresh');
      if (found.length === 0) return;
      await Promise.all(found.map((each) => store.markDelivered(each, null)));
    }
  }

  test('depth and age count what is not delivered', async () => {
    expect([await store.depth(), await store.oldestAgeMs()]).toEqual([0, null]);
    await commit(...wholeCall('1.1'));
    now += 5_000;
    await commit(...wholeCall('1.2'));
    now += 1_000;
    expect([await store.depth(), await store.oldestAgeMs()]).toEqual([8, 6_000]);
    await finishAll();
    expect([await store.depth(), await store.oldestAgeMs()]).toEqual([0, null]);
  });

  test('how each ended stands in its row', async () => {
    await commit(...['1', '2', '3'].map((call) => callback(call, 'Hangup')));
    const [a, b, c] = (await store.due(3, [], 'fresh')) as [StoredCallback, StoredCallback, StoredCallback];
    await Promise.all([
      store.markDelivered(a, null),
      store.markDelivered(b, 'HTTP 500 without a word'),
      store.mark(givenUp(c, 'notUnderstood', 'Sorry! Attempt')),
    ]);
    const rows = await db.knex('callbacks').select('state', 'outcome', 'detail', 'due_at', 'finished_at').orderBy('id');
    const common = { due_at: null, finished_at: now };
    expect(rows).toEqual([
      { state: 'delivered', outcome: 'accepted', detail: null, ...common },
      { state: 'delivered', outcome: 'presumed', detail: 'HTTP 500 without a word', ...common },
      { state: 'given_up', outcome: 'notUnderstood', detail: 'Sorry! Attempt', ...common },
    ]);
  });

  test('prune removes what was delivered long ago, in slices, and neither pending nor given up ones', async () => {
    const old = Array.from({ length: 1_200 }, (_, i) => callback(`1.${i}`, 'Hangup'));
    await commit(...old);
    for (;;) {
      const found = await store.due(400, [], 'fresh');
      if (found.length === 0) break;
      await Promise.all(found.map((each) => store.markDelivered(each, null)));
    }
    await commit(callback('2.1', 'Hangup'));
    const [poison] = (await store.due(1, [], 'fresh')) as [StoredCallback];
    await store.mark(givenUp(poison, 'notUnderstood', 'Sorry!'));
    now += 10_000;
    await commit(callback('3.1', 'Hangup'), callback('3.2', 'Hangup'));
    const [recent] = (await store.due(1, [], 'fresh')) as [StoredCallback];
    await store.markDelivered(recent, null);
    expect(await store.prune(now)).toBe(1_200);
    expect(await db.knex('callbacks').orderBy('id').pluck('call')).toEqual(['2.1', '3.1', '3.2']);
  });
});

test('a first commit that fails amid a transaction is no harm to later ones', async () => {
  const passing = Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' });
  let tries = 0;
  const patience: Pick<Patience, 'persist'> = {
    persist: async (work) => {
      for (;;) {
        try {
          return await work();
        } catch (fault) {
          if (fault !== passing) throw fault;
        }
      }
    },
  };
  store = new OutboxStore({
    knex: db.knex,
    now: () => now,
    onFatal: (fault) => faults.push(fault),
    patience: patience as Patience,
  });
  const also = async () => {
    tries += 1;
    if (tries === 1) throw passing;
  };
  await store.commit({ callbacks: [callback('1.1', 'DialBegin')], calls: [], also });
  await store.commit({ callbacks: [callback('1.2', 'DialBegin')], calls: [] });
  expect([await store.depth(), faults, tries]).toEqual([2, [], 2]);
});
