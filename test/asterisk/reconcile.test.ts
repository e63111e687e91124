import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import type { Service } from '../../src/service.ts';
import { reconcileCalls } from '../../src/tools/reconcile-command.ts';
import { startConnector, until } from '../service/office.ts';
import { type CrmSide, fakeCrmSide } from './crm-side.ts';
import { describeOffice } from './describe-office.ts';
import type { VariantName } from './layout.ts';
import { Office } from './office.ts';
import { scenarios } from './scenarios.ts';

const variant: VariantName = '22';

await describeOffice('reconcile with the Master.csv of real calls', variant, () => {
  let office: Office;
  let crm: CrmSide;
  let folder: string;
  let running: { readonly config: Config; readonly service: Service } | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reconcile-'));
    office = await Office.start(variant);
    crm = await fakeCrmSide();
    const operator = await office.operate();
    // Left out by the office's modules.conf; the settings are those that we ship.
    const loaded = await operator.act({ Action: 'ModuleLoad', Module: 'cdr_csv.so', LoadType: 'load' });
    operator.close();
    expect(loaded.get('Response')).toBe('Success');
  }, 120_000);

  afterAll(async () => {
    await running?.service.stop();
    await crm?.stop();
    await office?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(afterOutage: 'yes' | 'no' = 'no'): Promise<Config> {
    const ami = { host: office.amiHost, port: office.amiPort, username: office.amiUser, secret: office.amiSecret };
    const more = `cdr: { source: csv, file: '${office.pathOf('/var/log/asterisk/cdr-csv/Master.csv')}', time_zone: ${office.timeZone}, after_outage: ${afterOutage} }`;
    const connector = await startConnector({ ami, crm, monitor: office.monitorDirectory, folder, more });
    running = connector;
    await until(() => connector.log.lines.some(({ text }) => text.startsWith('AMI link up')), 'the link', 15_000);
    return connector.config;
  }

  async function stop(): Promise<void> {
    await running?.service.stop();
    running = null;
  }

  async function play(...names: string[]): Promise<void> {
    for (const phone of office.phones) phone.reset();
    for (const name of names) {
      const scenario = scenarios.find((each) => each.name === name);
      await scenario?.run(office, () => Promise.reject(new Error('nobody clicks')));
      for (const phone of office.phones) phone.reset();
    }
  }

  const reconcile = (config: Config, repair = false) =>
    reconcileCalls(config, { ...request, repair, now: () => Date.now() });
  const request = { since: null, until: null, days: 1, json: true };

  async function statuses(count: number) {
    const found = async () => (await crm.rows()).map((row) => `${row.user} ${row.customerNumber} ${row.status}`);
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(50)) {
      const rows = await found();
      if (rows.length >= count && rows.every((row) => !/ (ringing|in-progress)$/.test(row))) break;
    }
    return (await found()).sort();
  }

  test('finds exactly the calls of the time when the connector was down, and repairs them once', async () => {
    let config = await start();
    await play('inbound-answered', 'two-at-once');
    await statuses(3);
    await stop();
    await play('inbound-answered', 'inbound-missed', 'outbound-answered');
    config = await start();
    await play('inbound-declined');
    const heard = await statuses(4);
    // Calls are compared when both sides have had the time to write them down.
    await eventually(async () => JSON.parse((await reconcile(config)).text).asterisk === 7, 30_000);

    const found = await reconcile(config);
    expect(found.isSettled).toBe(false);
    const shown = JSON.parse(found.text);
    expect(shown).toMatchObject({ asterisk: 7, ours: 4, crm: 4 });
    expect(shown.findings.map(summary)).toEqual([
      'missing 101 inbound 79211101101 completed',
      'missing 101 inbound 79211101102 no-answer',
      'missing 101 outbound 79211101105 completed',
    ]);
    expect(await statuses(4)).toEqual(heard);

    expect((await reconcile(config, true)).isSettled).toBe(true);
    // The running connector notices what was written beside it.
    expect(await statuses(7)).toEqual(
      [...heard, '101 79211101101 completed', '101 79211101102 no-answer', '101 79211101105 completed'].sort(),
    );

    // The last callback is marked as told a moment after the CRM has its effect.
    await eventually(async () => JSON.parse((await reconcile(config)).text).crm === 7);
    const again = await reconcile(config, true);
    expect(JSON.parse(again.text)).toMatchObject({ asterisk: 7, ours: 7, crm: 7, findings: [] });
    expect(again.isSettled).toBe(true);
    expect(crm.dangers()).toEqual([]);
  }, 90_000);

  test('the connector looks by itself for what it did not hear', async () => {
    await stop();
    const before = (await crm.rows()).length;
    await play('inbound-missed', 'outbound-answered');
    await start('yes');
    await eventually(async () => (await crm.rows()).length === before + 2, 40_000);
    const rows = await statuses(before + 2);
    expect(rows.filter((row) => row === '101 79211101102 no-answer')).toHaveLength(2);
    expect(rows.filter((row) => row === '101 79211101105 completed')).toHaveLength(2);
    expect(crm.dangers()).toEqual([]);
  }, 90_000);
});

interface Shown {
  readonly kind: string;
  readonly extension: string;
  readonly direction: string;
  readonly number: string;
  readonly asterisk: { readonly status: string };
}

const summary = ({ kind, extension, direction, number, asterisk }: Shown) =>
  `${kind} ${extension} ${direction} ${number} ${asterisk.status}`;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function eventually(isTrue: () => Promise<boolean>, ms = 15_000): Promise<void> {
  for (const deadline = Date.now() + ms; !(await isTrue()); await pause(100))
    if (Date.now() > deadline) throw new Error('what was waited for did not happen');
}
