import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, FakeAsterisk } from './doubles/fake-asterisk.ts';
import { FakeCrm } from './doubles/fake-crm.ts';
import { copyProgram, removeProgram } from './faults/program.ts';
import { freshCapture, until, writeRecording } from './service/office.ts';

const token = 'Wählscheibe/7+"sieben"';
const monitorToken = 'Nachtwächter-11';
const wrong = ['Wahlscheibe-falsch-1', 'Wahlscheibe-falsch-2'];
const secrets = [token, monitorToken, account.secret, ...wrong];
const spellings = secrets.flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)]);

const customer = '79211001011';
const clicked = '79211011044';

/** Throws with a secret in its words, when it is told to. */
const crash = "process.on('SIGUSR2', () => { throw new Error('planted: ' + process.env.PLANTED); })";

interface Line {
  readonly level: string;
  readonly message: string;
  readonly linkedid?: string;
  readonly part?: string;
}

let program: string;
let folder: string;
let asterisk: FakeAsterisk;
let crm: FakeCrm;
let child: ChildProcess;
let output = '';
let url: string;
let exitCode: number | null;

const lines = () => output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
const said = (words: string) => until(() => output.includes(words), `saying ${words}: ${output}`, 20_000);

beforeAll(async () => {
  program = resolve(await copyProgram('log'));
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  await mkdir(join(folder, 'monitor'));
  asterisk = await FakeAsterisk.start();
  crm = await FakeCrm.start({ token });
  await writeFile(join(folder, 'connector.yaml'), settings());
  await run();
  await live();
}, 90_000);

afterAll(async () => {
  child.kill('SIGKILL');
  await Promise.all([asterisk.stop(), crm.stop()]);
  await rm(folder, { recursive: true, force: true });
  await removeProgram(program);
});

function settings(): string {
  const monitor = join(folder, 'monitor');
  return `
ami: { host: 127.0.0.1, port: ${asterisk.port}, username: ${account.name}, secret: '${account.secret}' }
crm: { url: '${crm.url}', token: '${token}', time_zone: Europe/Moscow, dialect: salesplatform }
http: { port: 0, close_grace_seconds: 1, metrics: true, monitors: [], monitor_token: '${monitorToken}' }
recordings:
  roots: ['${monitor}']
  path_map: [{ from: /var/spool/asterisk/monitor, to: '${monitor}' }]
  settle_seconds: 0.2
calls: { late_event_seconds: 0.3 }
cdr: { source: none }
log: { level: debug, format: json, mask_numbers: true }
`;
}

async function run(): Promise<void> {
  const options = [`--import=data:text/javascript,${encodeURIComponent(crash)}`];
  child = spawn(process.execPath, [...options, program], {
    cwd: folder,
    env: { ...process.env, PLANTED: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  await said('listens on');
  url = `http://127.0.0.1:${/listens on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]}`;
  await said('AMI link up');
}

/** Calls, clicks and recordings, right and wrong; a CRM and an Asterisk that repeat what they were sent; a crash. */
async function live(): Promise<void> {
  await writeRecording(join(folder, 'monitor'), 'IN_21112026_01-36_79211001011_74951112233.wav');
  asterisk.server.onOriginate = () => ({ accept: false, message: `no ${clicked} here` });
  await asterisk.server.play(await freshCapture('22/s01'), { speed: 20 });
  await until(() => (crm.rows[0]?.recordingUrl ?? null) !== null, 'the recording', 15_000);
  for (const secret of [token, ...wrong]) await ask(secret);
  await rm(join(folder, 'monitor'), { recursive: true });
  await ask(token);
  crm.fault = ({ vtigersignature }) => ({ status: 200, body: `Fatal error near '${vtigersignature}'` });
  await asterisk.server.play(await freshCapture('22/s02'), { speed: 20 });
  await said('not delivered');
  asterisk.refuseLogins(`no ${account.secret} here`);
  asterisk.server.drop();
  await said('refused the AMI login');
  child.kill('SIGUSR2');
  [exitCode] = (await once(child, 'close')) as [number | null];
}

async function ask(secret: string): Promise<void> {
  const given = encodeURIComponent(secret);
  const bearer = { headers: { authorization: `Bearer ${Buffer.from(secret).toString('latin1')}` } };
  const click = `event=OutgoingCall&from=101&to=${clicked}&context=vtiger`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const id = new URL(crm.rows[0]?.recordingUrl ?? '').searchParams.get('id');
  await fetch(`${url}/makecall?${click}&secret=${given}`);
  await fetch(`${url}/makecall`, { method: 'POST', body: `${click}1&secret=${given}`, headers: form });
  // As PBXManager glues it to an app URL without a path of its own.
  await fetch(`${url}/makecall&secret=${given}&${click}`);
  await fetch(`${url}/${clicked}?secret=${given}`);
  await fetch(`${url}/makecall?${click}&secret=${given}&name=${given}`);
  await fetch(`${url}/recording?id=${id}&secret=${given}`);
  await fetch(`${url}/recording?id=${id}&key=${given}`);
  await fetch(`${url}/recording?id=${given}&secret=${given}`);
  await fetch(`${url}/live?token=${given}`);
  for (const path of ['/status', '/metrics', '/health']) await fetch(url + path, bearer);
  await fetch(`${url}/metrics`, {
    headers: { authorization: `Bearer ${Buffer.from(monitorToken).toString('latin1')}` },
  });
}

describe('the log of a whole day', () => {
  test('is there: each thing that was done has left its line', () => {
    expect(exitCode).toBe(1);
    for (const words of ['click-to-call 101 -> ', 'recording waiting -> ready', 'click-to-call refused: secret wrong'])
      expect(output).toContain(words);
    for (const words of [
      'GET /recording 200',
      'recording not played, gone',
      'GET /metrics 200',
      'metrics refused',
      'the connector cannot go on',
    ])
      expect(output).toContain(words);
    expect(lines().some(({ level }) => level === 'debug')).toBe(true);
  });

  test('has no secret, right or wrong, in any spelling', () => {
    for (const secret of spellings) expect(output).not.toContain(secret);
  });

  test('has one to take out only where a CRM, an Asterisk or a fault has said it', () => {
    const taken = output.split('\n').filter((line) => line.includes('***'));
    for (const line of taken) expect(line).toMatch(/Fatal error near|refused the AMI login|planted: /);
    expect(taken.length).toBeGreaterThan(2);
  });

  test('has no number of a customer', () => {
    expect(output).not.toContain(customer);
    expect(output).not.toContain(clicked);
    expect(output).toContain('7xxxxxxxx11');
    expect(output).toContain('7xxxxxxxx44');
  });

  test('has the linkedid on each line that concerns a call', () => {
    const ids = new Set(lines().flatMap(({ linkedid }) => (linkedid === undefined ? [] : [linkedid])));
    // Two calls that were played, and the clicks that were placed.
    expect([...ids].filter((id) => /^\d+\.\d+$/.test(id))).toHaveLength(2);
    expect([...ids].filter((id) => id.startsWith('c2c-')).length).toBeGreaterThan(0);
    const without = lines().filter(
      ({ message, linkedid }) =>
        linkedid === undefined && (/\bcall \S*\d/.test(message) || [...ids].some((id) => message.includes(id))),
    );
    expect(without.map(({ message }) => message)).toEqual([]);
  });
});
