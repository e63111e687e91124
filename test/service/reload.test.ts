import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ConnectorProcess } from '../faults/connector-process.ts';
import { copyProgram, removeProgram } from '../faults/program.ts';
import { until } from '../faults/scene.ts';
import { CallsUnderWay } from '../packaging/calls-under-way.ts';

let program: string;
beforeAll(async () => {
  program = await copyProgram('reload');
});
afterAll(() => removeProgram(program));

let calls: CallsUnderWay;
let connector: ConnectorProcess;

beforeEach(async () => {
  calls = await CallsUnderWay.start();
  connector = new ConnectorProcess(program, calls.configFile);
  connector.start();
  await calls.areHeard();
});
afterEach(() => connector.kill());

function hangUp(): void {
  process.kill(connector.pid ?? 0, 'SIGHUP');
}

const said = (words: string) => connector.log.filter((line) => line.includes(words));
const story = () => connector.log.join('\n');

async function saysOften(words: string, times: number): Promise<void> {
  const isSo = await until(() => said(words).length >= times, 20_000);
  expect(isSo, story()).toBe(true);
}

test('calls that are open during reloads end up in the CRM as if nothing had been', async () => {
  await calls.begin();
  // While they ring, while some of them talk, and with new ones.
  for (const [n, wait] of [600, 1_500, 1_500, 1_500].entries()) {
    await pause(wait);
    if (n === 2) await calls.begin();
    if (n === 2) await pause(300);
    await calls.settle(`http: { port: 0 }\noutbox: { keep_delivered_days: ${n + 2} }`);
    await calls.survive(async () => {
      hangUp();
      await saysOften('reload: the connector runs', n + 1);
    });
  }
  await calls.areOver();
  await calls.areRight(story);
  expect(await connector.stop()).toEqual({ code: 0, signal: null });
  await calls.areDoneWith();
  expect(said('listens on')).toHaveLength(5);
  expect(said('(changed: http.close_grace_seconds, outbox.keep_delivered_days)')).toHaveLength(1);
  expect(said('(changed: outbox.keep_delivered_days)')).toHaveLength(3);
}, 120_000);

test('settings at fault are told with every fault, and the connector goes on', async () => {
  const good = await readFile(calls.configFile, 'utf8');
  const bad = good.replace('late_event_seconds', 'late_events').replace('port: 0', 'port: many');
  await writeFile(calls.configFile, bad);
  hangUp();
  await saysOften('reload: calls.late_events', 1);
  expect(said('reload:').map((line) => line.replace(/^\S+ /, ''))).toEqual([
    'error reload: the new settings have 2 faults; the connector goes on with those it has',
    expect.stringContaining('http.port (line 8): expected'),
    expect.stringContaining('calls.late_events (line 6): expected'),
  ]);
  expect(calls.asterisk.isHeard).toBe(true);
  expect(story()).not.toContain(calls.asterisk.account.secret);
});

test('a port that is taken: it goes back to the settings it had', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as { port: number };
  await calls.settle(`http: { port: ${port} }`);
  await calls.survive(async () => {
    hangUp();
    await saysOften('reload: the connector goes on with the settings it had', 1);
  });
  expect(said(`reload: not started with the new settings: 127.0.0.1:${port} is taken by another`)).toHaveLength(1);
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
