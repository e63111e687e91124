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
  if (isAway) await crm.stop();
  await connect(dialect);
}

async function connect(dialect: 'auto' | 'vanilla'): Promise<void> {
  const before = asterisk.actions('CoreShowChannels').length;
  const ami = { host: '127.0.0.1', port: asterisk.port, username: account.name, secret: account.secret };
  connector = await startConnector({
    ami,
    crm: { url: crm.url, token, dialect, timeZone: 'UTC' },
    monitor: join(folder, 'monitor'),
    folder,
  });
  await until(() => asterisk.actions('CoreShowChannels').length > before);
}

async function restart(dialect: 'auto' | 'vanilla' = 'auto'): Promise<void> {
  await connector.service.stop();
  await connect(dialect);
}

const play = async (scenario: string) => asterisk.server.play(await freshCapture(scenario), { speed: 40 });
const told = (status: string) => crm.received.filter(({ callstatus }) => callstatus === status).length;
const said = (words: RegExp) => connector.log.lines.filter(({ text }) => words.test(text)).map(({ level }) => level);
const statuses = () => crm.rows.map(({ status }) => status).sort();
const health = async () => (await fetch(`http://127.0.0.1:${connector.service.httpPort}/health`)).json();
const isOver = () => crm.rows.length > 0 && crm.rows.every(({ status }) => !/ringing|in-progress/.test(status));

describe('vTiger’s own PBXManager', () => {
  test('an answered queue call is one record of who answered, with its recording', async () => {
    await begin('vanilla', 'vanilla');
    await writeRecording(join(folder, 'monitor'), 'IN_21112026_01-38_79211014011_74951112244.wav');
    await play('22/s14');
    await until(() => isOver() && crm.rows[0]?.recordingUrl !== null, 'the recording', 10_000);
    expect(crm.rows).toMatchObject([
      { user: '102', status: 'completed', direction: 'inbound', customerNumber: '9211014011' },
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

  test('an outage behind a proxy loses no call and doubles none', async () => {
    await begin('vanilla', 'vanilla');
    crm.fault = () => ({ status: 502, body: '<html>Bad Gateway</html>' });
    for (const scenario of ['22/s01', '22/s02', '22/s04', '22/s01']) await play(scenario);
    await until(() => said(/the CRM is away/).length > 0, 'the outage');
    crm.fault = () => undefined;
    await until(() => isOver() && crm.rows.length === 4, 'all records', 20_000);
    expect(statuses()).toEqual(['busy', 'completed', 'completed', 'no-answer']);
    expect(crm.violations).toEqual([]);
  }, 40_000);

  test('a StartApp from before crm.dialect was made auto goes out once', async () => {
    await begin('vanilla', 'vanilla', true);
    await play('22/s02');
    await restart('auto');
    await crm.listen();
    await until(isOver, 'the end', 20_000);
    expect([told('StartApp'), crm.violations]).toEqual([1, []]);
    expect(said(/given up|not repeated/)).toEqual([]);
  }, 30_000);
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
    expect(await health()).toMatchObject({ crm: { dialect: mode } });
  });

  test('calls of a time when the CRM was never seen yet are told when it is, in its way', async () => {
    await begin('vanilla', 'auto', true);
    await play('22/s01');
    await play('22/s04');
    expect(await health()).toMatchObject({ crm: { dialect: 'unknown' } });
    expect(crm.rows).toEqual([]);
    await crm.listen();
    await until(() => isOver() && crm.rows.length === 2, 'both records', 20_000);
    // What came last is told first.
    expect(crm.rows.map(({ status }) => status).sort()).toEqual(['busy', 'completed']);
    expect(crm.violations).toEqual([]);
  }, 40_000);

  test('so are they after a restart, with the recording that became ready meanwhile', async () => {
    await begin('vanilla', 'auto', true);
    await writeRecording(join(folder, 'monitor'), 'IN_21112026_01-36_79211001011_74951112233.wav');
    await play('22/s01');
    await restart();
    await play('22/s02');
    await crm.listen();
    const isLinked = () => crm.rows.some(({ recordingUrl }) => recordingUrl !== null);
    await until(() => isOver() && crm.rows.length === 2 && isLinked(), 'both records', 20_000);
    expect(statuses()).toEqual(['completed', 'no-answer']);
    expect([told('StartApp'), crm.violations]).toEqual([2, []]);
  }, 40_000);

  test('what was found is known at the next start, also while the CRM is away', async () => {
    await begin('vanilla', 'auto');
    await until(() => said(/the CRM is vTiger/).length > 0, 'the answer');
    await crm.stop();
    await restart();
    expect(await health()).toMatchObject({ crm: { dialect: 'vanilla' } });
    await play('22/s02');
    await crm.listen();
    await until(isOver, 'the end', 15_000);
    expect([told('StartApp'), crm.violations]).toEqual([1, []]);
  }, 30_000);

  test('a CRM that shows nothing but its callbacks is taken for SalesPlatform, and the key is named', async () => {
    await begin('salesplatform', 'auto', true);
    crm.fault = ({ callstatus }) => (callstatus === undefined ? { status: 403, body: 'Forbidden' } : undefined);
    await crm.listen();
    await play('22/s02');
    await until(isOver, 'the end', 20_000);
    expect(said(/taken for SalesPlatform.*crm\.dialect/)).toEqual(['warn']);
    expect(await health()).toMatchObject({ crm: { dialect: 'salesplatform' } });
  }, 30_000);

  /** Shows the pages of the other kind. */
  const disguise = (_: unknown, path: string) => {
    if (path.endsWith('SPAgi.php')) return { status: 404, body: 'File not found.' };
    return path.endsWith('.js') ? { status: 200, body: 'Vtiger_PBXManager_Js' } : undefined;
  };

  test('one that became another one in an outage is told in the new way from then on, loudly', async () => {
    await begin('salesplatform', 'auto');
    await until(() => said(/the CRM is SalesPlatform/).length > 0, 'the answer');
    await crm.stop();
    await play('22/s02');
    await until(() => said(/the CRM is away/).length > 0, 'the outage', 10_000);
    crm.fault = disguise;
    await crm.listen();
    await until(() => said(/become another one/).length > 0, 'the change', 15_000);
    expect(said(/become another one/)).toEqual(['warn']);
    expect([told('DialBegin'), told('StartApp')]).toEqual([1, 0]);
    await play('22/s02');
    await until(() => told('StartApp') === 1, 'a call in the new way');
  }, 40_000);

  test('so is one that was another one before anything was sent to it', async () => {
    await begin('salesplatform', 'auto');
    await until(() => said(/the CRM is SalesPlatform/).length > 0, 'the answer');
    await crm.stop();
    await restart();
    crm.fault = disguise;
    await crm.listen();
    await until(() => said(/become another one/).length > 0, 'the change', 15_000);
  }, 30_000);
});
