import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Config } from '../../src/config/schema.ts';
import type { CallbackKind } from '../../src/crm/callback.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';
import { OutboxStore, type StoredCallback } from '../../src/outbox/outbox-store.ts';
import { type OutboxRequest, outbox } from '../../src/tools/outbox-command.ts';
import { userOf } from '../../src/tools/outbox-text.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { givenUp, putOff } from '../outbox/marking.ts';
import { configOf } from '../service/office.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const secondMs = 1_000;

let db: TempDb;
let config: Config;
let store: OutboxStore;
/** The connector's own connection stays open throughout, as if it ran. */
beforeEach(async () => {
  db = await tempDb();
  config = configOf(
    `
ami: { username: u, secret: s }
crm: { url: 'http://crm', token: t, time_zone: Europe/Moscow }
database: { path: connector.db }`,
    join(db.folder, 'connector.yaml'),
  );
  const onFatal = (fault: unknown) => {
    throw fault;
  };
  store = new OutboxStore({ knex: db.knex, now: () => now, onFatal });
});
afterEach(() => db.remove());

const list: OutboxRequest = { action: 'list', call: null, state: null, limit: 100, json: false, mask: false, now };

async function ask(request: Partial<OutboxRequest> = {}): Promise<string> {
  const { text, isFound } = await outbox(config, { ...list, ...request });
  expect(isFound).toBe(true);
  return text;
}

function callback(call: string, kind: CallbackKind) {
  const params = { callstatus: kind, callUUID: `${call}-101`, callerIdNumber: '79211001011', dialString: '101' };
  return { key: `${call}|101|1|${kind}`, call: call as Linkedid, kind, params };
}

/** A call of three callbacks whose first one was given up, and another one that waits for its next try. */
async function twoCalls(why = 'Sorry! 79211001011\u001b[2J'): Promise<void> {
  const kinds = ['DialBegin', 'Hangup', 'EndCall'] as const;
  await store.commit({
    callbacks: [...kinds.map((kind) => callback('1.1', kind)), callback('2.1', 'Hangup')],
    calls: [],
  });
  const [begin, other] = (await store.due(2, [], 'old')) as [StoredCallback, StoredCallback];
  await store.mark(givenUp(begin, 'notUnderstood', why));
  await store.mark(putOff(other, { dueAt: now + 30 * secondMs, attempts: 5 }, 'unavailable', 'HTTP 503'));
}

const states = () => db.knex('callbacks').orderBy('id').pluck('state');

describe('list', () => {
  test('what waits and what was given up, the oldest first', async () => {
    await twoCalls();
    expect(await ask()).toBe(`\
id  call  kind       user  made (Europe/Moscow)  attempts  next try             state     last outcome
--  ----  ---------  ----  --------------------  --------  -------------------  --------  --------------------------------------
1   1.1   DialBegin  101   2026-11-20 15:00:00   0                              given up  not understood: Sorry! 79211001011?[2J
2   1.1   Hangup     101   2026-11-20 15:00:00   0         now                  waiting   not sent yet
3   1.1   EndCall    101   2026-11-20 15:00:00   0         in its turn          waiting   not sent yet
4   2.1   Hangup     101   2026-11-20 15:00:00   5         2026-11-20 15:00:30  waiting   CRM not reached: HTTP 503

In all: 3 waiting, 1 given up.
`);
  });

  test('of a call, of a state, no more than so many', async () => {
    await twoCalls();
    const [first] = (await store.due(1, [], 'old')) as [StoredCallback];
    await store.markDelivered(first, null);
    expect(await ask({ call: '2.1' })).toMatch(/\n4 .*\n\nOf call 2\.1: 1 waiting, 0 given up\.\n$/);
    expect(await ask({ state: 'waiting', limit: 1 })).toMatch(
      /\n3 .*\n\nIn all: 2 waiting, 1 given up\. The oldest 1 of 2 are shown \(--limit\)\.\n$/,
    );
    expect(await ask({ state: 'delivered' })).toMatch(
      / delivered {2}taken\n\nIn all: 2 waiting, 1 given up, 1 delivered\.\n$/,
    );
    expect(
      (await ask({ state: 'all' }))
        .split('\n')
        .slice(2, 6)
        .map((line) => line[0]),
    ).toEqual(['1', '2', '3', '4']);
    expect(await ask({ state: 'dropped' })).toBe('Nothing to show.\n\nIn all: 2 waiting, 1 given up, 0 dropped.\n');
  });

  test('JSON for a program', async () => {
    await twoCalls('x'.repeat(300));
    const { callbacks, total } = JSON.parse(await ask({ json: true, state: 'given_up' })) as Record<string, unknown>;
    expect(total).toEqual({ waiting: 3, given_up: 1 });
    expect(callbacks).toEqual([
      {
        ...{ id: 1, call: '1.1', kind: 'DialBegin', user: '101', made_at: '2026-11-20T12:00:00.000Z', attempts: 0 },
        ...{ next_try_at: null, state: 'given_up', outcome: 'notUnderstood', reason: 'x'.repeat(300) },
        finished_at: '2026-11-20T12:00:00.000Z',
      },
    ]);
  });

  test('a long reason is cut in the table', async () => {
    await twoCalls('x'.repeat(300));
    expect(await ask({ state: 'given_up' })).toMatch(/not understood: x{100}\.\.\.\n/);
  });

  test('masked, no part of a number is left where the reason is cut', async () => {
    await twoCalls(`${'x'.repeat(95)} 79211001011`);
    expect(await ask({ mask: true, state: 'given_up' })).not.toContain('7921');
  });

  test('masked, no customer’s number can be read', async () => {
    await twoCalls('no customer +7 (921) 100-10-11 nor 79211001011 for 101');
    for (const json of [false, true]) {
      const text = await ask({ mask: true, json });
      expect(text).not.toMatch(/79211001011|100-10-11/);
      expect(text).toContain('for 101');
      expect(text).toContain('1.1');
    }
  });
});

describe('retry and drop', () => {
  test('retry of a call: what was given up and what follows it', async () => {
    await twoCalls();
    expect(await ask({ action: 'retry', call: '1.1' })).toBe(
      '3 callbacks of 1 call will be sent again, those given up and what follows them in their records, in order.\n',
    );
    expect((await store.due(9, [], 'old')).map(({ call, kind }) => `${call} ${kind}`)).toEqual(['1.1 DialBegin']);
    expect(await ask({ action: 'retry', call: '1.1' })).toBe('Nothing was given up.\n');
  });

  test('retry warns of a StartApp', async () => {
    await store.commit({ callbacks: [{ ...callback('3.1', 'StartApp'), key: '3.1|StartApp|' }], calls: [] });
    const [start] = (await store.due(1, [], 'old')) as [StoredCallback];
    await store.mark(givenUp(start, 'notUnderstood', 'Warning: ...'));
    expect(await ask({ action: 'retry' })).toContain('Call 3.1 is begun again (StartApp)');
  });

  test('drop of all: what was given up; of a call: also what waits', async () => {
    await twoCalls();
    expect(await ask({ action: 'drop' })).toBe('1 callback dropped: not sent any more.\n');
    expect(await states()).toEqual(['dropped', 'pending', 'pending', 'pending']);
    expect(await ask({ action: 'drop' })).toBe('Nothing was given up.\n');
    expect(await ask({ action: 'drop', call: '1.1' })).toBe('2 callbacks dropped: not sent any more.\n');
    expect(await ask({ action: 'drop', call: '1.1' })).toBe('Nothing of call 1.1 waits or was given up.\n');
    expect(await states()).toEqual(['dropped', 'dropped', 'dropped', 'pending']);
  });
});

test.each(['list', 'retry', 'drop'] as const)('%s of an unknown call says so', async (action) => {
  await twoCalls();
  expect(await outbox(config, { ...list, action, call: '1.' })).toEqual({
    text: 'There is no callback of a call 1.: expected a linkedid.\n',
    isFound: false,
  });
  expect(await states()).toEqual(['given_up', 'pending', 'pending', 'pending']);
});

test.each(['list', 'retry', 'drop'] as const)('%s without a database says so, and makes none', async (action) => {
  const elsewhere = { ...config, database: { path: join(db.folder, 'other.db') } };
  await expect(outbox(elsewhere, { ...list, action })).rejects.toBeInstanceOf(DatabaseRefused);
  await expect(rm(join(db.folder, 'other.db'))).rejects.toThrow('ENOENT');
});

test.each([
  ['1.1|101|1|DialBegin', 'DialBegin', '101'],
  ['1.1|101|1|Record|x|y', 'Record', '101'],
  ['1.1|StartApp|', 'StartApp', ''],
  ['1.1|DialAnswer|102 1', 'DialAnswer', '102'],
  ['1.1|Hangup|1', 'Hangup', ''],
  ['1.1|DialAnswer', 'DialAnswer', ''],
  ['1.1', 'Hangup', ''],
] as const)('whose callback %s is', (key, kind, user) => {
  expect(userOf({ call: '1.1', key, kind })).toBe(user);
});
