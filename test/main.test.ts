import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = resolve('dist/main.js');
if (!existsSync(program)) throw new Error('dist/main.js is not there: npm run build');

let folder: string;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'main-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** All that it wrote so far. */
  output(): string;
  readonly exit: Promise<number | null>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
  const exit = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  return { child, output: () => text, exit };
}

async function said(run: Run, words: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!run.output().includes(words)) {
    if (Date.now() > deadline) throw new Error(`it did not say ${words}: ${run.output()}`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

/** Nobody listens on port 1. */
const settings = `
ami: { host: 127.0.0.1, port: 1, username: vtiger, secret: hush-ami }
crm: { url: 'http://127.0.0.1:1', token: hush-crm, time_zone: Europe/Moscow }
http: { port: 0 }
`;

describe('the command line', () => {
  test.each([
    ['--help', 0, 'Usage: asterisk-vtiger-connector'],
    ['--version', 0, '0.1.0'],
    ['--example', 0, 'ami:'],
    ['--confg', 64, 'did you mean --config?'],
    ['dmo', 64, 'did you mean demo?'],
  ])('%s ends with %i', async (argument, code, words) => {
    const run = start([argument]);
    expect(await run.exit).toBe(code);
    expect(run.output()).toContain(words);
  });
});

describe('the settings', () => {
  test('all faults at once, each with its key, and no secret', async () => {
    await writeFile(
      join(folder, 'connector.yaml'),
      "ami: { prot: 5038, secret: hush-ami }\ncrm: { url: ftp://crm, token: ' ' }\nhttp: { port: x }\n",
    );
    const run = start(['--config', 'connector.yaml']);
    expect(await run.exit).toBe(78);
    for (const key of ['ami.prot', 'did you mean port?', 'ami.username', 'crm.url', 'crm.token', 'http.port'])
      expect(run.output()).toContain(key);
    expect(run.output()).not.toContain('hush');
  });

  test('none at all: it says what is missing', async () => {
    const run = start([]);
    expect(await run.exit).toBe(78);
    expect(run.output()).toContain('crm.token');
  });

  test('vanilla vTiger is refused, as it would be told nothing', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings.replace('crm: {', 'crm: { dialect: vanilla,'));
    const run = start(['--check']);
    expect(await run.exit).toBe(78);
    expect(run.output()).toMatch(/crm\.dialect.*: expected auto or salesplatform/);
  });

  test('--check shows what takes effect, with the environment in it and the secrets masked', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const run = start(['--check'], { CONNECTOR_AMI_HOST: 'pbx.example' });
    expect(await run.exit).toBe(0);
    expect(run.output()).toContain('host: pbx.example');
    expect(run.output()).not.toContain('hush');
  });
});

describe('the process', () => {
  test('runs with the Python connector’s config.py, tells that Asterisk is away, and ends with 0 at SIGTERM', async () => {
    await writeFile(
      join(folder, 'config.py'),
      `class Config:
    ami_params = {'host': '127.0.0.1', 'port': 1, 'username': 'test', 'secret': 'hush-ami'}
    vtiger_url = 'http://127.0.0.1:1/modules/PBXManager/callbacks/PBXManager.php'
    vtiger_token = 'hush-crm'
    click2call_bind_addr = '127.0.0.1'
    click2call_port = '0'
    record_domain = '127.0.0.1'
    db_path = 'connector.db'
`,
    );
    const run = start([]);
    await said(run, 'ECONNREFUSED');
    expect(existsSync(join(folder, 'connector.db'))).toBe(false);
    expect(existsSync(join(folder, 'connector.node.db'))).toBe(true);
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(0);
    expect(run.output()).toContain('stopped');
    expect(run.output()).not.toContain('hush');
  });

  test('a second one on the same database is refused in a sentence', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const first = start([]);
    await said(first, 'listens on');
    const second = start([]);
    expect(await second.exit).toBe(1);
    expect(second.output()).toMatch(/not started: .*connector\.db/);
    expect(second.output()).not.toContain('    at ');
  });

  test('an address that is taken is named', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const first = start([]);
    await said(first, 'listens on');
    const port = /listens on 127\.0\.0\.1:(\d+)/.exec(first.output())?.[1] ?? '';
    const second = start([], { CONNECTOR_HTTP_PORT: port, CONNECTOR_DATABASE_PATH: 'other.db' });
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(`127.0.0.1:${port} is taken by another program: see http.port`);
  });
});
