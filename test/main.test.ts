import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
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

/** Runs a piece of JavaScript in the process before the program. */
function preloaded(script: string): Record<string, string> {
  return { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(script)}"` };
}

function portOf(run: Run): number {
  return Number(/listens on 127\.0\.0\.1:(\d+)/.exec(run.output())?.[1]);
}

/** Nobody listens on port 1. */
const settings = `
ami: { host: 127.0.0.1, port: 1, username: vtiger, secret: hush-ami }
crm: { url: 'http://127.0.0.1:1', token: hush-crm, time_zone: Europe/Moscow }
http: { port: 0 }
`;

describe('the command line', () => {
  test.each([
    ['--help', 0, 'Usage: node dist/main.js [--config FILE]'],
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

describe('replay', () => {
  const capture = resolve('test/captures/22/s14/stream.ami');

  test('tells a call without any settings', async () => {
    const run = start(['replay', capture]);
    expect(await run.exit).toBe(0);
    expect(run.output()).toContain('101 and 103 rang too and 102 took it, so they have missed nothing.');
    expect(run.output()).toContain('Left open at the end: nothing');
  });

  test('a file that is not there ends with 66, one without AMI with 65', async () => {
    const missing = start(['replay', 'nowhere.ami']);
    expect(await missing.exit).toBe(66);
    expect(missing.output()).toContain('nowhere.ami cannot be read: there is no such file');
    await writeFile(join(folder, 'log.txt'), 'started\n');
    const other = start(['replay', 'log.txt']);
    expect(await other.exit).toBe(65);
  });

  test('settings at fault are told as ever', async () => {
    await writeFile(join(folder, 'connector.yaml'), 'crm: { url: ftp://crm }\n');
    const run = start(['replay', capture, '--config', 'connector.yaml']);
    expect(await run.exit).toBe(78);
    expect(run.output()).toContain('crm.url');
  });

  test('whoever reads it may stop reading', async () => {
    const run = start(['replay', capture, capture, capture]);
    run.child.stdout?.destroy();
    await run.exit;
    expect(run.output()).not.toContain('EPIPE');
  });
});

describe('missed', () => {
  test('before the connector ever ran there is no database, and none is made', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const run = start(['missed']);
    expect(await run.exit).toBe(66);
    expect(run.output()).toMatch(/There is no database .*connector\.db yet/);
    expect(existsSync(join(folder, 'connector.db'))).toBe(false);
  });

  test('while the connector runs', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const running = start([]);
    await said(running, 'listens on');
    const text = start(['missed', '--days', '1']);
    expect(await text.exit).toBe(0);
    expect(text.output()).toBe('In the last day no caller was gone before a phone rang.\n');
    const json = start(['missed', '--json']);
    expect(await json.exit).toBe(0);
    expect(json.output()).toBe('[]\n');
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

  test('none at all: it says which files it looked for, and what is missing', async () => {
    const run = start([]);
    expect(await run.exit).toBe(78);
    expect(run.output()).toContain(`no connector.yaml and no config.py in ${folder}`);
    expect(run.output()).toContain('crm.token');
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

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it within 5 s while Asterisk accepts and stays silent',
    async (signal) => {
      const silent = createServer();
      await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
      const met = new Promise<void>((done) => silent.once('connection', () => done()));
      await writeFile(join(folder, 'connector.yaml'), settings);
      const run = start([], { CONNECTOR_AMI_PORT: String((silent.address() as AddressInfo).port) });
      await met;
      await said(run, 'listens on');
      const asked = Date.now();
      run.child.kill(signal);
      expect(await run.exit).toBe(0);
      // Not the 10 s after which it ends without waiting any longer; a busy machine needs more than one.
      expect(Date.now() - asked).toBeLessThan(5000);
      silent.close();
    },
  );

  test('a signal while it starts lets go of all that was started', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const run = start([]);
    // The notes on the settings are the last it says before it starts.
    await said(run, 'is taken for the CRM itself');
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(0);
    expect(run.output()).toContain('stopped');
  });

  test('a second signal ends it at once, with 1', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const run = start([], { CONNECTOR_HTTP_CLOSE_GRACE_SECONDS: '60' });
    await said(run, 'listens on');
    const client = connect(portOf(run), '127.0.0.1');
    client.on('error', () => {});
    // Node answers 100 when the request is in hand; its body never comes.
    const inHand = new Promise((done) => client.once('data', done));
    client.write('POST /makecall HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n');
    await inHand;
    run.child.kill('SIGTERM');
    await said(run, 'SIGTERM: stopping');
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(1);
    expect(run.output()).not.toContain('stopped');
    client.destroy();
  });

  test.each([
    ['an exception', 'setImmediate(() => { throw new Error("boom") })'],
    ['a rejection', 'Promise.reject(new Error("boom"))'],
  ])('%s that nobody caught is logged with its stack, and ends it with 1', async (_, fault) => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    const hook = `process.on("SIGUSR2", () => { ${fault} })`;
    const run = start([], preloaded(hook));
    await said(run, 'listens on');
    run.child.kill('SIGUSR2');
    expect(await run.exit).toBe(1);
    expect(run.output()).toMatch(/error the connector cannot go on: Error: boom .*"stack":"Error: boom\\n +at /);
  });

  test('an address to listen on that is no address of this machine is named', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    // Set aside for documentation (RFC 5737): no machine has it.
    const run = start([], { CONNECTOR_HTTP_BIND: '192.0.2.1', CONNECTOR_HTTP_PORT: '5000' });
    expect(await run.exit).toBe(1);
    expect(run.output()).toContain('not started: 192.0.2.1:5000 cannot be listened on (EADDRNOTAVAIL): see http.bind');
  });

  test('a name to listen on that has no address is named', async () => {
    await writeFile(join(folder, 'connector.yaml'), settings);
    // Asked in the process itself, so that no name server is.
    const hook = `import dns from "node:dns";
      dns.lookup = (hostname, ...rest) => rest.at(-1)(Object.assign(
        new Error("getaddrinfo ENOTFOUND " + hostname), { code: "ENOTFOUND", syscall: "getaddrinfo", hostname }));`;
    const run = start([], { ...preloaded(hook), CONNECTOR_HTTP_BIND: 'nosuch.invalid' });
    expect(await run.exit).toBe(1);
    expect(run.output()).toContain('not started: nosuch.invalid is not found (ENOTFOUND): see http.bind');
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
    const port = String(portOf(first));
    const second = start([], { CONNECTOR_HTTP_PORT: port, CONNECTOR_DATABASE_PATH: 'other.db' });
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(`127.0.0.1:${port} is taken by another program: see http.port`);
  });
});
