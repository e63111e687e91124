import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import { startService } from '../../src/service.ts';
import { missedCalls } from '../../src/tools/missed-command.ts';
import { UnrungStore } from '../../src/unrung/unrung-store.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { tempDb } from '../doubles/temp-db.ts';
import { configOf, freshCapture, openOffice, until } from './office.ts';

test('a caller who was gone before any phone rang is listed while the connector runs', async () => {
  const office = await openOffice();
  const capture = await freshCapture('22/s36');
  await office.asterisk.server.play(capture, { speed: 20 });
  const listed = async () =>
    JSON.parse(await missedCalls(office.config, { days: 1, json: true, now: Date.now() })) as { number: string }[];
  await until(() => office.log.lines.some(({ text }) => /rang nobody/.test(text)), 'a call that rang nobody');
  await expect
    .poll(listed)
    .toMatchObject([{ number: expect.stringMatching(/^7921/), line: expect.stringMatching(/^7495/) }]);
  expect(office.crm.rows).toEqual([]);
  await office.close();
}, 30_000);

test('after calls.keep_unrung_days it is removed', async () => {
  const dayMs = 86_400_000;
  const db = await tempDb();
  const event = { kind: 'unrung', party: { number: '1', name: '' }, line: '2', isEndHeard: true } as const;
  const at = (id: string, days: number) => ({
    ...event,
    call: id as Linkedid,
    startedAt: days * dayMs,
    at: days * dayMs,
  });
  await new UnrungStore(db.knex).keep([at('old', 100), at('young', 102)]);
  await db.knex.destroy();
  const config = configOf(
    `
ami: { host: 127.0.0.1, port: 1, username: u, secret: s }
crm: { url: 'http://127.0.0.1:1', token: t, time_zone: Europe/Moscow, dialect: salesplatform }
http: { port: 0 }
calls: { keep_unrung_days: 2 }
database: { path: connector.db }`,
    join(db.folder, 'connector.yaml'),
  );
  const clock = new ManualClock(103 * dayMs);
  const parts = { log: rememberingLog(), version: '0', clock, onFatal: () => {} };
  const service = await startService(config, parts);
  await clock.advance(3_600_001);
  const left = async () =>
    JSON.parse(await missedCalls(config, { days: 9999, json: true, now: clock.now() })) as { call: string }[];
  await expect.poll(async () => (await left()).map(({ call }) => call)).toEqual(['young']);
  await service.stop();
  await db.reopen();
  await db.remove();
}, 30_000);
