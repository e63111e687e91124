import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import knex, { type Knex } from 'knex';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { freshCapture } from '../service/office.ts';
import {
  type Branch,
  healthAt,
  isUp,
  openSeveral,
  type SeveralOffices,
  type SeveralSettings,
  until,
} from './office.ts';

vi.setConfig({ testTimeout: 90_000 });

let office: SeveralOffices;
let other: Knex | null = null;

afterEach(async () => {
  await other?.destroy();
  other = null;
  await office.close();
});

async function open(settings: SeveralSettings = {}): Promise<void> {
  office = await openSeveral(settings);
  await until(() => isUp(office.south), "south's link");
}

function database(path: string): Knex {
  other = knex({ client: 'sqlite3', connection: { filename: path }, useNullAsDefault: true });
  return other;
}

/** A call without a recording, as fast as it can be played. */
const play = async ({ asterisk }: Branch) =>
  asterisk.server.play(await freshCapture('22/s04'), { speed: Number.POSITIVE_INFINITY });

const isTold =
  ({ crm }: Branch, calls: number) =>
  () =>
    crm.rows.length === calls && crm.rows.every(({ status }) => !/ringing|in-progress/.test(status));

/** South goes on as if nothing were: its calls are told at once, each once and right. */
async function southIsWell(calls = 3): Promise<void> {
  const before = office.south.crm.rows.length;
  for (let call = 1; call <= calls; call += 1) {
    await play(office.south);
    await until(isTold(office.south, before + call), `call ${call} of south`);
  }
  expect(office.south.crm.rows.every(({ status }) => status === 'busy')).toBe(true);
  expect(office.south.crm.violations).toEqual([]);
  expect(await healthAt(`${office.url}/south/health`)).toMatchObject({ code: 200, body: { status: 'ok' } });
  const told = office.log.lines.filter(({ level, fields }) => level === 'error' && fields['connection'] !== 'north');
  expect(told).toEqual([]);
  expect(office.fatal).toEqual([]);
}

const health = (path = '') => healthAt(`${office.url}${path}/health`);

describe('one of two connections fails', () => {
  test('its PBX is killed', async () => {
    await open();
    await until(() => isUp(office.north), "north's link");
    await office.north.asterisk.stop();
    await until(() =>
      office.log.lines.some(({ level, fields }) => level === 'warn' && fields['connection'] === 'north'),
    );
    await southIsWell();
    expect(await health('/north')).toMatchObject({ code: 503, body: { status: 'no link to Asterisk' } });
    expect(await health()).toMatchObject({
      code: 200,
      body: {
        status: 'north: no link to Asterisk',
        connections: { north: { link: { lastEventAt: expect.any(String) } }, south: { status: 'ok' } },
      },
    });
  });

  test('with both gone the process as a whole is not well', async () => {
    await open();
    await Promise.all([office.north, office.south].map(({ asterisk }) => asterisk.stop()));
    await until(() => office.log.lines.filter(({ level }) => level === 'warn').length >= 2);
    expect(await health()).toMatchObject({ code: 503 });
  });

  test('its CRM hangs; when it answers again it is told of everything', async () => {
    await open({ of: { north: { crm: { timeout_seconds: 1 } } } });
    await until(() => isUp(office.north), "north's link");
    office.north.crm.fault = () => 'hang';
    await play(office.north);
    await until(() => office.north.crm.requests.length > 0, 'the request that hangs');
    await southIsWell();
    expect((await health('/north')).body['outbox']).not.toMatchObject({ depth: 0 });
    office.north.crm.fault = () => undefined;
    await until(isTold(office.north, 1), "north's call");
    expect(office.north.crm.rows).toMatchObject([{ status: 'busy' }]);
  });

  test('another program locks its database; what happened meanwhile is told afterwards', async () => {
    await open();
    await until(() => isUp(office.north), "north's link");
    const locking = database(office.north.database);
    await locking.raw('BEGIN EXCLUSIVE');
    await play(office.north);
    await southIsWell();
    await until(() => office.log.lines.some(({ text }) => text.includes('another program has it locked')), 'words');
    expect(await health('/north')).toMatchObject({ code: 503, body: { status: 'the database fails' } });
    expect(await health()).toMatchObject({ code: 200, body: { status: 'north: the database fails' } });
    expect(office.north.crm.rows).toEqual([]);
    await locking.raw('COMMIT');
    await until(isTold(office.north, 1), "north's call");
  });

  test('its database is refused at the start: it is tried again, and runs when that is mended', async () => {
    let file = '';
    await open({
      async before(folder) {
        file = join(folder, 'connector-north.db');
        await writeFile(file, 'This is a text, and no database at all. '.repeat(100));
      },
    });
    const refused = () =>
      office.log.lines.filter(({ level, fields }) => level === 'error' && fields['connection'] === 'north');
    await until(() => refused().length > 0, 'the refusal');
    expect(refused()[0]?.text).toMatch(
      /^this connection does not run: .*connector-north\.db.* It is started again in 1 s/,
    );
    await southIsWell();
    expect(await health('/north')).toMatchObject({
      code: 503,
      body: { database: { problem: expect.stringContaining('connector-north.db') } },
    });
    expect(await health()).toMatchObject({ code: 200 });
    await rename(file, `${file}.kept`);
    await until(() => isUp(office.north), 'north');
    await play(office.north);
    await until(isTold(office.north, 1), "north's call");
    expect(await health()).toMatchObject({ code: 200, body: { status: 'ok' } });
  });

  test('it cannot go on (a fault that no waiting mends): it alone is started again', async () => {
    await open({ http: { metrics: true } });
    await until(() => isUp(office.north), "north's link");
    const links = () => office.south.asterisk.actions('Login').length;
    const before = links();
    const away = database(office.north.database);
    await away.raw('ALTER TABLE callbacks RENAME TO callbacks_away');
    await play(office.north);
    await until(() => office.log.lines.some(({ text }) => text.startsWith('this connection does not run')), 'its end');
    await southIsWell();
    expect(await health('/north')).toMatchObject({ code: 503 });
    await away.raw('ALTER TABLE callbacks_away RENAME TO callbacks');
    await until(() => office.north.asterisk.actions('Login').length > 1, 'its next start');
    await until(() => office.north.asterisk.actions('CoreShowChannels').length > 1, 'its link');
    const rows = office.north.crm.rows.length;
    await play(office.north);
    await until(isTold(office.north, rows + 1), "north's call");
    expect(links()).toBe(before);
    const metrics = await (await fetch(`${office.url}/metrics`)).text();
    for (const name of ['north', 'south'])
      expect(metrics).toContain(`asterisk_vtiger_ami_link_up{connection="${name}"} 1`);
  });

  test('a connection that is not yet up, or waits, keeps nobody from ending the process', async () => {
    await open({
      before: (folder) => writeFile(join(folder, 'connector-north.db'), 'no database at all. '.repeat(100)),
    });
    await until(() => office.log.lines.some(({ text }) => text.startsWith('this connection does not run')));
    const began = Date.now();
    await office.service.stop();
    expect(Date.now() - began).toBeLessThan(8_000);
    await expect(fetch(`${office.url}/health`)).rejects.toThrow();
  });
});
