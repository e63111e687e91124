import { afterEach, describe, expect, test } from 'vitest';
import { ask } from './request.ts';
import { encodedSecret, type Serving, serve } from './serving.ts';

let serving: Serving;
afterEach(() => serving.server.close());

const json = { accept: 'application/json' };
const right = `secret=${encodedSecret}&from=101&to=84951112233`;
const click = (query: string, headers: Record<string, string> = json) =>
  ask(serving.port, `/makecall?event=OutgoingCall&${query}`, { method: 'POST', headers });

describe('a click whose page asks for JSON', () => {
  test('is told the id under which the live channel knows it; the same click again is that one', async () => {
    serving = await serve();
    const first = await click(right);
    expect([first.status, JSON.parse(first.text)]).toEqual([200, { result: 'Success', click: 'c-1' }]);
    expect(first.headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse((await click(right)).text)).toEqual({ result: 'Success', click: 'c-1' });
    serving.pass(2001);
    expect(JSON.parse((await click(right)).text)).toEqual({ result: 'Success', click: 'c-2' });
    expect(serving.placed).toHaveLength(2);
  });

  test('is told that Asterisk cannot be reached, and a further try is not taken for a repetition', async () => {
    serving = await serve({ placeCall: () => ({ placed: false, why: 'the link to Asterisk is down' }) });
    for (let n = 0; n < 2; n += 1)
      expect(JSON.parse((await click(right)).text)).toEqual({
        result: 'Error',
        reason: 'unreachable',
        why: 'the link to Asterisk is down',
      });
  });

  test('is told which parameter is wrong, and what was expected', async () => {
    serving = await serve();
    expect(JSON.parse((await click(right.replace('101', 'x'))).text)).toEqual({
      result: 'Error',
      reason: 'refused',
      why: expect.stringMatching(/^parameter from: "x": expected an extension as extensions\.pattern/),
    });
    const large = await ask(serving.port, `/makecall?${right}`, {
      method: 'POST',
      headers: { ...json, 'content-type': 'text/plain' },
      body: 'x',
    });
    expect([large.status, JSON.parse(large.text)]).toMatchObject([415, { result: 'Error', reason: 'refused' }]);
  });

  test.each([
    ['from=101&to=89', 'missing'],
    ['secret=wrong&from=101&to=89', 'wrong'],
  ])('%s: its secret is %s', async (query, verdict) => {
    serving = await serve();
    expect(JSON.parse((await click(query)).text)).toEqual({
      result: 'Authentication Failure',
      reason: 'secret',
      why: `the secret is ${verdict}`,
    });
  });

  test.each([{}, { accept: '*/*' }, { accept: 'text/html, */*;q=0.5' }, { accept: 'application/jsonlines' }])(
    'without asking for it, %j, gets the bare word',
    async (headers) => {
      serving = await serve();
      const answer = await click(right, headers as Record<string, string>);
      expect([answer.text, answer.headers['content-type']]).toEqual(['Success', 'text/plain; charset=utf-8']);
    },
  );
});
