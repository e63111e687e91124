import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { command } from '../asterisk/command.ts';
import { copyProgram, removeProgram } from '../faults/program.ts';
import { until } from '../faults/scene.ts';
import { CallsUnderWay } from './calls-under-way.ts';

/** Stands for systemd: a datagram socket of the Unix kind, which Node.js does not have. */
const receiver = `
import socket, sys
end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
end.bind(sys.argv[1])
print('listening', flush=True)
while True: print(end.recv(4096).decode().replace('\\n', ' '), flush=True)`;

/** On SIGUSR2 the database takes every question and answers none, as on a disk that hangs. */
const hangingDatabase = `
import { createRequire } from 'node:module';
process.on('SIGUSR2', () => {
  const { Database } = createRequire(${JSON.stringify(createRequire(import.meta.url).resolve('knex'))})('sqlite3');
  for (const name of ['all', 'run', 'exec', 'prepare']) Database.prototype[name] = function () { return this; };
});`;

let program: string;
let calls: CallsUnderWay;
let told: string;

async function run(name: string, args: string[], env: Record<string, string | undefined> = {}): Promise<ChildProcess> {
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function startUnderSystemd(): Promise<ChildProcess> {
  const socket = join(calls.folder, 'notify');
  const listening = await run('python3', ['-c', receiver, socket]);
  told = '';
  listening.stdout?.on('data', (chunk) => {
    told += String(chunk);
  });
  expect(await until(() => told.includes('listening'), 20_000)).toBe(true);
  const imports = `--import "data:text/javascript,${encodeURIComponent(hangingDatabase)}"`;
  const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '2000000', NODE_OPTIONS: imports };
  return run(process.execPath, [program, '--config', calls.configFile], env);
}

const times = (word: string) => told.split(word).length - 1;

async function isTold(word: string, often: number): Promise<void> {
  expect(await until(() => times(word) >= often, 20_000), told).toBe(true);
}

/** For so long that a beat would have come. */
async function staysSilent(): Promise<boolean> {
  // One that is on its way.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const before = times('WATCHDOG=1');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return times('WATCHDOG=1') === before;
}

const tools = await Promise.all(
  ['systemd-notify', 'python3'].map((name) => command('sh', ['-c', `command -v ${name}`])),
);
const isPossible = tools.every(({ ok }) => ok);
if (!isPossible) console.warn('SKIPPED, no systemd-notify or no python3 on this machine');

describe.skipIf(!isPossible && process.env['REQUIRE_SUPERVISORS'] !== '1')('what systemd is told', () => {
  beforeAll(async () => {
    program = await copyProgram('notify');
  });
  afterAll(() => removeProgram(program));
  beforeEach(async () => {
    calls = await CallsUnderWay.start();
  });

  test('when it is ready, reloads and stops; and that all is well, by beats', async () => {
    const connector = await startUnderSystemd();
    await isTold('READY=1 STATUS=runs', 1);
    await isTold('WATCHDOG=1', 3);
    connector.kill('SIGHUP');
    await isTold('READY=1', 2);
    connector.kill('SIGTERM');
    await isTold('STOPPING=1', 1);
    const phases = told.match(/(?<=^)(READY|RELOADING|STOPPING)/gm);
    expect(phases).toEqual(['READY', 'RELOADING', 'READY', 'STOPPING']);
  }, 60_000);

  test('nothing more while the database hangs, though the program itself goes on', async () => {
    const connector = await startUnderSystemd();
    await isTold('WATCHDOG=1', 2);
    expect(await staysSilent()).toBe(false);
    connector.kill('SIGUSR2');
    expect(await staysSilent()).toBe(true);
    expect(calls.asterisk.isHeard).toBe(true);
  }, 60_000);

  test('nothing while the program itself hangs', async () => {
    const connector = await startUnderSystemd();
    await isTold('WATCHDOG=1', 2);
    connector.kill('SIGSTOP');
    expect(await staysSilent()).toBe(true);
  }, 60_000);
});
