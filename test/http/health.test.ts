import { afterEach, describe, expect, test } from 'vitest';
import { ask } from './request.ts';
import { healthy, type Serving, serve } from './serving.ts';

let serving: Serving;

afterEach(() => serving.server.close());

const down = { ...healthy, link: { ...healthy.link, state: 'waiting', up: false } };
const failing = {
  ...healthy,
  database: { ...healthy.database, state: 'failing' as const, problem: 'the disk is full' },
};
const away = { ...healthy, crm: { ...healthy.crm, isAway: true, alarms: ['token' as const] } };

const strangers = { monitors: { addresses: ['192.0.2.1'], token: 'monitors-token-1' } };

async function asked(path: string, headers: Record<string, string> = {}) {
  const { status, text } = await ask(serving.port, path, { headers });
  return { status, body: JSON.parse(text) as unknown };
}

describe('/health/ready', () => {
  test.each([
    ['all is well', healthy, 200, 'ready', []],
    ['no link', down, 503, 'not ready', ['no link to Asterisk']],
    ['a database that fails', failing, 503, 'not ready', ['the database fails: the disk is full']],
    ['a CRM that is away: what it is to be told waits', away, 200, 'ready', []],
  ])('%s', async (_, report, code, status, reasons) => {
    serving = await serve({ health: () => report });
    const { isAway, alarms } = report.crm;
    expect(await asked('/health/ready')).toEqual({ status: code, body: { status, reasons, crm: { isAway, alarms } } });
  });
});

test('/health/live is 200 whatever fails', async () => {
  serving = await serve({ health: () => Promise.reject(new Error('not asked')) });
  expect(await asked('/health/live')).toEqual({ status: 200, body: { status: 'ok' } });
});

describe('to whom details are told', () => {
  test('a stranger hears whether it is well, and no more', async () => {
    serving = await serve({ health: () => failing }, strangers);
    expect(await asked('/health')).toEqual({ status: 503, body: { status: 'the database fails' } });
    expect(await asked('/health/ready')).toEqual({ status: 503, body: { status: 'not ready' } });
  });

  test('whoever brings the token hears all; a wrong one is no more than none', async () => {
    serving = await serve({}, strangers);
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect((await asked('/health', bearer('monitors-token-1'))).body).toMatchObject({ version: '1.2.3', openCalls: 2 });
    expect((await asked('/health', bearer('monitors-token-2'))).body).toEqual({ status: 'ok' });
  });

  test('the secret of the CRM is no token of monitors, also where they have none', async () => {
    serving = await serve({}, { monitors: { addresses: [], token: '' }, secret: 'crm-secret' });
    expect((await asked('/health', { authorization: 'Bearer crm-secret' })).body).toEqual({ status: 'ok' });
    expect((await asked('/health', { authorization: 'Bearer ' })).body).toEqual({ status: 'ok' });
  });

  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])(
    'what a web server hands on (%s) is a stranger’s',
    async (header) => {
      serving = await serve();
      expect((await asked('/health')).body).toMatchObject({ version: '1.2.3' });
      expect((await asked('/health', { [header]: '127.0.0.1' })).body).toEqual({ status: 'ok' });
    },
  );

  test('this machine is 127.0.0.1 by whatever address it asks itself', async () => {
    serving = await serve({}, { address: '127.0.0.2', monitors: { addresses: ['127.0.0.1'], token: '' } });
    const at = (host: string, localAddress: string) =>
      ask(serving.port, '/health', { host, localAddress }).then(({ text }) => JSON.parse(text) as unknown);
    expect(await at('127.0.0.2', '127.0.0.2')).toMatchObject({ version: '1.2.3' });
    expect(await at('127.0.0.2', '127.0.0.3')).toEqual({ status: 'ok' });
  });

  test('a proxy that is trusted is believed whom it hands on', async () => {
    const monitors = { addresses: ['192.0.2.0/24'], token: '' };
    serving = await serve({}, { monitors, trustedProxies: ['127.0.0.1'] });
    const from = async (address: string) => (await asked('/health', { 'x-forwarded-for': address })).body;
    expect(await from('192.0.2.77')).toMatchObject({ version: '1.2.3' });
    expect(await from('198.51.100.1')).toEqual({ status: 'ok' });
    // What a stranger writes himself stands to the left.
    expect(await from('192.0.2.77, 198.51.100.1')).toEqual({ status: 'ok' });
  });

  test('one who guesses the token is locked out, and 127.0.0.1 goes on', async () => {
    serving = await serve({}, { ...strangers, trustedProxies: ['127.0.0.1'] });
    const guess = (token: string) =>
      asked('/health', { 'x-forwarded-for': '198.51.100.1', authorization: `Bearer ${token}` });
    for (let n = 0; n < 11; n += 1) await guess(`guess-${n}`);
    expect((await guess('monitors-token-1')).body).toEqual({ status: 'ok' });
    expect((await asked('/health', { authorization: 'Bearer monitors-token-1' })).body).toMatchObject({
      version: '1.2.3',
    });
  });
});
