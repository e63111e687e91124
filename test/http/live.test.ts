import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpPorts, type LiveLimits, type LivePort, liveLimits } from '../../src/http/ports.ts';
import { listen, liveToken, type Page } from '../live/page.ts';
import { until } from '../service/office.ts';
import { ask } from './request.ts';
import { type Serving, secret, serve } from './serving.ts';

let serving: Serving;
const pages: Page[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) page.leave();
  await serving.server.close();
});

/** What pages are told, as the test says it. */
class Calls {
  readonly #pushes = new Map<string, Set<(snapshot: string) => void>>();
  said = 0;

  snapshot(extension: string): string {
    return JSON.stringify({ extension, said: this.said });
  }

  /** Whose snapshots hold nothing. */
  readonly quiet = new Set<string>();

  isQuiet(extension: string): boolean {
    return this.quiet.has(extension);
  }

  watch(extension: string, push: (snapshot: string) => void): () => void {
    const pushes = this.#pushes.get(extension) ?? new Set();
    this.#pushes.set(extension, pushes.add(push));
    push(this.snapshot(extension));
    return () => pushes.delete(push);
  }

  say(extension: string, padding = ''): void {
    this.said += 1;
    for (const push of this.#pushes.get(extension) ?? []) push(JSON.stringify({ extension, said: this.said, padding }));
  }

  listeners(extension: string): number {
    return this.#pushes.get(extension)?.size ?? 0;
  }
}

const start = Date.UTC(2026, 10, 20);
const exp = start / 1000 + 3600;
const tokenOf = (extension: string, more: object = {}) => liveToken(secret, { ext: extension, user: 5, exp, ...more });

async function serveLive(limits: Partial<LiveLimits> = {}, ports: Partial<HttpPorts> = {}): Promise<Calls> {
  const calls = new Calls();
  serving = await serve(
    { live: () => calls, ...ports },
    { live: { ...liveLimits, streams: 100, lookMs: 10, ...limits } },
  );
  return calls;
}

async function page(extension = '101', token = tokenOf(extension)): Promise<Page> {
  const opened = await listen(serving.port, token);
  pages.push(opened);
  return opened;
}

const said = (each: Page) => each.snapshots.map((snapshot) => (snapshot as unknown as { said: number }).said);

describe('the token', () => {
  const [header = '', payload = '', mac = ''] = tokenOf('101').split('.');
  const signed = (text: string) => {
    const parts = liveToken(secret, {}).split('.');
    parts[1] = Buffer.from(text).toString('base64url');
    return parts.join('.');
  };

  test.each([
    ['none', '', 'missing'],
    ['another thing', 'abc', 'malformed'],
    ['another version', `v2.${payload}.${mac}`, 'malformed'],
    ['a mac cut short', `${header}.${payload}.${mac.slice(1)}`, 'malformed'],
    ['a mac of another', `${header}.${payload}.${mac.slice(0, -2)}AA`, 'signature'],
    ['a payload of another', `${header}.${tokenOf('102').split('.')[1]}.${mac}`, 'signature'],
    ['another secret', liveToken('other', { ext: '101', exp }), 'signature'],
    ['an unsigned text', signed('{"ext":"101"}'), 'signature'],
    ['no extension', liveToken(secret, { exp }), 'malformed'],
    ['an extension of another form', liveToken(secret, { ext: '1 or 1', exp }), 'malformed'],
    ['an extension that is a number', liveToken(secret, { ext: 101, exp }), 'malformed'],
    ['no end', liveToken(secret, { ext: '101' }), 'malformed'],
    ['an end in words', liveToken(secret, { ext: '101', exp: 'never' }), 'malformed'],
    ['nothing', liveToken(secret, null as unknown as object), 'malformed'],
    ['a token that is over', tokenOf('101', { exp: start / 1000 }), 'expired'],
    ['one of a day', tokenOf('101', { exp: exp + 86_400 }), 'too-long'],
    ['one without end', tokenOf('101', { exp: 1e300 }), 'too-long'],
    ['a text of a megabyte', 'x'.repeat(6000), 'malformed'],
  ])('%s is refused, and why is said', async (_, token, reason) => {
    await serveLive();
    for (const path of ['/live', '/live/calls']) {
      const answer = await ask(serving.port, `${path}?token=${encodeURIComponent(token)}`);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(JSON.parse(answer.text)).toEqual({ error: 'token', reason, why: expect.stringMatching(/\w/) });
      expect(answer.text).not.toContain(secret);
    }
  });

  test('one that was right is refused when it is over, and another one though they are alike', async () => {
    await serveLive();
    const token = tokenOf('101', { exp: start / 1000 + 60 });
    const status = async (one: string) => (await ask(serving.port, `/live/calls?token=${one}`)).status;
    const alike = token.replace(/\.(.)([^.]*)$/, (_, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`);
    expect([await status(token), await status(token), await status(alike)]).toEqual([200, 200, 401]);
    serving.pass(60_000);
    expect(await status(token)).toBe(401);
  });

  test('a payload that is signed and no JSON is refused', async () => {
    await serveLive();
    const { createHmac } = await import('node:crypto');
    const key = createHmac('sha256', secret).update('live').digest();
    const text = `v1.${Buffer.from('{"ext":').toString('base64url')}`;
    const token = `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    expect(JSON.parse((await ask(serving.port, `/live/calls?token=${token}`)).text)).toMatchObject({
      reason: 'malformed',
    });
  });

  test('two tokens are none', async () => {
    await serveLive();
    const answer = await ask(serving.port, `/live/calls?token=${tokenOf('101')}&token=${tokenOf('102')}`);
    expect(JSON.parse(answer.text)).toMatchObject({ reason: 'missing' });
  });

  test('the secret itself opens nothing', async () => {
    await serveLive();
    const headers = { authorization: 'Bearer abracadabra' };
    expect((await ask(serving.port, '/live/calls?secret=abracadabra', { headers })).status).toBe(401);
  });

  test('a wrong one is told in the log, without itself; one that has expired is nothing to tell', async () => {
    await serveLive();
    await ask(serving.port, `/live?token=${tokenOf('101', { exp: 5 })}`);
    expect(serving.log.filter(({ level }) => level === 'warn')).toEqual([]);
    await ask(serving.port, `/live?token=${mac}`);
    expect(serving.log.filter(({ level }) => level === 'warn').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^live channel refused: this is no token/),
    ]);
    expect(JSON.stringify(serving.log)).not.toContain(mac);
  });
});

describe('GET /live/calls', () => {
  test.each([
    ['the parameter', `?token=${tokenOf('101')}`, {}],
    ['a bearer token', '', { authorization: `Bearer ${tokenOf('101')}` }],
  ])('answers with one snapshot for %s', async (_, query, headers) => {
    await serveLive();
    const answer = await ask(serving.port, `/live/calls${query}`, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.text)).toEqual({ extension: '101', said: 0 });
  });

  test('the short way of a poll and the long one answer alike, and are counted alike', async () => {
    const requested: unknown[] = [];
    await serveLive({}, { meters: { clicked: () => {}, requested: (...of) => requested.push(of) } });
    const headers = { authorization: `Bearer ${tokenOf('101')}` };
    const short = await ask(serving.port, '/live/calls', { headers });
    const long = await ask(serving.port, '/live/calls?', { headers });
    const { date: _, ...first } = short.headers;
    const { date: __, ...second } = long.headers;
    expect([short.status, first, short.text]).toEqual([long.status, second, long.text]);
    expect(requested).toEqual([
      ['/live/calls', 200],
      ['/live/calls', 200],
    ]);
  });

  test.each([
    ['no token', {}, 'missing'],
    ['a wrong one', { authorization: 'Bearer abc' }, 'malformed'],
    ['another scheme', { authorization: `Basic ${tokenOf('101')}` }, 'missing'],
  ])('a poll with %s is refused', async (_, headers, reason) => {
    await serveLive();
    const answer = await ask(serving.port, '/live/calls', { headers });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'token', reason });
  });

  test('a fault of ours in a poll is answered, and told once', async () => {
    const broken = { snapshot: () => JSON.parse('{') };
    serving = await serve({ live: () => broken as unknown as LivePort });
    const headers = { authorization: `Bearer ${tokenOf('101')}` };
    expect((await ask(serving.port, '/live/calls', { headers })).status).toBe(500);
    expect(serving.log.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('while the connector starts there is none', async () => {
    serving = await serve();
    const headers = { authorization: `Bearer ${tokenOf('101')}` };
    for (const query of [`?token=${tokenOf('101')}`, '']) {
      const answer = await ask(serving.port, `/live/calls${query}`, { headers: query === '' ? headers : {} });
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'starting' });
    }
  });
});

describe('GET /live/quiet', () => {
  const digestOf = (token: string) => createHash('sha256').update(token).digest('base64url');
  const quiet = async (token: string) => {
    const answer = await ask(serving.port, '/live/quiet', { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'content-length': String(answer.text.length) });
    const [at, ...digests] = answer.text.split('\n');
    expect(at).toBe(new Date(start).toISOString());
    expect(digests.pop()).toBe('');
    return digests;
  };
  const poll = (token: string) => ask(serving.port, '/live/calls', { headers: { authorization: `Bearer ${token}` } });

  test('names those who poll and have nothing to be told, by the digests of their tokens', async () => {
    const calls = await serveLive();
    for (const extension of ['101', '103', '104']) calls.quiet.add(extension);
    expect(await quiet(tokenOf('101'))).toEqual([digestOf(tokenOf('101'))]);
    for (const extension of ['102', '103']) await poll(tokenOf(extension));
    await poll(liveToken('another secret', { ext: '104', exp }));
    expect(await quiet(tokenOf('101'))).toEqual([digestOf(tokenOf('101')), digestOf(tokenOf('103'))]);
    calls.quiet.delete('101');
    expect(await quiet(tokenOf('101'))).toEqual([digestOf(tokenOf('103'))]);
  });

  test('leaves out tokens that are about to end', async () => {
    const calls = await serveLive();
    for (const extension of ['101', '102']) calls.quiet.add(extension);
    await poll(tokenOf('102', { exp: start / 1000 + 1 }));
    expect(await quiet(tokenOf('101'))).toEqual([digestOf(tokenOf('101'))]);
  });

  test('is for those with a right token', async () => {
    await serveLive();
    const headers = { authorization: `Bearer ${liveToken('another secret', { ext: '101', exp })}` };
    expect((await ask(serving.port, '/live/quiet', { headers })).status).toBe(401);
    expect((await ask(serving.port, '/live/quiet')).status).toBe(401);
  });

  test('while the connector starts there is none', async () => {
    serving = await serve();
    const headers = { authorization: `Bearer ${tokenOf('101')}` };
    expect((await ask(serving.port, '/live/quiet', { headers })).status).toBe(503);
  });
});

describe('GET /live', () => {
  test('is a stream that no proxy need hold back', async () => {
    const calls = await serveLive();
    const { request } = await import('node:http');
    const headers = await new Promise((resolve, reject) => {
      const asking = request({ port: serving.port, path: `/live?token=${tokenOf('101')}` }, (response) => {
        asking.destroy();
        resolve(response.headers);
      });
      asking.once('error', reject).end();
    });
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await until(() => calls.listeners('101') === 0, 'the leave');
  });

  test('tells each extension its own, to all that listen', async () => {
    const calls = await serveLive();
    const [one, two, other] = await Promise.all([page(), page(), page('102')]);
    calls.say('101');
    calls.say('102');
    await until(() => said(one).length + said(two).length + said(other).length === 6, 'the snapshots');
    expect([said(one), said(two), said(other)]).toEqual([
      [0, 1],
      [0, 1],
      [0, 2],
    ]);
    one.leave();
    await until(() => calls.listeners('101') === 1, 'the leave');
  });

  test('is not for looking only', async () => {
    await serveLive();
    const answer = await ask(serving.port, `/live?token=${tokenOf('101')}`, { method: 'HEAD' });
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET']);
  });

  test('a stream that was silent for fifteen seconds says something', async () => {
    const calls = await serveLive();
    const agent = await page();
    serving.pass(14_999);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(agent.beats).toEqual([]);
    serving.pass(1);
    await until(() => agent.beats.length === 1, 'a beat');
    serving.pass(10_000);
    calls.say('101');
    await until(() => said(agent).length === 2, 'the snapshot');
    serving.pass(10_000);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(agent.beats).toHaveLength(1);
  });

  test('ends with the token', async () => {
    const calls = await serveLive({ beatMs: 1e9 });
    const agent = await page();
    serving.pass(3_599_000);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(agent.isOver).toBe(false);
    serving.pass(1_000);
    await until(() => agent.isOver, 'the end');
    expect(agent.byes).toEqual(['expired']);
    expect(calls.listeners('101')).toBe(0);
  });

  test('of an extension there are ten; the oldest makes room', async () => {
    const calls = await serveLive();
    const all: Page[] = [];
    for (let n = 0; n < 11; n += 1) all.push(await page());
    await until(() => all[0]?.isOver === true, 'the oldest');
    expect(all.map(({ byes }) => byes.join())).toEqual(['too-many', ...Array(10).fill('')]);
    expect(calls.listeners('101')).toBe(10);
    calls.say('101');
    await until(() => all.every((each, n) => said(each).length === (n === 0 ? 1 : 2)), 'the snapshots');
  });

  test('of all there are as many as configured; one more is sent away', async () => {
    const calls = await serveLive({ streams: 2 });
    await page('101');
    const second = await page('102');
    const third = await page('103');
    await until(() => third.isOver, 'the end');
    expect([third.byes, said(third), calls.listeners('103')]).toEqual([['too-many'], [], 0]);
    second.leave();
    await until(() => calls.listeners('102') === 0, 'the leave');
    const fourth = await page('103');
    await until(() => said(fourth).length === 1, 'the snapshot');
  });

  test('a connector that stops says so, at once, and is not kept by those who listen', async () => {
    await serveLive();
    const all = await Promise.all([page(), page('102')]);
    const begin = Date.now();
    await serving.server.close();
    expect(Date.now() - begin).toBeLessThan(250);
    await until(() => all.every(({ isOver }) => isOver), 'the ends');
    expect(all.map(({ byes, isOver }) => [...byes, isOver])).toEqual([
      ['stopping', true],
      ['stopping', true],
    ]);
  });

  test('while the connector starts there is none', async () => {
    serving = await serve();
    await expect(page()).rejects.toThrow('503');
  });
});

describe('a page that does not read', () => {
  const large = 'x'.repeat(100_000);

  /** Says things until the sockets in between are full; a page that reads has been told each. */
  async function fill(calls: Calls, reader: Page): Promise<void> {
    for (let n = 0; n < 200; n += 1) {
      calls.say('101', large);
      await until(() => said(reader).at(-1) === calls.said, 'the reader');
    }
  }

  test('is told the latest when it reads again, and others have not waited', async () => {
    const calls = await serveLive();
    const [sleeper, reader] = [await page(), await page()];
    sleeper.pause();
    await fill(calls, reader);
    sleeper.resume();
    await until(() => said(sleeper).at(-1) === calls.said, 'the latest');
    // What the sockets held, and the last one: not all that was said.
    expect(said(sleeper).length).toBeLessThan(calls.said / 2);
    expect(said(reader)).toHaveLength(calls.said + 1);
  });

  test('is sent away when it has not read for half a minute', async () => {
    const calls = await serveLive({ beatMs: 1e9 });
    const [sleeper, reader] = [await page(), await page()];
    sleeper.pause();
    await fill(calls, reader);
    expect(calls.listeners('101')).toBe(2);
    serving.pass(30_000);
    await until(() => calls.listeners('101') === 1, 'the end');
    // It has a second to read its last word; then the connection is cut.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    sleeper.resume();
    await until(() => sleeper.isOver, 'the end of the stream');
    expect(said(sleeper).length).toBeLessThan(calls.said);
    expect(reader.isOver).toBe(false);
  });
});
