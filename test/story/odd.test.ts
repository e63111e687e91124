import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import type { Config } from '../../src/config/schema.ts';
import { historyKeeper } from '../../src/history/history-store.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { tellCall } from '../../src/tools/call-command.ts';
import { listCalls } from '../../src/tools/calls-command.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepBy } from '../keeping.ts';
import { configOf } from '../service/office.ts';

/** Calls of vTiger, of older connectors, within the office, and of which little is known. */

const begin = Date.parse('2026-11-20T12:00:00Z');
const second = 1_000;
const call = '1795.1' as Linkedid;

let db: TempDb;
let config: Config;
beforeEach(async () => {
  db = await tempDb();
  config = configOf(
    `
ami: { username: u, secret: s }
crm: { url: 'http://crm', token: t, time_zone: Europe/Moscow }
database: { path: connector.db }`,
    join(db.folder, 'connector.yaml'),
  );
});
afterEach(() => db.remove());

const tell = async () => (await tellCall(config, { call, json: false, mask: false, now: begin + 60 * second })).text;
const list = {
  number: null,
  extension: null,
  call: null,
  since: null,
  until: null,
  days: null,
  limit: 20,
  json: false,
  mask: false,
};

interface Part {
  readonly extension?: string;
  readonly direction?: LegFacts['direction'];
  readonly number?: string;
  readonly from?: number;
  readonly ring?: number;
  readonly talkedMs?: number;
  readonly outcome?: 'completed' | 'no-answer' | 'busy' | 'answered-elsewhere';
}

async function keep(part: Part): Promise<void> {
  const { extension = '101', direction = 'inbound', number = '79211001011', from = 0, ring = 1 } = part;
  const { talkedMs = 0, outcome = talkedMs > 0 ? 'completed' : 'no-answer' } = part;
  const party = { number, name: '' };
  const leg: LegFacts = {
    call,
    extension: extension as Extension,
    direction,
    party,
    line: '',
    ring,
    startedAt: begin + from,
    variables: {},
  };
  await keepBy(historyKeeper, db.knex, [{ kind: 'ended', leg, at: begin + 20 * second, outcome, talkedMs }], true);
}

test('vTiger: when it was answered is known by the callback, how often it rang by the history', async () => {
  await keep({ talkedMs: 15_000 });
  await keep({ extension: '102', ring: 3, outcome: 'answered-elsewhere' });
  const store = new OutboxStore({ knex: db.knex, now: () => begin + 5 * second, onFatal: () => {} });
  const callback = (kind: 'StartApp' | 'DialAnswer', what: string) => ({
    key: `${call}|${kind}|${what}`,
    call,
    kind,
    params: {},
  });
  await store.commit({ callbacks: [callback('StartApp', ''), callback('DialAnswer', '101 1')], calls: [] });
  const text = await tell();
  expect(text).toContain('15:00:05.000  101  answers after 5 s');
  expect(text).toContain('102  phone rings (3 times in all) for 79211001011');
  expect(text).toContain('102  stops ringing: not missed, as 101 took the call 5 s after this phone began to ring');
  expect(text).toContain('CRM  StartApp: to be sent now');
  expect(text).toContain('CRM  DialAnswer of 101: waits for what comes before it');
});

test('a call within the office: who dialled is he whose part began first', async () => {
  await keep({ extension: '102', direction: 'internal', number: '101', from: 300, talkedMs: 9_000 });
  await keep({ extension: '101', direction: 'internal', number: '102', talkedMs: 9_000 });
  const text = await tell();
  expect(text).toContain('101 called 102: 101 talked 9 s and 102 talked 9 s.');
  expect(text).toMatch(/101 {2}dials 102\n.*102 {2}phone rings for 101\n/);
});

test.each([
  ['no-answer', 'over: 79211001011 did not answer', 'nobody answered'],
  ['busy', 'over: 79211001011 was busy', 'busy'],
] as const)('a call to the outside that ended as %s', async (outcome, words, summary) => {
  await keep({ direction: 'outbound', outcome });
  const text = await tell();
  expect(text).toContain(`101 called 79211001011: ${summary}.`);
  expect(text).toContain(words);
});

test('a declined call, and one that somebody took whom Asterisk does not name', async () => {
  await keep({ outcome: 'busy' });
  expect(await tell()).toContain('stops ringing: busy, or the call was declined');
  await keep({ outcome: 'answered-elsewhere' });
  expect(await tell()).toContain('stops ringing: not missed, as Asterisk says that somebody else took the call');
});

test('a withheld number', async () => {
  await keep({ number: '' });
  expect(await tell()).toContain('phone rings for a withheld number');
});

test('an open call of another version of the program is told as far as it goes', async () => {
  await db.knex('calls').insert({ id: call, state: '{"version":1}', updated_at: begin });
  expect(await tell()).toContain('in the form of another version of this program, which is not read here');
  const { text, isFound } = await listCalls(config, { ...list, open: true, now: begin });
  expect(isFound).toBe(true);
  expect(text).toContain(`${call} `);
});

test('a database that an older version wrote last', async () => {
  await db.knex.schema.dropTable('failed_sends');
  await expect(tell()).rejects.toThrow('is of an older version: start the connector once.');
});

test('a number in the history with blanks and brackets is found as well', async () => {
  await keep({ number: '+7 (921) 100-10.11' });
  for (const [number, isThere] of [
    ['89211001011', true],
    ['9211001012', false],
    ['1001011', false],
  ] as const)
    expect((await listCalls(config, { ...list, open: false, number, now: begin })).isFound, number).toBe(isThere);
});
