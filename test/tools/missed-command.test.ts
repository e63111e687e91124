import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Config } from '../../src/config/schema.ts';
import { DatabaseRefused } from '../../src/db/refusal.ts';
import { missedCalls } from '../../src/tools/missed-command.ts';
import { UnrungStore } from '../../src/unrung/unrung-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { configOf } from '../service/office.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const hourMs = 3_600_000;

let db: TempDb;
let config: Config;
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
});
afterEach(() => db.remove());

function keep(id: string, hoursAgo: number, number: string, name = ''): Promise<void> {
  const startedAt = now - hoursAgo * hourMs;
  const party = { number, name };
  return new UnrungStore(db.knex).keep([
    {
      kind: 'unrung',
      call: id as Linkedid,
      party,
      line: '74951112233',
      startedAt,
      at: startedAt + 12_300,
      isEndHeard: true,
    },
  ]);
}

test('a table in the CRM’s time zone, the oldest first', async () => {
  await keep('2.1', 1, '', 'Ivan\u001b[2J');
  await keep('1.1', 2, '79211001011');
  await keep('0.1', 24 * 8, '79211009999');
  expect(
    await missedCalls(config, { days: 7, json: false, now }),
  ).toBe(`Callers of the last 7 days who were gone before any phone rang:

when (Europe/Moscow)  line         number       waited  name
--------------------  -----------  -----------  ------  --------
2026-11-20 13:00:00   74951112233  79211001011  12 s
2026-11-20 14:00:00   74951112233  withheld     12 s    Ivan?[2J
`);
});

test('JSON for a program', async () => {
  await keep('1.1', 2, '79211001011', 'Ivan');
  expect(JSON.parse(await missedCalls(config, { days: 1, json: true, now }))).toEqual([
    {
      at: '2026-11-20T10:00:00.000Z',
      line: '74951112233',
      number: '79211001011',
      name: 'Ivan',
      waited_seconds: 12.3,
      call: '1.1',
    },
  ]);
});

test('nobody', async () => {
  expect(await missedCalls(config, { days: 1, json: false, now })).toBe(
    'In the last day no caller was gone before a phone rang.\n',
  );
  expect(await missedCalls(config, { days: 7, json: true, now })).toBe('[]\n');
});

test('without a database it says so', async () => {
  const elsewhere = { ...config, database: { path: join(db.folder, 'other.db') } };
  await expect(missedCalls(elsewhere, { days: 7, json: false, now })).rejects.toBeInstanceOf(DatabaseRefused);
});
