import { afterEach, expect, test } from 'vitest';
import { ask } from './request.ts';
import { encodedSecret, type Serving, secret, serve } from './serving.ts';

let serving: Serving;

afterEach(() => serving.server.close());

const page = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: 'a_total 1\n' };

test('a monitor reads the page; the figures are brought up to date before', async () => {
  const measured: number[] = [];
  serving = await serve({
    measure: async (listeners) => void measured.push(listeners),
    metricsPage: async () => ({ ...page, text: `a_total ${measured.length}\n` }),
  });
  const answer = await ask(serving.port, '/metrics');
  expect([answer.status, answer.text]).toEqual([200, 'a_total 1\n']);
  expect(answer.headers['content-type']).toBe(page.contentType);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(measured).toEqual([0]);
});

test('where nothing is counted it says which key it is', async () => {
  serving = await serve();
  const { status, text } = await ask(serving.port, '/metrics');
  expect([status, text]).toEqual([404, 'The connector counts nothing: set http.metrics to true.\n']);
});

test('a stranger is refused before anything is looked up, and told once in the log', async () => {
  const fail = () => Promise.reject(new Error('not asked'));
  serving = await serve(
    { measure: fail, metricsPage: fail },
    { monitors: { addresses: ['192.0.2.1'], token: 'monitors-token-1' } },
  );
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const plain = await ask(serving.port, '/metrics');
  expect([plain.status, plain.text]).toEqual([403, expect.stringMatching(/http\.monitors.*http\.monitor_token/)]);
  expect((await ask(serving.port, '/metrics', bearer('x'))).text).toMatch(/The token is wrong/);
  expect((await ask(serving.port, '/metrics', bearer(Buffer.from(secret).toString('latin1')))).status).toBe(403);
  expect((await ask(serving.port, `/metrics?secret=${encodedSecret}`)).status).toBe(403);
  for (let n = 0; n < 10; n += 1) await ask(serving.port, '/metrics', bearer(`guess-${n}`));
  const locked = await ask(serving.port, '/metrics', bearer('monitors-token-1'));
  expect([locked.status, locked.headers['retry-after']]).toEqual([429, '60']);
  const said = serving.log.filter(({ level }) => level === 'warn').map(({ text }) => text);
  expect(said).toEqual([
    'metrics refused: neither a monitor nor a token',
    'metrics refused: token wrong',
    'metrics refused: token locked',
  ]);
});

test('requests are counted by the paths that there are, clicks by what they were answered', async () => {
  const counted: string[] = [];
  serving = await serve(
    {
      meters: {
        clicked: (outcome) => void counted.push(outcome),
        requested: (path, code) => void counted.push(`${path} ${code}`),
      },
      placeCall: ({ to }) => (to === '666' ? { placed: false, why: 'no link' } : { placed: true, click: 'c-1' }),
    },
    { monitors: { addresses: [], token: '' } },
  );
  const click = (from: string, to: string, with_ = encodedSecret) =>
    ask(serving.port, `/makecall?event=OutgoingCall&secret=${with_}&from=${from}&to=${to}&context=vtiger`);
  await click('101', '79211234567');
  await click('101', '79211234567');
  await click('101', '666');
  await click('101', 'x');
  await click('101', '666', 'wrong');
  await ask(serving.port, '/makecall', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  await ask(serving.port, '/health/');
  await ask(serving.port, '/metrics');
  await ask(serving.port, '/79211234567');
  const ofClicks = ['placed', 'repeated', 'unreachable', 'refused', 'unauthorized'];
  expect(counted).toEqual([
    ...ofClicks.flatMap((outcome) => [outcome, '/makecall 200']),
    ...['refused', '/makecall 415'],
    ...['other 200', '/metrics 403', 'other 404'],
  ]);
});
