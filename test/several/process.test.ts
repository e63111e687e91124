import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = resolve('dist/main.js');
if (!existsSync(program)) throw new Error('dist/main.js is not there: npm run build');

let folder: string;
let running: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'several-process-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  await rm(folder, { recursive: true, force: true });
});

/** Nobody listens on port 1. */
const yaml = (names: readonly string[]) => `
ami: { host: 127.0.0.1, port: 1, username: vtiger, secret: hush-ami }
crm: { url: 'http://127.0.0.1:1', token: hush-crm, time_zone: Europe/Moscow }
http: { port: 0 }
cdr: { source: none }
connections:
${names.map((name) => `  ${name}:\n`).join('')}`;

interface Run {
  readonly child: ChildProcess;
  output(): string;
  readonly exit: Promise<number | null>;
}

async function start(names: readonly string[], ...args: readonly string[]): Promise<Run> {
  await writeFile(join(folder, 'connector.yaml'), yaml(names));
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += String(chunk);
    });
  return { child, output: () => text, exit: new Promise((done) => child.on('close', done)) };
}

async function said(run: Run, words: RegExp): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!words.test(run.output())) {
    if (Date.now() > deadline) throw new Error(`it did not say ${words}: ${run.output()}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

const portOf = (run: Run) => Number([...run.output().matchAll(/listens on 127\.0\.0\.1:(\d+)/g)].at(-1)?.[1]);

describe('several connections as a process', () => {
  test('start, name themselves in the log, take up a new one at SIGHUP, and end', async () => {
    const run = await start(['north', 'south']);
    await said(run, /listens on .*"connection":"north"/);
    await said(run, /listens on .*"connection":"south"/);
    const health = await fetch(`http://127.0.0.1:${portOf(run)}/health`);
    expect([health.status, Object.keys(((await health.json()) as { connections: object }).connections)]).toEqual([
      503,
      ['north', 'south'],
    ]);
    await writeFile(join(folder, 'connector.yaml'), yaml(['north', 'south', 'west']));
    run.child.kill('SIGHUP');
    await said(run, /listens on .*"connection":"west"/);
    expect((await fetch(`http://127.0.0.1:${portOf(run)}/west/health`)).status).toBe(503);
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(0);
    expect(run.output()).not.toMatch(/hush/);
  }, 40_000);

  test('--check shows each, and a command wants one named', async () => {
    const check = await start(['north', 'south'], '--check');
    expect(await check.exit).toBe(0);
    expect(check.output()).toMatch(/# Connection north\n[\s\S]*connector-north\.db[\s\S]*# Connection south\n/);
    expect(check.output()).not.toMatch(/hush/);
    const calls = await start(['north', 'south'], 'calls');
    expect(await calls.exit).toBe(64);
    expect(calls.output()).toBe(
      'these settings have 2 connections: expected --connection NAME, NAME being north or south\n',
    );
    const one = await start(['north', 'south'], 'calls', '--connection', 'north');
    expect([await one.exit, one.output()]).toEqual([66, expect.stringContaining('connector-north.db')]);
  }, 40_000);

  test('doctor looks at each, in JSON as one', async () => {
    const doctor = await start(['north', 'south'], 'doctor', '--json');
    expect(await doctor.exit).toBe(2);
    const { connections } = JSON.parse(doctor.output()) as { connections: Record<string, { verdict: string }> };
    expect(Object.entries(connections).map(([name, { verdict }]) => [name, verdict])).toEqual([
      ['north', 'fault'],
      ['south', 'fault'],
    ]);
    const text = await start(['north', 'south'], 'doctor', '--connection', 'south');
    expect(await text.exit).toBe(2);
    expect(text.output()).not.toMatch(/Connection north|connector-north/);
  }, 60_000);
});
