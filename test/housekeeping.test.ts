import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../src/config/schema.ts';
import { noPatience, type Patience } from '../src/db/patience.ts';
import { HistoryStore } from '../src/history/history-store.ts';
import { keepHouse } from '../src/housekeeping.ts';
import { OutboxStore } from '../src/outbox/outbox-store.ts';
import { recordingsTable } from '../src/recordings/recording-row.ts';
import { RecordingStore } from '../src/recordings/recording-store.ts';
import { UnrungStore } from '../src/unrung/unrung-store.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import { rememberingLog } from './doubles/silent-log.ts';
import { type TempDb, tempDb } from './doubles/temp-db.ts';
import { configOf } from './service/office.ts';

let db: TempDb;
beforeEach(async () => {
  db = await tempDb();
});
afterEach(() => db.remove());

const dayMs = 86_400_000;

function configWith(recordings: string): Config {
  return configOf(`
ami: { username: a, secret: b }
crm: { url: 'http://crm', token: c, time_zone: Europe/Moscow }
recordings: { ${recordings} }`);
}

/** Of calls in which nobody talked, so that no record of the CRM links to them. */
async function leftAfter(recordings: string, ages: readonly number[]): Promise<number[]> {
  const clock = new ManualClock();
  for (const days of ages) {
    const at = clock.now() - days * dayMs;
    const row = { id: `${days}`, call: `${days}`, path: `/m/${days}`, talks: '[]', state: 'unheard', created_at: at };
    await db.knex(recordingsTable).insert({ ...row, closed_at: at });
  }
  const log = rememberingLog();
  const stores = { unrung: new UnrungStore(db.knex), history: new HistoryStore(db.knex) };
  const end = keepHouse({
    ...{ config: configWith(recordings), clock, log, patience: noPatience as Patience, ...stores },
    ...{
      outbox: new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal: () => {} }),
      recordings: new RecordingStore(db.knex),
    },
  });
  await expect.poll(() => log.lines).toMatchObject([{ level: 'info' }]);
  end();
  return db
    .knex(recordingsTable)
    .orderBy('closed_at', 'desc')
    .pluck('id')
    .then((ids) => ids.map(Number));
}

test.each<[string, number[]]>([
  ['retention: off', [10]],
  ['retention: dry-run, delete_older_than_days: 365', [10, 200, 400]],
  ['retention: delete, delete_older_than_days: 365', [10, 200, 400]],
  ['retention: delete, delete_older_than_days: 1', [10]],
])('%s: what nobody is linked to is forgotten only when its file is surely gone', async (recordings, left) => {
  expect(await leftAfter(recordings, [10, 200, 400, 500])).toEqual(left);
});
