import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../../src/tools/demo/demo.ts';
import { rememberingLog } from '../../doubles/silent-log.ts';
import { startWholeDemo } from './connector.ts';
import { act, type PageState, PageStream, post } from './page-stream.ts';

/** Calls of six seconds take a good half. */
const speed = 10;

let demo: Awaited<ReturnType<typeof startWholeDemo>>;
let page: PageStream;

beforeAll(async () => {
  demo = await startWholeDemo({ speed });
});
afterAll(() => demo.stop());
beforeEach(async () => {
  page = await PageStream.open(demo.url, '101');
});
afterEach(() => page.close());

/** The calls that came since the page was opened. */
const fresh = (state: PageState) => state.calls.filter(({ id }) => id > (page.states[0]?.calls[0]?.id ?? 0));
const ended = (count: number) => (state: PageState) =>
  fresh(state).length === count && fresh(state).every(({ status }) => !/ringing|in-progress/.test(status));

/** Where the module in the agent's page has a call's recording. */
const recordingOf = (id: number | undefined) =>
  `${demo.url}/as/101/index.php?module=AsteriskConnector&action=Recording&record=${id}`;

async function place(scenario: string, customer = 11) {
  const response = await post(demo.url, '/call', { scenario, agent: '101', customer });
  expect(response.status).toBe(202);
}

describe('a customer calls', () => {
  test('and the agent answers: a popup, a talk, a completed row with a recording that plays by Range', async () => {
    await place('answered', 12);
    const ringing = await page.until(({ popups }) => popups[0]?.status === 'ringing', 'the popup');
    const customer = { name: 'Павел Ёлкин', company: 'ООО «Рога & Копыта»' };
    expect(ringing.popups).toMatchObject([{ customer, number: '79211000012', line: '74951112233' }]);
    await page.until(({ popups }) => popups[0]?.status === 'in-progress', 'the talk');
    await page.until((state) => ended(1)(state) && state.popups.length === 0, 'the end');
    const state = await page.until((one) => fresh(one)[0]?.hasRecording === true, 'the recording');
    const [row] = fresh(state);
    expect(row).toMatchObject({ direction: 'inbound', status: 'completed', user: { name: 'Anna Belova' }, customer });

    const part = await fetch(recordingOf(row?.id), { headers: { range: 'bytes=44-' } });
    // Four seconds at tenfold speed.
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 44-6443/6444']);
    expect((await part.arrayBuffer()).byteLength).toBe(6400);
    const whole = await fetch(recordingOf(row?.id));
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect(Buffer.from(await whole.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF');
    const beyond = await fetch(recordingOf(row?.id), { headers: { range: 'bytes=99999-' } });
    expect(beyond.status).toBe(416);
  });

  test.each([
    ['missed', { status: 'no-answer', billed: 0 }],
    ['busy', { status: 'busy', billed: 0 }],
    ['declined', { status: 'busy', billed: 0 }],
    ['withheld', { status: 'completed', customer: null, number: 'anonymous' }],
    ['special', { status: 'completed', customer: { name: 'Irina Sokolova' } }],
  ])('%s: one row and no popup left', async (scenario, row) => {
    await place(scenario);
    const state = await page.until((one) => ended(1)(one) && one.popups.length === 0, 'the end');
    expect(fresh(state)).toMatchObject([{ direction: 'inbound', user: { extension: '101' }, ...row }]);
  });

  test('two at once: two popups, each with its own end', async () => {
    await place('two', 14);
    const both = await page.until(({ popups }) => popups.length === 2, 'two popups');
    expect(both.popups.map(({ number }) => number)).toEqual(['79211000014', '79211000011']);
    const state = await page.until((one) => ended(2)(one) && one.popups.length === 0, 'the end');
    const outcomes = fresh(state).map(({ number, status }) => [number, status]);
    expect(outcomes).toEqual([
      ['79211000011', 'no-answer'],
      ['79211000014', 'completed'],
    ]);
  });

  test('a queue: three popups, of which the others go when a colleague answers', async () => {
    const colleague = await PageStream.open(demo.url, '102');
    await place('queue');
    await colleague.until(({ popups }) => popups[0]?.status === 'in-progress', 'the talk');
    await page.until(({ popups }) => popups.length === 0, 'no popup here');
    const state = await page.until(ended(3), 'the end');
    const users = fresh(state).map(({ user, status }) => [user?.extension, status]);
    expect(users.sort()).toEqual([
      ['101', 'Answered elsewhere'],
      ['102', 'completed'],
      ['103', 'Answered elsewhere'],
    ]);
    expect(page.states.some(({ popups }) => popups.length > 0)).toBe(true);
    colleague.close();
  });

  test('a transfer: the popup goes to the colleague, and shows the customer', async () => {
    const colleague = await PageStream.open(demo.url, '102');
    await place('transfer', 12);
    const handed = await colleague.until(({ popups }) => popups[0]?.status === 'in-progress', 'the talk');
    expect(handed.popups).toMatchObject([{ customer: { name: 'Павел Ёлкин' }, number: '79211000012' }]);
    await page.until(({ popups }) => popups.length === 0, 'no popup here');
    const state = await page.until(ended(2), 'the end');
    const users = fresh(state).map(({ user, status }) => [user?.extension, status]);
    expect(users.sort()).toEqual([
      ['101', 'completed'],
      ['102', 'completed'],
    ]);
    colleague.close();
  });

  test('another agent sees the row, but no popup', async () => {
    const other = await PageStream.open(demo.url, '102');
    await place('declined');
    await page.until(ended(1), 'the end');
    expect(page.states.some(({ popups }) => popups.length > 0)).toBe(true);
    expect(other.states.some(({ popups }) => popups.length > 0)).toBe(false);
    expect(other.state?.calls).toEqual(page.state?.calls);
    other.close();
  });
});

describe('a click on a number', () => {
  test.each([
    ['answered', { status: 'completed' }, true],
    ['busy', { status: 'busy', billed: 0 }, false],
    ['declined', { status: 'busy', billed: 0 }, false],
  ])('%s: one outbound row of that user and that customer', async (scenario, row, recorded) => {
    expect((await post(demo.url, '/outcome', { scenario, agent: '101' })).status).toBe(204);
    const click = await act(demo.url, '101', { action: 'Click', number: '+79211000013', record: '13' });
    expect(click).toEqual({ success: true, result: { placed: true, click: expect.stringMatching(/^c2c-/) } });
    const done = (one: PageState) => ended(1)(one) && (fresh(one)[0]?.hasRecording ?? false) === recorded;
    const [call] = fresh(await page.until(done, 'the end'));
    const who = { user: { extension: '101' }, customer: { name: "Maria O'Neill" }, number: '+79211000013' };
    expect(call).toMatchObject({ direction: 'outbound', ...who, ...row });
    const asked = page.lines.filter(({ from, to }) => from === 'crm' && to === 'connector');
    expect(asked.at(-1)).toMatchObject({
      text: expect.stringMatching(/^POST \/makecall\?.*from=101&to=\+79211000013/),
      answer: 'Success',
    });
    expect(page.lines.some(({ to, text }) => to === 'asterisk' && text.startsWith('Originate'))).toBe(true);
    // The connector takes a second click on the same number within two seconds for the same.
    await new Promise((resolve) => setTimeout(resolve, 2100));
  });
});

describe('what a browser is told', () => {
  test('the wire in the order of things, and never the secret or where the connector is', async () => {
    await place('answered');
    await page.until((one) => fresh(one)[0]?.hasRecording === true, 'the recording');
    const steps = page.lines.map(({ from, to, text }) => `${from} ${to} ${text.split(' ')[0]}`);
    const own = steps.slice(steps.lastIndexOf('connector crm DialBegin') - 1);
    // Without DialAnswer where the machine is so busy that the call is over before its beginning is told.
    expect(own.filter((step) => step.startsWith('connector crm'))).toEqual(
      expect.arrayContaining(['connector crm DialBegin', 'connector crm Hangup', 'connector crm EndCall']),
    );
    expect(own.at(-1)).toBe('connector crm Record');
    expect(page.raw).not.toMatch(/vtigersignature|secret=[^…]|127\.0\.0\.1/);
  });

  test('a page that opens later knows the calls and the last lines', async () => {
    const late = await PageStream.open(demo.url, '101');
    const state = await late.until(({ calls }) => calls.length > 0, 'the calls');
    expect(state.calls).toEqual(page.state?.calls);
    expect(late.lines.length).toBeGreaterThan(0);
    late.close();
  });

  test('wishes that make no sense are refused in words', async () => {
    const good = { scenario: 'answered', agent: '101', customer: 11 };
    for (const [path, wish] of [
      ['/call', { ...good, scenario: 'toString' }],
      ['/call', { ...good, agent: '999' }],
      ['/call', { ...good, customer: 'Irina' }],
      ['/outcome', { ...good, scenario: 'missed' }],
    ] as const) {
      const response = await post(demo.url, path, wish);
      expect([response.status, await response.text()]).toEqual([
        400,
        expect.stringMatching(/^(scenario|agent|customer)/),
      ]);
    }
    const form = await fetch(`${demo.url}/call`, { method: 'POST', body: new URLSearchParams({ scenario: 'busy' }) });
    expect(form.status).toBe(415);
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    expect((await fetch(`${demo.url}/call`, broken)).status).toBe(400);
    expect((await fetch(recordingOf(77777))).status).toBe(404);
  });

  test('only files of the page, with a policy that lets nothing in from elsewhere', async () => {
    const index = await fetch(`${demo.url}/`);
    expect(index.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    const body = await index.text();
    const files = [...body.matchAll(/"(\/page\/[^"]+)"/g)].map(([, path]) => String(path));
    expect(files.length).toBeGreaterThan(2);
    for (const path of files) expect((await fetch(`${demo.url}${path}`)).status, path).toBe(200);
    expect(body).not.toMatch(/https?:\/\//);
    for (const path of ['/page/..%2fdemo.ts', '/page/nothing.js', '/page/%00.js'])
      expect((await fetch(`${demo.url}${path}`)).status, path).toBe(404);
    expect(await (await fetch(`${demo.url}/readme`)).text()).toContain('Connect your own Asterisk and CRM');
  });
});

describe('start and stop', () => {
  const { TMPDIR } = process.env;
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
    process.env['TMPDIR'] = folder;
  });
  afterAll(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    rmSync(folder, { recursive: true });
  });

  test('stopped in the middle of a call, with a page open, it leaves nothing', async () => {
    const short: Demo = await startWholeDemo({ speed: 1 });
    const open = await PageStream.open(short.url, '101');
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^connector-demo-/)]);
    await post(short.url, '/call', { scenario: 'answered', agent: '101', customer: 11 });
    await open.until(({ popups }) => popups.length === 1, 'the popup');
    await short.stop();
    expect(readdirSync(folder)).toEqual([]);
    await expect(fetch(short.url)).rejects.toThrow();
  });

  test('a port that is taken, and a connector that does not start, are faults that leave nothing', async () => {
    const port = Number(new URL(demo.url).port);
    await expect(startWholeDemo({ port })).rejects.toThrow('EADDRINUSE');
    const startConnector = () => Promise.reject(new Error('no connector today'));
    await expect(startDemo({ port: 0, log: rememberingLog(), startConnector })).rejects.toThrow('no connector today');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('nothing went wrong in all this', () => {
    expect(demo.log.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });
});
