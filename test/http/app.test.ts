import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from './request.ts';
import { encodedSecret, healthy, type Serving, serve } from './serving.ts';

let serving: Serving;
afterEach(() => serving.server.close());

describe('paths and methods', () => {
  it.each([
    '/',
    '/cdrinfo',
    '/makecall/x',
    '/recording/x',
    '/../etc/passwd',
    '/%2e%2e/etc/passwd',
    '/recording//',
    '/%ff',
  ])('%s is not found', async (path) => {
    serving = await serve();
    const answer = await ask(serving.port, path);
    expect(answer.status, answer.text).toBe(404);
    // PBXManager would take any word but its own two for success.
    expect(answer.text).toBe(path.startsWith('/makecall') ? 'Error' : '');
  });

  it.each(['/x/makecall', '/makecall/makecall', '/recording/makecall', '/vtiger/MakeCall/'])(
    '%s, which a mistyped app URL leads to, is an Error',
    async (path) => {
      serving = await serve();
      const click = `${path}?event=OutgoingCall&secret=${encodedSecret}&from=101&to=200&context=vtiger`;
      expect(await ask(serving.port, click, { method: 'POST' })).toMatchObject({ status: 404, text: 'Error' });
      expect(serving.placed).toEqual([]);
    },
  );

  it.each([
    ['PUT', '/makecall', 'GET, HEAD, POST'],
    ['POST', '/recording', 'GET, HEAD'],
    ['DELETE', '/recording', 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
  ])('%s %s is not allowed', async (method, path, allowed) => {
    serving = await serve();
    const answer = await ask(serving.port, `${path}?secret=${encodedSecret}&from=101&to=200`, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow?.split(', ').sort().join(', ')).toBe(allowed);
    expect(serving.placed).toEqual([]);
  });

  it('tells browsers not to guess types', async () => {
    serving = await serve();
    for (const path of ['/health', '/makecall', '/recording', '/none']) {
      expect((await ask(serving.port, path)).headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it.each(['/makecall', '//makecall', '/makecall/'])('%s is click-to-call', async (path) => {
    serving = await serve();
    expect((await ask(serving.port, `${path}?secret=${encodedSecret}&from=101&to=200`)).text).toBe('Success');
    expect(serving.placed).toHaveLength(1);
  });

  it('HEAD /makecall places no call', async () => {
    serving = await serve();
    const answer = await ask(serving.port, `/makecall?secret=${encodedSecret}&from=101&to=200`, { method: 'HEAD' });
    expect(answer.status).toBe(405);
    expect(serving.placed).toEqual([]);
  });
});

describe('limits', () => {
  it('refuses an over-long URL', async () => {
    serving = await serve();
    expect((await ask(serving.port, `/health?${'x'.repeat(9000)}`)).status).toBe(431);
  });

  it('refuses over-long headers', async () => {
    serving = await serve();
    expect((await ask(serving.port, '/health', { headers: { 'x-long': 'x'.repeat(9000) } })).status).toBe(431);
  });

  it('survives what is not HTTP', async () => {
    serving = await serve();
    const socket = connect(serving.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('\u0016\u0003\u0001 GET nonsense\r\n\r\n');
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect((await ask(serving.port, '/health')).status).toBe(200);
  });
});

describe('a fault of ours', () => {
  it('is answered without its text and logged once', async () => {
    serving = await serve({
      health() {
        throw new Error('password=hunter2');
      },
    });
    const answer = await ask(serving.port, '/health');
    expect(answer).toMatchObject({ status: 500, text: 'Internal Server Error\n' });
    expect(serving.log.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

describe('/health', () => {
  it('says 200 and how things stand', async () => {
    serving = await serve();
    const answer = await ask(serving.port, '/health');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(answer.text)).toEqual({
      status: 'ok',
      version: '1.2.3',
      link: { state: 'up', since: '2026-11-20T22:36:12.000Z', lastEventAt: null },
      database: healthy.database,
      outbox: { depth: 3, oldestSeconds: 7, givenUp: 2 },
      crm: { dialect: 'salesplatform', isAway: false, alarms: [] },
      openCalls: 2,
    });
  });

  it('says 503 without a link', async () => {
    serving = await serve({
      health: async () => ({ ...healthy, link: { ...healthy.link, state: 'connecting', up: false } }),
    });
    const answer = await ask(serving.port, '/health');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'no link to Asterisk', link: { state: 'connecting' } });
  });

  it('says 503 while the database fails, and what is the matter', async () => {
    const database = { ...healthy.database, state: 'failing' as const, problem: 'the disk is full', kept: 12 };
    serving = await serve({ health: () => ({ ...healthy, database }) });
    const answer = await ask(serving.port, '/health');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'the database fails', database });
  });
});

describe('listening and closing', () => {
  it('rejects when the port is taken', async () => {
    serving = await serve();
    await expect(serve({}, { port: serving.port })).rejects.toThrow('EADDRINUSE');
  });

  it('finishes what is under way, closes that connection, and takes nothing new', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered = () => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    serving = await serve({
      async health() {
        entered();
        await gate;
        return healthy;
      },
    });
    const slow = ask(serving.port, '/health', { headers: { connection: 'keep-alive' } });
    await inside;
    const closed = serving.server.close();
    await expect(ask(serving.port, '/health')).rejects.toThrow('ECONNREFUSED');
    release();
    const answer = await slow;
    expect(answer.status).toBe(200);
    expect(answer.headers.connection).toBe('close');
    await closed;
  });

  it('cuts what does not end within the grace time', async () => {
    serving = await serve({ health: () => new Promise(() => {}) }, { closeGraceMs: 50 });
    const stuck = ask(serving.port, '/health').then(
      () => 'answered',
      () => 'cut',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await serving.server.close();
    expect(await stuck).toBe('cut');
  });

  it('closes once and again, and before listening', async () => {
    serving = await serve();
    await serving.server.close();
    await serving.server.close();
  });
});
