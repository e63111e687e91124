import { afterEach, describe, expect, test } from 'vitest';
import { ask } from './request.ts';
import { encodedSecret, healthy, type Serving, serve } from './serving.ts';

let serving: Serving;
afterEach(() => serving.server.close());

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('GET /status', () => {
  test('tells who has the secret what the settings page shows', async () => {
    serving = await serve({}, { secret: 'abracadabra' });
    const answer = await ask(serving.port, '/status', bearer('abracadabra'));
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.text)).toEqual({
      ...healthy,
      now: '2026-11-20T22:36:12.000Z',
      crmTime: '2026-11-21 01:36:12',
      zone: 'Europe/Moscow',
      live: { listeners: 0 },
      extension: '^[0-9]{2,6}$',
      players: 'all',
    });
    expect(answer.text).not.toContain('abracadabra');
  });

  test('takes a secret with letters of any script as a parameter, as the others do', async () => {
    serving = await serve();
    expect((await ask(serving.port, `/status?secret=${encodedSecret}`)).status).toBe(200);
  });

  test('tells nobody else, and stops who guesses', async () => {
    serving = await serve({}, { secret: 'abracadabra' });
    const missing = await ask(serving.port, '/status');
    expect([missing.status, missing.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    for (let n = 0; n < 10; n += 1) expect((await ask(serving.port, '/status', bearer(`x${n}`))).status).toBe(403);
    const locked = await ask(serving.port, '/status', bearer('abracadabra'));
    expect([locked.status, locked.headers['retry-after']]).toEqual([429, '60']);
    expect(JSON.parse(locked.text)).toMatchObject({ error: 'locked' });
    expect((await ask(serving.port, '/makecall?secret=abracadabra&from=101&to=89')).text).toBe('Success');
  });
});
