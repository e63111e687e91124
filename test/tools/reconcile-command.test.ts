import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';
import { dialectNamed } from '../../src/dialect-choice.ts';
import { historyKeeper } from '../../src/history/history-store.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { type ReconcileRequest, reconcileCalls } from '../../src/tools/reconcile-command.ts';
import { UnrungStore } from '../../src/unrung/unrung-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { givenUp } from '../outbox/marking.ts';
import { configOf } from '../service/office.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const minuteMs = 60_000;
const columns = 'src, dst, channel, dstchannel, lastapp, start, answer, end, disposition, uniqueid, recordingfile';

let db: TempDb;
/** The connector's own connection stays open throughout, as if it ran. */
beforeEach(async () => {
  db = await tempDb();
});
afterEach(() => db.remove());

const config = (more = '', dialect = 'salesplatform') =>
  configOf(
    `
ami: { username: u, secret: s }
crm: { url: 'http://crm', token: t, time_zone: Europe/Moscow, dialect: ${dialect} }
database: { path: connector.db }
cdr: { source: csv, file: cdr.csv, columns: [${columns}], time_zone: UTC }
${more}`,
    join(db.folder, 'connector.yaml'),
  );

interface Row {
  readonly minutesAgo: number;
  readonly phone?: string;
  readonly answered?: boolean;
  readonly file?: string;
}

const at = ({ minutesAgo }: Row) => now - minutesAgo * minuteMs;
const callOf = (row: Row) => `${at(row) / 1000}.1` as Linkedid;

/** Calls of a minute to a phone, answered after five seconds, or in a menu that reaches none. */
async function cdr(...rows: Row[]): Promise<void> {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const lines = rows.map((row) => {
    const { phone = '', answered = true, file = '' } = row;
    const [start, end] = [at(row), at(row) + minuteMs];
    const [to, app] = phone === '' ? ['', 'Background'] : [`PJSIP/${phone}-${start}`, 'Dial'];
    const answer = answered ? time(start + 5000) : '';
    const disposition = answered ? 'ANSWERED' : 'NO ANSWER';
    const values = ['79211001011', '74951112233', `PJSIP/provider-${start}`, to, app, time(start), answer, time(end)];
    return [...values, disposition, callOf(row), file].map((value) => `"${value}"`).join(',');
  });
  await writeFile(join(db.folder, 'cdr.csv'), lines.map((line) => `${line}\n`).join(''));
}

/** As the connector keeps a call that it heard. */
async function heard(row: Row, more: Partial<Extract<CallEvent, { kind: 'ended' }>> = {}): Promise<void> {
  const party = { number: '79211001011', name: '' };
  const leg = {
    ...({
      call: callOf(row),
      extension: (row.phone ?? '101') as Extension,
      direction: 'inbound',
      party,
      ring: 1,
    } as const),
    ...{ line: '74951112233', startedAt: at(row), variables: {} },
  };
  const event: CallEvent = {
    kind: 'ended',
    leg,
    at: at(row) + minuteMs,
    outcome: 'completed',
    talkedMs: 55_000,
    ...more,
  };
  const callbacks = dialectNamed('salesplatform', config()).callbacks(event);
  await store().commit({ callbacks, calls: [], events: [event] });
}

const store = () => new OutboxStore({ knex: db.knex, now: () => now, onFatal: () => {}, keepers: [historyKeeper] });

async function deliver(): Promise<void> {
  for (let due = await store().due(9, [], 'old'); due.length > 0; due = await store().due(9, [], 'old'))
    for (const callback of due) await store().markDelivered(callback, null);
}

const request: ReconcileRequest = {
  ...{ since: '2026-11-21', until: null, days: 1, repair: false, json: false },
  now: () => now,
};

const run = (more: Partial<ReconcileRequest> = {}, of = config()) => reconcileCalls(of, { ...request, ...more });
const callbacks = () => db.knex('callbacks').orderBy('id').pluck<string[]>('key');

describe('for an admin', () => {
  test('all agree', async () => {
    const row = { minutesAgo: 60, phone: '101' };
    await cdr(row);
    await heard(row);
    await deliver();
    const { text, isSettled, notes } = await run();
    expect(text).toContain('Calls that began from 2026-11-21 00:00:00 to 2026-11-21 15:00:00 (Europe/Moscow)');
    expect(text).toContain('Asterisk 1, ours 1, CRM 1\n\nAll agree.');
    expect([isSettled, notes]).toEqual([true, []]);
  });

  test('every kind of difference has a line, with the time in the CRM’s zone', async () => {
    const rows = [
      { minutesAgo: 60, phone: '101' },
      { minutesAgo: 50, phone: '102', answered: false },
      { minutesAgo: 40 },
      { minutesAgo: 30, phone: '103' },
      { minutesAgo: 20, phone: '104' },
      { minutesAgo: 10, phone: '105' },
    ] as const;
    await cdr(...rows);
    await heard(rows[3], { at: at(rows[3]) + 20_000, talkedMs: 15_000 });
    await deliver();
    await heard(rows[4]);
    await heard(rows[5]);
    const [, first] = await store().due(9, [], 'old');
    if (first !== undefined) await store().mark(givenUp(first, 'notUnderstood', 'Sorry! \u001b[2J'));
    await heard({ minutesAgo: 15, phone: '106' });
    await db
      .knex('callbacks')
      .where('call', callOf({ minutesAgo: 15 }))
      .delete();
    const { text, isSettled } = await run();
    const lines = text
      .split('\n')
      .slice(7, 14)
      .map((line) => line.split(/ {2,}/).join(' | '));
    expect(lines).toEqual([
      '2026-11-21 14:00:00 | 101 | inbound | 79211001011 | 74951112233 | not known here: completed after 60 s, talked 55 s | -',
      '2026-11-21 14:10:00 | 102 | inbound | 79211001011 | 74951112233 | not known here: no-answer after 60 s | -',
      '2026-11-21 14:20:00 | inbound | 79211001011 | 74951112233 | not known here: rang nobody | -',
      '2026-11-21 14:30:00 | 103 | inbound | 79211001011 | 74951112233 | end, talk: here completed after 20 s, talked 15 s; in Asterisk completed after 60 s, talked 55 s | -',
      '2026-11-21 14:40:00 | 104 | inbound | 79211001011 | 74951112233 | CRM not told (waiting: not sent yet) | on its way',
      "2026-11-21 14:45:00 | 106 | inbound | 79211001011 | 74951112233 | not in Asterisk's CDR: completed after 60 s, talked 55 s | remark",
      '2026-11-21 14:50:00 | 105 | inbound | 79211001011 | 74951112233 | CRM not told (given up: Sorry! ?[2J) | -',
    ]);
    expect(text).toContain("1 more call rang nobody's phone (the command `missed` lists them).");
    expect(text).toContain('Asterisk 5, ours 3, CRM 1');
    expect(text).toContain(
      '6 differences. With --repair the CRM is told. Callbacks that were given up: see docs/retry.md.',
    );
    expect(isSettled).toBe(false);
  });

  test('for a program', async () => {
    await cdr({ minutesAgo: 60, phone: '101' });
    const found = JSON.parse((await run({ json: true })).text);
    expect(found).toMatchObject({
      ...{ from: '2026-11-20T21:00:00.000Z', until: '2026-11-21T12:00:00.000Z', asterisk: 1, ours: 0, crm: 0 },
      settled: false,
      findings: [
        {
          ...{ kind: 'missing', at: '2026-11-21T11:00:00.000Z', extension: '101', number: '79211001011' },
          ...{ asterisk: { status: 'completed', talk_seconds: 55 }, ours: null, remedy: 'open' },
        },
      ],
    });
  });
});

describe('--repair', () => {
  test('has the CRM told once, and settles', async () => {
    await cdr({ minutesAgo: 60, phone: '101' }, { minutesAgo: 50, phone: '102', answered: false }, { minutesAgo: 40 });
    const { text, isSettled } = await run({ repair: true });
    expect(text).toContain('3 differences: repaired.');
    expect(text).not.toContain('remark');
    expect(isSettled).toBe(true);
    const told = await callbacks();
    expect(told.filter((key) => key.includes('DialBegin'))).toHaveLength(2);
    expect(await new UnrungStore(db.knex).since(0)).toHaveLength(1);
    const again = await run({ repair: true });
    expect(await callbacks()).toEqual(told);
    // They wait for the CRM, which is nobody's fault.
    expect(again.text).toContain('on its way');
    expect(again.isSettled).toBe(true);
    expect((await run()).isSettled).toBe(false);
    await deliver();
    expect((await run()).text).toContain('Asterisk 2, ours 2, CRM 2');
    expect((await run()).isSettled).toBe(true);
  });

  test('recordings are looked for where Asterisk, or FreePBX, put them', async () => {
    const rows = [
      { minutesAgo: 60, phone: '101', file: '/var/spool/asterisk/monitor/a.wav' },
      { minutesAgo: 50, phone: '102', file: 'in-2.wav' },
      { minutesAgo: 40, phone: '103', file: 'in-3.wav', answered: false },
    ];
    await cdr(...rows);
    await run({ repair: true });
    const recordings = new RecordingStore(db.knex);
    const due = await recordings.due(now);
    expect(
      due.map(({ path, state, talks }) => ({ path, state, users: talks.map(({ leg }) => leg.extension) })),
    ).toEqual([
      { path: '/var/spool/asterisk/monitor/a.wav', state: 'waiting', users: ['101'] },
      { path: '/var/spool/asterisk/monitor/2026/11/21/in-2.wav', state: 'waiting', users: ['102'] },
    ]);
  });

  test('a recording of which nobody was known to have talked is announced after all', async () => {
    const row = { minutesAgo: 60, phone: '101', file: '/var/spool/asterisk/monitor/a.wav' };
    await cdr(row);
    await heard(row, { outcome: 'no-answer', talkedMs: 0, at: at(row) + 4000 });
    const recordings = new RecordingStore(db.knex);
    const of = { call: callOf(row), channel: '1.1' as never, path: row.file, from: 'variable', at: at(row) } as const;
    await recordings.add(of);
    await recordings.closeCall(callOf(row), [], at(row) + 9000);
    await deliver();
    await run({ repair: true });
    expect(await recordings.due(now)).toMatchObject([{ state: 'waiting', talks: [{ leg: { extension: '101' } }] }]);
  });
});

describe('crm.dialect: auto', () => {
  const auto = () => config('', 'auto');
  const row = { minutesAgo: 60, phone: '101' };

  test('as the connector found out', async () => {
    await db.knex('facts').insert({ name: 'crm.dialect', value: 'vanilla' });
    await cdr(row);
    await run({ repair: true }, auto());
    expect((await callbacks())[0]).toBe(`${callOf(row)}|StartApp|`);
  });

  test('as it has told so far, where the CRM does not show what it is', async () => {
    await cdr(row);
    const first = { key: 'k', call: '9.9' as Linkedid, kind: 'DialBegin', params: {} } as const;
    await store().commit({ callbacks: [first], calls: [] });
    await run({ repair: true }, auto());
    expect((await callbacks())[1]).toContain('|DialBegin');
    await store().commit({ callbacks: [{ ...first, key: 'l', kind: 'StartApp' }], calls: [] });
    await cdr({ minutesAgo: 50, phone: '102' });
    await run({ repair: true }, auto());
    expect((await callbacks()).filter((key) => key.includes('|StartApp|'))).toHaveLength(1);
  });

  test('before it is known, what happened is held, once; what was told otherwise waits', async () => {
    const other = { minutesAgo: 50, phone: '102' };
    await cdr(row, other);
    await heard(other, { at: at(other) + 20_000, talkedMs: 15_000 });
    await db.knex('callbacks').delete();
    const { text, isSettled } = await run({ repair: true }, auto());
    expect(isSettled).toBe(false);
    expect(text).toContain('What is marked with - could not be repaired.');
    expect(await db.knex('held_events')).toHaveLength(4);
    expect((await run({ repair: true }, auto())).text).toContain('it is not known yet which CRM it is');
    expect(await db.knex('held_events')).toHaveLength(4);
  });
});

describe('the span', () => {
  test('begins where the connector’s knowledge does, unless a beginning is named', async () => {
    const rows = [
      { minutesAgo: 600, phone: '101' },
      { minutesAgo: 60, phone: '102' },
    ];
    await cdr(...rows);
    await heard({ minutesAgo: 120, phone: '103' });
    await db.knex('callbacks').update({ created_at: now - 120 * minuteMs });
    const { text, notes } = await run({ since: null });
    expect(text).toContain('Asterisk 1, ours 0, CRM 0');
    expect(notes).toEqual([expect.stringContaining('the connector knows of calls since 2026-11-21 12:59:55')]);
    expect((await run()).text).toContain('Asterisk 2, ours 0, CRM 0');
  });

  test('a repaired call is known from its beginning', async () => {
    await cdr({ minutesAgo: 60, phone: '101' });
    await run({ repair: true });
    expect((await run({ since: null })).text).toContain('Asterisk 1, ours 1, CRM 0');
  });

  test('of a connector that has heard nothing is empty', async () => {
    await cdr({ minutesAgo: 60, phone: '101' });
    expect((await run({ since: null })).text).toContain('Asterisk 0, ours 0, CRM 0');
  });

  test('ends where it is said to, and leaves out calls that are hardly over', async () => {
    await cdr({ minutesAgo: 60, phone: '101' }, { minutesAgo: 50, phone: '102' }, { minutesAgo: 1, phone: '103' });
    expect((await run()).text).toContain('Asterisk 2,');
    expect((await run({ until: '2026-11-21 14:05' })).text).toContain('Asterisk 1,');
    expect((await run({ since: '2026-11-21 14:05:00', until: '2027-01-01' })).text).toContain('Asterisk 1,');
  });

  test('does not reach back to what is no longer kept', async () => {
    await cdr();
    const { notes } = await run({ since: '2020-01-01' });
    expect(notes).toEqual([expect.stringContaining('older calls are no longer kept (calls.keep_days)')]);
  });

  test('calls that are open with the connector are left alone', async () => {
    const row = { minutesAgo: 60, phone: '101' };
    await cdr(row);
    await store().commit({ callbacks: [], calls: [{ id: callOf(row), state: '{}' }] });
    const { text } = await run({ repair: true });
    expect(text).toContain('1 call that the connector still has open: not compared.');
    expect(await callbacks()).toEqual([]);
  });

  test('calls that rang nobody are not missed where they are not kept', async () => {
    await cdr({ minutesAgo: 60 });
    expect((await run({}, config('calls: { keep_unrung_days: 0 }'))).text).toContain('All agree.');
  });
});

test('a clock that is ahead of Asterisk’s is allowed for', async () => {
  const rows = [100, 90, 80, 70, 60].map((minutesAgo) => ({ minutesAgo, phone: '101' }));
  await cdr(...rows);
  for (const row of rows) await heard(row, { at: at(row) + minuteMs + 30_000 });
  await deliver();
  const { text } = await run();
  expect(text).toContain('All agree.');
  expect(text).toContain('The connector’s clock is 30 s ahead of Asterisk’s'.replaceAll('’', "'"));
});

describe('what is in the way', () => {
  test('no CDR is configured', async () => {
    await expect(run({}, none())).rejects.toThrow('set cdr.source to csv');
  });

  const none = () =>
    configOf(
      "ami: { username: u, secret: s }\ncrm: { url: 'http://crm', token: t, time_zone: UTC }\ncdr: { source: none }",
      join(db.folder, 'connector.yaml'),
    );

  test('a wrong time zone', async () => {
    await cdr({ minutesAgo: 60, phone: '101' });
    const wrong = config();
    const moved = { ...wrong, cdr: { ...wrong.cdr, time_zone: 'Europe/Moscow' } };
    await expect(run({}, moved)).rejects.toThrow('read as Europe/Moscow, are 3 h earlier than the channels were made');
    const other = { ...wrong, cdr: { ...wrong.cdr, time_zone: 'America/New_York' } };
    await expect(run({}, other)).rejects.toThrow('are 5 h later');
  });

  test('no database', async () => {
    await cdr();
    const other = config();
    const elsewhere = { ...other, database: { path: join(db.folder, 'none.db') } };
    await expect(run({}, elsewhere)).rejects.toThrow(DatabaseRefused);
  });
});
