import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import type { Config } from '../../src/config/schema.ts';
import type { CallbackKind } from '../../src/crm/callback.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';
import type { FinishedPart } from '../../src/history/finished-part.ts';
import { HistoryStore } from '../../src/history/history-store.ts';
import { dropCallbacks, retryGivenUp } from '../../src/outbox/given-up.ts';
import { HeldEvents } from '../../src/outbox/held-events.ts';
import { OutboxStore, type StoredCallback } from '../../src/outbox/outbox-store.ts';
import { announcedRows, recordingKeeper } from '../../src/recordings/recording-keeper.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { tellCall } from '../../src/tools/call-command.ts';
import { listCalls } from '../../src/tools/calls-command.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepRows } from '../keeping.ts';
import { configOf } from '../service/office.ts';

/** What the CRM was told of a call, and what it answered. */

const begin = Date.parse('2026-11-20T12:00:00Z');
const second = 1_000;
const call = '1795.1' as Linkedid;

let now = begin;
let db: TempDb;
let config: Config;
let store: OutboxStore;
beforeEach(async () => {
  now = begin;
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
  store = new OutboxStore({ knex: db.knex, now: () => now, onFatal, lastWordMs: 120 * second });
});
afterEach(() => db.remove());

function callback(kind: CallbackKind, rest = '101|1') {
  const key = rest === '' ? `${call}|${kind}|` : `${call}|${rest}|${kind}`;
  return { key, call, kind, params: { callUUID: `${call}-101`, secret: 'never shown' } };
}

const commit = (...kinds: CallbackKind[]) =>
  store.commit({ callbacks: kinds.map((kind) => callback(kind)), calls: [] });

async function due(): Promise<StoredCallback> {
  const [first] = await store.due(1, [], 'old');
  if (first === undefined) throw new Error('nothing is due');
  return first;
}

const again = (dueInMs: number, attempts: number) => ({ state: 'pending', dueAt: now + dueInMs, attempts }) as const;

const who = { call, extension: '101' as Extension, direction: 'inbound', line: '74951112233' } as const;

async function keepPart(more: Partial<FinishedPart> = {}): Promise<void> {
  const party = { number: '79211001011', name: 'Ivan\u001b[2J\u009b2J' };
  const times = { startedAt: begin, answeredAt: begin + 4 * second, endedAt: begin + 9 * second, talkedMs: 5_000 };
  await new HistoryStore(db.knex).put({ ...who, ...party, ring: 1, ...times, outcome: 'completed', ...more });
}

async function tell({ json = false, mask = false } = {}): Promise<string> {
  const { text, isFound } = await tellCall(config, { call, json, mask, now });
  expect(isFound).toBe(true);
  expect(text).not.toContain('never shown');
  return text;
}

test('a CRM that was away: what it answered, how often, and when it took it at last', async () => {
  await keepPart();
  await commit('DialBegin', 'DialAnswer');
  for (const tookMs of [5, 2_500]) {
    now += second;
    await store.mark({ callback: await due(), as: again(0, 0), outcome: 'unavailable', detail: 'HTTP 503', tookMs });
  }
  now += 9 * second;
  await store.markDelivered(await due(), null);
  const text = await tell();
  expect(text).toContain(
    '15:00:01.000  CRM  DialBegin of 101: the CRM could not be reached: HTTP 503, 2 times in 1 s, after 2.5 s at most\n',
  );
  expect(text).toContain('15:00:11.000  CRM  DialBegin of 101: taken 11 s after it was made\n');
  expect(text).toContain('CRM  DialAnswer of 101: to be sent now\n');
  expect(text).toContain('- 1 of 2 callbacks wait for the CRM; they go out by themselves, in order.');
});

test('what waits: its next try, and what waits behind it', async () => {
  await commit('DialBegin', 'Hangup');
  await store.mark({ callback: await due(), as: again(30_000, 5), outcome: 'refused', detail: 'the token is wrong' });
  const text = await tell();
  expect(text).toContain(
    '15:00:30.000  CRM  DialBegin of 101: next try in 30 s (last: the CRM refused it: the token is wrong; 5 failed sends)',
  );
  expect(text).toContain('CRM  Hangup of 101: waits for what comes before it in its record');
  expect(text).toContain('who had which part in it is not kept any more');
});

test('given up, sent again by hand, and dropped', async () => {
  await commit('DialBegin', 'Hangup');
  await store.mark({
    callback: await due(),
    as: { state: 'given_up' },
    outcome: 'notUnderstood',
    detail: 'Sorry!\u001b[2J',
  });
  expect(await tell()).toContain('DialBegin of 101: GIVEN UP: Sorry!?[2J, 0 ms after it was made');
  expect(await tell()).toContain(
    `1 of 2 callbacks were given up: when the cause is cured, \`outbox retry --call ${call}\``,
  );
  await retryGivenUp(db.knex, call, now);
  expect(await tell()).toContain('DialBegin of 101: to be sent now, sent again by hand');
  // The answer that it was given up for is still known.
  expect(await tell()).toContain('DialBegin of 101: the CRM did not understand it: Sorry!?[2J');
  await dropCallbacks(db.knex, call, now);
  expect(await tell()).toContain('Hangup of 101: dropped by hand: not sent any more');
});

test('not sent as it was over, counts as taken, told once more, corrected', async () => {
  await commit('DialBegin', 'DialAnswer', 'EndCall');
  const [answer] = (await due()).behind ?? [];
  await store.markUnneeded([answer as StoredCallback]);
  await store.mark({
    callback: await due(),
    as: { state: 'delivered' },
    outcome: 'timedOut',
    detail: 'no answer within 60 s',
  });
  await store.markDelivered(await due(), 'the connector was ended while it was being sent');
  await store.commit({
    callbacks: [{ ...callback('EndCall'), key: `${call}|101|1|EndCall|cdr 5 completed 5` }],
    calls: [],
  });
  const text = await tell();
  expect(text).toContain('DialAnswer of 101: not sent, as the call was over before the CRM had a record of it');
  expect(text).toContain('DialBegin of 101: the CRM did not answer in time: no answer within 60 s');
  expect(text).toContain('EndCall of 101: counts as taken: the connector was ended while it was being sent');
  expect(text).toContain('EndCall of 101, corrected by Asterisk’s CDR: to be sent now');
});

test('the end that is told once more', async () => {
  await commit('DialBegin', 'EndCall');
  await store.mark({ callback: await due(), as: { state: 'delivered' }, outcome: 'timedOut', detail: 'late' });
  await store.markDelivered(await due(), null);
  expect(await tell()).toContain(
    'EndCall of 101, told once more as something had not been answered in time: next try in 2 min 0 s',
  );
});

test('JSON for a program, with all of it', async () => {
  await keepPart();
  await commit('DialBegin');
  await store.mark({ callback: await due(), as: again(0, 1), outcome: 'unavailable', detail: 'HTTP 503', tookMs: 7 });
  const text = await tell({ json: true });
  expect(text).not.toMatch(/[\u007f-\u009f]/);
  expect(JSON.parse(text)).toMatchObject({
    ...{ call, direction: 'inbound', number: '79211001011', line: '74951112233', talked_seconds: 5, is_open: false },
    ...{ began_at: '2026-11-20T12:00:00.000Z', ended_at: '2026-11-20T12:00:09.000Z' },
    parts: [{ extension: '101', answered_at: '2026-11-20T12:00:04.000Z', outcome: 'completed', taken_by: null }],
    callbacks: [
      {
        ...{ kind: 'DialBegin', user: '101', state: 'waiting', failed_sends: 1, outcome: 'unavailable' },
        failed_answers: [{ reason: 'HTTP 503', times: 1, longest_seconds: 0.007 }],
      },
    ],
  });
});

test('nothing of callers moves the cursor, and masked their names are not told', async () => {
  await keepPart();
  const list = {
    number: null,
    extension: null,
    call: null,
    since: null,
    until: null,
    days: null,
    open: false,
    limit: 20,
  };
  const listed = async (mask: boolean) => (await listCalls(config, { ...list, json: false, mask, now })).text;
  for (const text of [await tell(), await listed(false)]) {
    expect(text).toContain('79211001011 (Ivan?[2J?2J)');
    expect(text).not.toMatch(/[^\P{C}\n]/u);
  }
  for (const text of [await tell({ mask: true }), await tell({ mask: true, json: true }), await listed(true)])
    expect(text).not.toMatch(/Ivan|79211001011/);
});

test('each ring of a user who is rung again, as far as the CRM was told of it', async () => {
  const ring = (number: number, kind: CallbackKind, more = '') => ({
    ...callback(kind),
    key: `${call}|101|${number}|${kind}${more}`,
  });
  await store.commit({ callbacks: [ring(1, 'DialBegin')], calls: [] });
  now += 5 * second;
  await store.commit({ callbacks: [ring(1, 'Hangup', '|no-answer'), ring(2, 'EndCall', '|again')], calls: [] });
  await keepPart({ ring: 2, startedAt: begin + 7 * second });
  const text = await tell();
  expect(text).toContain('15:00:00.000  101  phone rings for 79211001011');
  expect(text).toContain('15:00:05.000  101  stops ringing: missed, nobody had answered');
  expect(text).toContain('15:00:07.000  101  phone rings again (ring 2) for 79211001011');
});

test('what is held while it is not known which CRM it is, and what is kept no longer', async () => {
  await keepPart();
  expect(await tell()).toContain('- The CRM was told nothing of this call: no callback of it is in the database.');
  now += 31 * 86_400 * second;
  expect(await tell()).toContain('is kept for 30 days (outbox.keep_delivered_days), which are over');
  const leg: LegFacts = { ...who, party: { number: '1', name: '' }, ring: 1, startedAt: begin, variables: {} };
  await new HeldEvents(db.knex).hold([{ kind: 'answered', leg, at: now }]);
  expect(await tell()).toContain('The CRM is not told of 1 event of this call before it is known which CRM it is');
});

test('an extension that no CRM is told of, and a vTiger, which keeps one record', async () => {
  await keepPart({ extension: '1 or 1=1' as Extension });
  expect(await tell()).toContain('The CRM is told nothing of 1 or 1=1: it could be no CRM user’s extension');
  await keepPart();
  await store.commit({ callbacks: [callback('StartApp', '')], calls: [] });
  expect(await tell()).toContain('This CRM (vTiger) keeps one record for the whole call');
});

test('recordings: state, size, to whom they are linked', async () => {
  await keepPart();
  const recordings = new RecordingStore(db.knex);
  const path = '/var/spool/asterisk/monitor/out-79211001011.wav';
  await recordings.add({ call, channel: '1' as never, path, from: 'variable', at: begin });
  const leg: LegFacts = { ...who, party: { number: '1', name: '' }, ring: 1, startedAt: begin, variables: {} };
  const talk = { leg, from: begin, until: begin, last: true };
  await recordings.closeCall(call, [talk], begin);
  const [recording] = await recordings.ofCall(call);
  if (recording === undefined) throw new Error('no recording');
  const sighting = { size: 160_044, mtimeMs: begin, since: begin };
  await recordings.look(recording.id, { state: 'ready', sighting, nextLookAt: null });
  await keepRows(recordingKeeper, db.knex, announcedRows(recording, [talk], begin + 12 * second));
  expect(await tell()).toContain(`  ${path}: ready, 156 KB; linked to the CRM records of 101\n`);
  expect(await tell()).toContain(`15:00:12.000       ${path} is final, and the CRM is told of it for 101\n`);
  expect(await tell({ mask: true })).toContain('  (recording 1): ready, 156 KB; linked to the CRM records of 101\n');
});

test('without a database it says so, and makes none', async () => {
  const elsewhere = { ...config, database: { path: join(db.folder, 'other.db') } };
  await expect(tellCall(elsewhere, { call, json: false, mask: false, now })).rejects.toBeInstanceOf(DatabaseRefused);
});
