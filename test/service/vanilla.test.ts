import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mode } from '../../src/tools/demo/pbxmanager.ts';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { freshCapture, startConnector, token, until, writeRecording } from './office.ts';

let folder: string;
let asterisk: FakeAsterisk;
let crm: FakeCrm;
let connector: Awaited<ReturnType<typeof startConnector>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'office-'));
  await mkdir(join(folder, 'monitor'));
  asterisk = await FakeAsterisk.start();
});
afterEach(async () => {
  await connector.service.stop();
  await Promise.all([asterisk.stop(), crm.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function begin(mode: Mode, dialect: 'auto' | 'vanilla', isAway = false): Promise<void> {
  crm = await FakeCrm.start({ mode, timeZone: 'UTC' });
  const { url } = crm;
  if (isAway) await crm.stop();
  const ami = { host: '127.0.0.1', port: asterisk.port, username: account.name, secret: account.secret };
  connector = await startConnector({
    ami,
    crm: { url, token, dialect, timeZone: 'UTC' },
    monitor: join(folder, 'monitor'),
    folder,
  });
  await until(() => asterisk.actions('CoreShowChannels').length > 0);
}

const play = async (scenario: string) => asterisk.server.play(await freshCapture(scenario), { speed: 40 });
const isOver = () => crm.rows.length > 0 && crm.rows.every(({ status }) => !/ringing|in-progress/.test(status));

describe('vTiger’s own PBXManager', () => {
  test('an answered queue call is one record of who answered, with its recording', async () => {
    await begin('vanilla', 'vanilla');
    await writeRecording(join(folder, 'monitor'), 'IN_21112026_01-38_79211014011_74951112244.wav');
    await play('22/s14');
    await until(() => isOver() && crm.rows[0]?.recordingUrl !== null, 'the recording', 10_000);
    expect(crm.rows).toMatchObject([
      { user: '102', status: 'completed', direction: 'inbound', customerNumber: '79211014011' },
    ]);
    expect(crm.violations).toEqual([]);
    // The browser follows the link as it stands in the record.
    const link = crm.rows[0]?.recordingUrl?.replace(
      'http://pbx.example:5000',
      `http://127.0.0.1:${connector.service.httpPort}`,
    );
    expect((await fetch(link ?? '')).status).toBe(200);
  });

  test('a missed call is one record, nobody’s', async () => {
    await begin('vanilla', 'vanilla');
    await play('22/s16');
    await until(isOver, 'the end', 10_000);
    expect(crm.rows).toMatchObject([{ user: '', status: 'no-answer' }]);
  });

  test('a StartApp whose answer was lost is not sent again', async () => {
    await begin('vanilla', 'vanilla');
    let lost = 0;
    crm.fault = ({ callstatus }) => {
      if (callstatus !== 'StartApp') return undefined;
      lost += 1;
      return 'applyAndReset';
    };
    await play('22/s02');
    await until(isOver, 'the end', 10_000);
    expect([lost, crm.rows.length]).toEqual([1, 1]);
    expect(
      connector.log.lines.some(({ level, text }) => level === 'warn' && /StartApp .* not repeated/.test(text)),
    ).toBe(true);
  });
});

describe('crm.dialect: auto', () => {
  test.each([
    ['vanilla', 1],
    ['salesplatform', 3],
  ] as const)('a %s is found, and told in its way', async (mode, rows) => {
    await begin(mode, 'auto');
    await play('22/s16');
    await until(() => isOver() && crm.rows.length === rows, 'the end', 10_000);
    expect(crm.violations).toEqual([]);
    const health = await fetch(`http://127.0.0.1:${connector.service.httpPort}/health`);
    expect(await health.json()).toMatchObject({ crm: { dialect: mode } });
  });

  test('calls of a time when the CRM was never seen yet are told when it is, in its way', async () => {
    await begin('vanilla', 'auto', true);
    await play('22/s01');
    await play('22/s04');
    const health = await fetch(`http://127.0.0.1:${connector.service.httpPort}/health`);
    expect(await health.json()).toMatchObject({ crm: { dialect: 'unknown' } });
    expect(crm.rows).toEqual([]);
    await crm.listen();
    await until(() => isOver() && crm.rows.length === 2, 'both records', 20_000);
    expect(crm.rows.map(({ status }) => status)).toEqual(['completed', 'busy']);
    expect(crm.violations).toEqual([]);
  }, 40_000);
});
