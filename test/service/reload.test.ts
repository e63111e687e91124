import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { ConnectorProcess } from '../faults/connector-process.ts';
import { watchLag } from '../faults/lag.ts';
import { leftBehind } from '../faults/left-behind.ts';
import { LivingAsterisk, type Silence } from '../faults/living-asterisk.ts';
import { crmSettings, judge, type Told } from '../faults/oracle.ts';
import { livingCall } from '../faults/planned-call.ts';
import { copyProgram, removeProgram } from '../faults/program.ts';
import { until } from '../faults/scene.ts';
import { tempFolder } from '../packaging/temp-folder.ts';

let program: string;
beforeAll(async () => {
  program = await copyProgram('reload');
});
afterAll(() => removeProgram(program));

let folder: string;
let asterisk: LivingAsterisk;
let crm: FakeCrm;
let connector: ConnectorProcess;

beforeEach(async () => {
  folder = await tempFolder();
  await writeFile(join(folder, 'Master.csv'), '');
  asterisk = await LivingAsterisk.start(join(folder, 'Master.csv'));
  crm = await FakeCrm.start(crmSettings);
  await settle();
  connector = new ConnectorProcess(program, join(folder, 'connector.yaml'));
  connector.start();
  expect(await until(() => asterisk.isHeard && asterisk.listings > 0, 30_000)).toBe(true);
});

afterEach(async () => {
  await connector.kill();
  await Promise.all([asterisk.stop(), crm.stop()]);
});

async function settle(more = ''): Promise<void> {
  const { port, account } = asterisk;
  const settings = `
ami: { host: 127.0.0.1, port: ${port}, username: ${account.name}, secret: '${account.secret}' }
crm: { url: '${crm.url}', token: ${crmSettings.token}, time_zone: ${crmSettings.timeZone}, dialect: salesplatform }
recordings: { roots: ['${folder}'], public_url: 'http://pbx:5000' }
database: { path: '${join(folder, 'connector.db')}' }
calls: { late_event_seconds: 0.5 }
cdr: { source: none }
${more === '' ? 'http: { port: 0 }' : more}
`;
  await writeFile(join(folder, 'connector.yaml'), settings);
}

function hangUp(): void {
  process.kill(connector.pid ?? 0, 'SIGHUP');
}

const said = (words: string) => connector.log.filter((line) => line.includes(words));

async function saysOften(words: string, times: number): Promise<void> {
  const isSo = await until(() => said(words).length >= times, 20_000);
  expect(isSo, connector.log.join('\n')).toBe(true);
}

/** In which nothing may have been heard. */
async function reload(): Promise<Silence> {
  const { listings } = asterisk;
  const times = said('reload: the connector runs').length;
  const from = Date.now() - 300;
  hangUp();
  await saysOften('reload: the connector runs', times + 1);
  expect(await until(() => asterisk.isHeard && asterisk.listings > listings, 20_000)).toBe(true);
  return { from, until: Date.now() + 300 };
}

test('calls that are open during reloads end up in the CRM as if nothing had been', async () => {
  const lag = watchLag();
  const begin = Date.now();
  const scenarios = ['s01', 's06', 's07', 's14'];
  const told: Told[] = [];
  const beginCalls = async (from: number) => {
    for (const [n, scenario] of scenarios.entries()) {
      const call = await livingCall(scenario, { serial: from + n, epoch: Math.floor(begin / 1000) - from - n });
      asterisk.begin(call);
      told.push({ call, at: Date.now() });
    }
  };
  await beginCalls(1);
  // While they ring, while some of them talk, and with new ones.
  const silences: Silence[] = [];
  for (const [n, wait] of [600, 1_500, 1_500, 1_500].entries()) {
    await pause(wait);
    if (n === 2) await beginCalls(5);
    if (n === 2) await pause(300);
    await settle(`http: { port: 0, close_grace_seconds: 1 }\noutbox: { keep_delivered_days: ${n + 2} }`);
    silences.push(await reload());
  }
  const last = Math.max(...told.map(({ at, call }) => at + call.lastsMs));
  await pause(Math.max(0, last + 500 - Date.now()));
  const seen = {
    silences,
    pausedMs: 0,
    dialect: 'salesplatform',
    killed: new Set<never>(),
    doubtful: new Set<string>(),
  } as const;
  const verdict = () => judge(told, crm.rows, { ...seen, lagMs: lag.mostMs });
  await until(() => verdict().length === 0, 20_000);
  expect(verdict(), connector.log.join('\n')).toEqual([]);
  expect(crm.violations).toEqual([]);
  lag.stop();
  expect(await connector.stop()).toEqual({ code: 0, signal: null });
  expect(await leftBehind(folder)).toEqual([]);
  expect(crm.rows.length).toBeGreaterThan(scenarios.length * 2);
  expect(said('listens on')).toHaveLength(5);
  expect(said('changed: http.close_grace_seconds, outbox.keep_delivered_days')).toHaveLength(1);
  expect(said('(changed: outbox.keep_delivered_days)')).toHaveLength(3);
}, 120_000);

test('settings at fault are told with every fault, and the connector goes on', async () => {
  const good = await readFile(join(folder, 'connector.yaml'), 'utf8');
  await writeFile(
    join(folder, 'connector.yaml'),
    good.replace('late_event_seconds', 'late_events').replace('port: 0', 'port: many'),
  );
  hangUp();
  await saysOften('goes on with those it has', 1);
  expect(said('reload:').map((line) => line.replace(/^\S+ /, ''))).toMatchObject([
    'error reload: the new settings have 2 faults; the connector goes on with those it has',
    expect.stringContaining('http.port (line 8): expected'),
    expect.stringContaining('calls.late_events (line 6): expected'),
  ]);
  expect(asterisk.isHeard).toBe(true);
  expect(connector.log.join('\n')).not.toContain(asterisk.account.secret);
});

test('a port that is taken: it goes back to the settings it had', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as { port: number };
  await settle(`http: { port: ${port} }`);
  hangUp();
  await saysOften('reload: the connector goes on with the settings it had', 1);
  expect(said(`reload: not started with the new settings: 127.0.0.1:${port} is taken by another program`)).toHaveLength(
    1,
  );
  expect(await until(() => asterisk.isHeard, 10_000)).toBe(true);
  other.close();
});

test('signals that come during a reload: one more reload, and SIGTERM ends it with 0', async () => {
  // Two signals of a kind that come at once are one to the kernel.
  for (let times = 0; times < 3; times += 1) {
    hangUp();
    await saysOften('SIGHUP: reading', times + 1);
  }
  await saysOften('reload: the connector runs', 2);
  hangUp();
  await saysOften('SIGHUP: reading', 4);
  expect(await connector.stop()).toEqual({ code: 0, signal: null });
  expect(said('stopped')).toHaveLength(1);
});
