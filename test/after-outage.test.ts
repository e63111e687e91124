import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAfterOutage } from '../src/after-outage.ts';
import type { CallEvent } from '../src/call/call-event.ts';
import { dialectNamed } from '../src/dialect-choice.ts';
import { createHold } from '../src/outbox/hold.ts';
import { OutboxStore } from '../src/outbox/outbox-store.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import { rememberingLog } from './doubles/silent-log.ts';
import { type TempDb, tempDb } from './doubles/temp-db.ts';
import { configOf } from './service/office.ts';

const minuteMs = 60_000;
const columns = ['src', 'channel', 'dstchannel', 'lastapp', 'start', 'answer', 'end', 'disposition', 'uniqueid'];

let db: TempDb;
let clock: ManualClock;
let log: ReturnType<typeof rememberingLog>;
let repaired: number;
beforeEach(async () => {
  db = await tempDb();
  clock = new ManualClock();
  log = rememberingLog();
  repaired = 0;
});
afterEach(() => db.remove());

function open(more = 'after_outage: yes', dialect: 'salesplatform' | null = 'salesplatform') {
  const config = configOf(
    `
ami: { username: u, secret: s }
crm: { url: 'http://crm', token: t, time_zone: Europe/Moscow }
cdr: { source: csv, file: cdr.csv, columns: [${columns}], time_zone: UTC, ${more} }`,
    join(db.folder, 'connector.yaml'),
  );
  const store = new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal: () => {} });
  const hold = createHold(db.knex, store, () => {});
  const crm = {
    choice: { name: dialect },
    callbacks: (event: CallEvent) => (dialect === null ? [] : dialectNamed(dialect, config).callbacks(event)),
    commit: (commit: Parameters<typeof hold.commit>[0], events: readonly CallEvent[]) =>
      hold.commit(commit, dialect === null ? events : []),
  };
  const onRepaired = () => {
    repaired += 1;
  };
  return createAfterOutage({ config, database: db.knex, crm, clock, log, onRepaired });
}

/** Unanswered calls of half a minute that began so long before now. */
async function cdr(...agoMs: number[]): Promise<void> {
  const lines = agoMs.map((ago) => {
    const start = Math.floor((clock.now() - ago) / 1000);
    const values = ['7921', `PJSIP/provider-${start}`, `PJSIP/101-${start}`, 'Dial', start, '', start + 30];
    return [...values, 'NO ANSWER', `${start}.1`].map((value) => `"${value}"`).join(',');
  });
  await writeFile(join(db.folder, 'cdr.csv'), `${lines.join('\n')}\n`);
}

/** A minute later, when what that brought about is done. */
async function minuteLater(outage: ReturnType<typeof open>): Promise<void> {
  await clock.advance(minuteMs);
  await outage.stop();
}

const rung = async () =>
  (await db.knex('callbacks').where({ kind: 'DialBegin' }).orderBy('id').pluck<string[]>('call')).length;

test('the calls of the time in which nobody listened are told, a while after it', async () => {
  await cdr(5 * minuteMs, 3 * minuteMs);
  const outage = open();
  outage.heardAgain(clock.now() - 10 * minuteMs);
  await clock.advance(19_000);
  expect(await rung()).toBe(0);
  await minuteLater(outage);
  expect(await rung()).toBe(2);
  expect(repaired).toBe(1);
  expect(log.lines.at(-1)).toMatchObject({ level: 'warn', text: expect.stringContaining("2 users' parts") });
});

test('calls that ended before it, or began after it, are not looked at', async () => {
  await cdr(20 * minuteMs, 10 * minuteMs + 20_000, -10_000);
  const outage = open();
  outage.heardAgain(clock.now() - 10 * minuteMs);
  await minuteLater(outage);
  expect(await rung()).toBe(1);
});

test('several gaps one after the other are one', async () => {
  await cdr(9 * minuteMs, 2 * minuteMs);
  const outage = open();
  outage.heardAgain(clock.now() - 10 * minuteMs);
  await clock.advance(10_000);
  outage.heardAgain(clock.now() - minuteMs);
  await clock.advance(15_000);
  expect(await rung()).toBe(0);
  await minuteLater(outage);
  expect(await rung()).toBe(2);
  expect(repaired).toBe(1);
});

test('a call that went on beyond it is looked at again when it is over', async () => {
  await cdr();
  const outage = open();
  outage.heardAgain(clock.now() - 10 * minuteMs);
  await clock.advance(minuteMs);
  await cdr(2 * minuteMs);
  await clock.advance(8 * minuteMs);
  expect(await rung()).toBe(0);
  await clock.advance(2 * minuteMs);
  await outage.stop();
  expect(await rung()).toBe(1);
});

test('nothing is missing: a line for the record', async () => {
  await cdr();
  const outage = open();
  outage.heardAgain(clock.now() - minuteMs);
  await minuteLater(outage);
  expect(log.lines.at(-1)).toMatchObject({ level: 'info', text: expect.stringContaining('nothing is missing') });
});

test('nothing is missing in the moment before the first connection: a line for who looks closer', async () => {
  await cdr();
  const outage = open();
  outage.heardAgain(clock.now() - 20);
  await minuteLater(outage);
  expect(log.lines.at(-1)).toMatchObject({ level: 'debug', text: expect.stringContaining('nothing is missing') });
});

test('while it is not known which CRM it is, what happened is held', async () => {
  await cdr(3 * minuteMs);
  const outage = open(undefined, null);
  outage.heardAgain(clock.now() - 10 * minuteMs);
  await minuteLater(outage);
  expect(await rung()).toBe(0);
  expect((await db.knex('held_events')).length).toBeGreaterThan(0);
});

test('no CDR, or one that cannot be read: said once', async () => {
  const outage = open();
  for (let n = 0; n < 3; n++) {
    outage.heardAgain(clock.now());
    await minuteLater(outage);
  }
  const warned = log.lines.filter(({ level }) => level === 'warn');
  expect(warned).toMatchObject([{ text: expect.stringContaining('does not exist: set cdr.file') }]);
  const none = open('after_outage: yes'.replace('yes', 'no'));
  none.heardAgain(0);
  expect(clock.pending).toBe(0);
});

test('a stop calls off what has not begun', async () => {
  await cdr(3 * minuteMs);
  const outage = open();
  outage.heardAgain(clock.now() - 10 * minuteMs);
  await outage.stop();
  expect(clock.pending).toBe(0);
});
