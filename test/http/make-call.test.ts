import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from './request.ts';
import { encodedSecret, type Serving, secret, serve } from './serving.ts';

let serving: Serving;
afterEach(() => serving.server.close());

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const query = `event=OutgoingCall&secret=${encodedSecret}&from=101&to=84951112233&context=vtiger`;

describe('a click', () => {
  it('by POST without a body, as PBXManager sends it', async () => {
    serving = await serve();
    const headers = { 'content-length': 0, 'accept-encoding': 'gzip', referer: 'http://crm/index.php' };
    const answer = await ask(serving.port, `/makecall?${query}&record=4`, { method: 'POST', headers });
    expect(answer).toMatchObject({ status: 200, text: 'Success' });
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(serving.placed).toEqual([{ from: '101', to: '84951112233', context: 'vtiger', variables: { record: '4' } }]);
  });

  it.each([
    ['GET', query, undefined, {}],
    ['POST', '', query, form],
    ['POST', `secret=${encodedSecret}`, 'from=101&to=84951112233&context=vtiger', form],
    ['POST', '', query, { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }],
    [
      'GET',
      'from=101&to=84951112233&context=vtiger',
      undefined,
      { authorization: `Bearer ${Buffer.from(secret).toString('latin1')}` },
    ],
  ])('by %s with query %j and body %j', async (method, search, body, headers) => {
    // Bearer tokens are ASCII in practice; node reads header bytes as latin1, so a secret in Cyrillic cannot come this way.
    const plain = 'authorization' in headers;
    serving = await serve({}, plain ? { secret: 'plain-Secret_1' } : {});
    const sent = plain ? { authorization: 'Bearer plain-Secret_1' } : headers;
    const answer = await ask(serving.port, `/makecall?${search}`, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body }),
    });
    expect(answer).toMatchObject({ status: 200, text: 'Success' });
    expect(serving.placed).toHaveLength(1);
  });

  it('keeps the + of an international number', async () => {
    serving = await serve();
    await ask(serving.port, `/makecall?secret=${encodedSecret}&from=101&to=%2B79035551234`);
    expect(serving.placed[0]?.to).toBe('+79035551234');
  });

  it('that the link does not take is an Error, and may be tried again at once', async () => {
    let up = false;
    let asked = 0;
    const placeCall = () => {
      asked += 1;
      return up ? ({ placed: true, click: 'c-1' } as const) : ({ placed: false, why: 'no link to Asterisk' } as const);
    };
    serving = await serve({ placeCall });
    expect(await ask(serving.port, `/makecall?${query}`)).toMatchObject({ status: 200, text: 'Error' });
    up = true;
    expect(await ask(serving.port, `/makecall?${query}`)).toMatchObject({ text: 'Success' });
    expect(asked).toBe(2);
    expect(serving.log.some(({ level, text }) => level === 'warn' && text.includes('no link to Asterisk'))).toBe(true);
  });

  it('that meets a fault of ours is an Error, without a word about it', async () => {
    serving = await serve({
      placeCall() {
        throw new Error(`secret=${secret} /etc/connector`);
      },
    });
    const answer = await ask(serving.port, `/makecall?${query}`);
    expect(answer).toMatchObject({ status: 500, text: 'Error' });
    expect(serving.log.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it.each([
    ['to', `secret=${encodedSecret}&from=101&to=8495%0d%0aAction:%20Command`],
    ['from', `secret=${encodedSecret}&from=101%26PJSIP/102&to=8495`],
    ['context', `secret=${encodedSecret}&from=101&to=8495&context=internal`],
    ['from', `secret=${encodedSecret}&from=101&from=102&to=8495`],
  ])('with a bad %s is an Error that the log explains: %s', async (parameter, search) => {
    serving = await serve();
    expect(await ask(serving.port, `/makecall?${search}`)).toMatchObject({ status: 200, text: 'Error' });
    expect(serving.placed).toEqual([]);
    const warning = serving.log.find(({ level }) => level === 'warn')?.text;
    expect(warning).toMatch(new RegExp(`parameter ${parameter}: .+: expected .+`));
  });
});

describe('a double click', () => {
  it('makes one call and says Success twice', async () => {
    serving = await serve();
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Success');
    serving.pass(1999);
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Success');
    expect(serving.placed).toHaveLength(1);
    serving.pass(1);
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Success');
    expect(serving.placed).toHaveLength(2);
  });

  it('is one however the number is written, and at the same moment', async () => {
    serving = await serve();
    const spellings = ['8 495 111-22-33', '8(495)1112233', '84951112233'];
    const clicks = spellings.map((to) =>
      ask(serving.port, `/makecall?secret=${encodedSecret}&from=101&to=${encodeURIComponent(to)}`),
    );
    expect((await Promise.all(clicks)).map(({ text }) => text)).toEqual(['Success', 'Success', 'Success']);
    expect(serving.placed).toHaveLength(1);
  });

  it('is one for a number that a record has twice, written in two ways', async () => {
    serving = await serve();
    for (const to of ['+74951112233', '84951112233', '74951112233'])
      await ask(serving.port, `/makecall?secret=${encodedSecret}&from=101&to=${encodeURIComponent(to)}`);
    expect(serving.placed).toHaveLength(1);
  });

  it('is none for another user or another number', async () => {
    serving = await serve();
    for (const pair of ['from=101&to=200', 'from=102&to=200', 'from=101&to=201']) {
      await ask(serving.port, `/makecall?secret=${encodedSecret}&${pair}`);
    }
    expect(serving.placed).toHaveLength(3);
  });
});

describe('a wrong secret', () => {
  it.each([
    ['none', ''],
    ['empty', 'secret='],
    ['wrong', 'secret=abracadabra'],
    ['a beginning', `secret=${encodedSecret.slice(0, -1)}`],
    ['with a blank', `secret=${encodedSecret}%20`],
    ['two of them', `secret=${encodedSecret}&secret=x`],
  ])('%s: exactly Authentication Failure, and nothing else is looked at', async (_, part) => {
    serving = await serve();
    const answer = await ask(serving.port, `/makecall?${part}&from=bad&to=bad`);
    expect(answer).toMatchObject({ status: 200, text: 'Authentication Failure' });
    expect(serving.placed).toEqual([]);
  });

  it('ten times locks the address for a minute, even for the right one', async () => {
    serving = await serve();
    for (let n = 0; n < 10; n += 1) {
      expect((await ask(serving.port, `/makecall?secret=guess${n}&from=101&to=200`)).text).toBe(
        'Authentication Failure',
      );
      serving.pass(1000);
    }
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Authentication Failure');
    // Each path for itself.
    expect((await ask(serving.port, `/recording?id=x&secret=${encodedSecret}`)).status).toBe(404);
    serving.pass(58_999);
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Authentication Failure');
    serving.pass(1);
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Success');
  });

  it('nine times does not, nor ten in more than a minute', async () => {
    serving = await serve();
    for (let n = 0; n < 9; n += 1) await ask(serving.port, `/makecall?secret=guess${n}`);
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Success');
    serving.pass(60_000);
    await ask(serving.port, '/makecall?secret=guess');
    serving.pass(3000);
    expect((await ask(serving.port, `/makecall?${query}`)).text).toBe('Success');
    expect(serving.placed).toHaveLength(2);
  });

  it('sent again and again is a line a minute in the log', async () => {
    serving = await serve();
    for (let n = 0; n < 5; n += 1) await ask(serving.port, '/makecall?from=101&to=200');
    serving.pass(60_000);
    await ask(serving.port, '/makecall?from=101&to=200');
    await ask(serving.port, '/makecall?from=101&to=200');
    await serving.server.close();
    const told = serving.log.filter(({ level }) => level === 'warn').map(({ text, fields }) => ({ text, ...fields }));
    const text = 'click-to-call refused: secret missing';
    const address = '127.0.0.1';
    expect(told).toEqual([
      { text, address },
      { text: `${text}: 4 more within a minute`, address },
      { text, address },
      { text: `${text}: 1 more within a minute`, address },
    ]);
  });

  it('is never logged, nor is the right one', async () => {
    serving = await serve();
    await ask(serving.port, `/makecall?${query}`);
    await ask(serving.port, '/makecall?secret=guess-me&from=101&to=200');
    await ask(serving.port, `/recording/x.wav&secret=${encodedSecret}`);
    const said = decodeURIComponent(JSON.stringify(serving.log));
    expect(said).not.toContain('abracadabra');
    expect(said).not.toContain('guess-me');
    expect(said).toContain('GET /makecall 200');
    expect(said).toContain('GET /recording/x.wav 404');
  });
});

describe('a body', () => {
  it('of another type is an Error', async () => {
    serving = await serve();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ from: '101', to: '200', secret });
    expect(await ask(serving.port, '/makecall', { method: 'POST', headers, body })).toMatchObject({
      status: 415,
      text: 'Error',
    });
    const gzip = { ...form, 'content-encoding': 'gzip' };
    expect(await ask(serving.port, '/makecall', { method: 'POST', headers: gzip, body: 'x' })).toMatchObject({
      status: 415,
    });
  });

  it('of just the limit is read, one byte more is refused, said beforehand or not', async () => {
    serving = await serve();
    const start = `secret=${encodedSecret}&from=101&to=200&x=`;
    const fits = start + 'x'.repeat(16 * 1024 - start.length);
    expect(await ask(serving.port, '/makecall', { method: 'POST', headers: form, body: fits })).toMatchObject({
      text: 'Success',
    });
    const over = { status: 413, text: 'Error' };
    expect(await ask(serving.port, '/makecall', { method: 'POST', headers: form, body: `${fits}x` })).toMatchObject(
      over,
    );
    const chunked = { ...form, 'transfer-encoding': 'chunked' };
    expect(await ask(serving.port, '/makecall', { method: 'POST', headers: chunked, body: `${fits}x` })).toMatchObject(
      over,
    );
    expect(serving.placed).toHaveLength(1);
  });

  it('without an end is answered as soon as it is too large, and the connection closed', async () => {
    serving = await serve();
    const socket = connect(serving.port, '127.0.0.1');
    const type = 'Content-Type: application/x-www-form-urlencoded';
    socket.write(`POST /makecall HTTP/1.1\r\nHost: x\r\n${type}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let n = 0; n < 20; n += 1) socket.write(`400\r\n${'x'.repeat(1024)}\r\n`);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toMatch(/\r\n\r\nError$/);
  });

  it('that breaks off places no call', async () => {
    serving = await serve();
    const socket = connect(serving.port, '127.0.0.1');
    const head =
      'POST /makecall HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000';
    socket.write(`${head}\r\n\r\nsecret=${encodedSecret}&from=101&to=200`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    const told = { level: 'warn', text: 'click-to-call refused: the body broke off' };
    await expect.poll(() => serving.log).toContainEqual(expect.objectContaining(told));
    expect(serving.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(serving.placed).toEqual([]);
  });
});
