import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../src/log.ts';
import { createNumberMask } from '../src/numbers/mask.ts';

afterEach(() => vi.restoreAllMocks());

/** What is written while `run` logs, without the moments. */
async function written(run: () => void): Promise<string[]> {
  return (await whole(run)).map((line) => line.replace(/^\S+ /, ''));
}

async function whole(run: () => void): Promise<string[]> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(...String(text).trimEnd().split('\n')) > 0);
  run();
  await new Promise((resolve) => setImmediate(resolve));
  return lines;
}

test('a line has its level, its part, its words and its fields; what is below the level is left out', async () => {
  const lines = await written(() => {
    const log = createLog({ level: 'info', format: 'text' });
    log.info('begins');
    log.child({ part: 'ami' }).warn('link down', { reason: 'reset' });
    log.debug('not this');
    log.child({ part: 'http' }).debug('nor this', { linkedid: '1.1' });
    log.error('ends');
  });
  expect(lines).toEqual(['info begins', 'warn [ami] link down {"reason":"reset"}', 'error ends']);
});

test('a name with a per cent sign costs the line none of its fields', async () => {
  const lines = await written(() =>
    createLog({ level: 'info', format: 'text' }).child({ part: 'call' }).info('file %s of 50%d', { linkedid: '1.1' }),
  );
  expect(lines).toEqual(['info [call] file %s of 50%d {"linkedid":"1.1"}']);
});

test('as JSON', async () => {
  const [line = ''] = await written(() =>
    createLog({ level: 'debug', format: 'json' }).debug('x', { linkedid: '1.1' }),
  );
  expect(JSON.parse(line)).toMatchObject({ level: 'debug', message: 'x', linkedid: '1.1' });
});

test.each(['text', 'json'] as const)(
  '%s: what a stranger says begins no line and gives no orders to a terminal',
  async (format) => {
    const said = 'x\n2026-11-21,error,forged\u001b[2J\u009b2J\u0085\u2028\u202e101';
    const lines = await written(() => createLog({ level: 'info', format }).info(said, { said }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/\p{Cc}|[\u2028\u202e]/u);
    expect(lines[0]).toContain('\\u009b2J');
    if (format === 'json') expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: said, said });
  },
);

describe('levels of parts', () => {
  const parts = { ami: 'debug', http: 'warn' } as const;

  test('a part has its own, and all that is made of its log; the others have the default', async () => {
    const lines = await written(() => {
      const log = createLog({ level: 'info', format: 'text', parts });
      const north = log.child({ connection: 'north' });
      for (const [index, one] of [
        log,
        log.child({ part: 'ami' }),
        north.child({ part: 'http' }),
        log.child({ part: 'call' }),
      ].entries()) {
        one.debug(`debug ${index}`);
        one.info(`info ${index}`);
        one.child({ more: 1 }).debug(`more ${index}`);
        one.warn(`warn ${index}`);
      }
    });
    expect(lines).toEqual([
      ...['info info 0', 'warn warn 0'],
      ...['debug [ami] debug 1', 'info [ami] info 1', 'debug [ami] more 1 {"more":1}', 'warn [ami] warn 1'],
      'warn [http] warn 2 {"connection":"north"}',
      ...['info [call] info 3', 'warn [call] warn 3'],
    ]);
  });

  test('what is below its level is not even given a form', async () => {
    const log = createLog({ level: 'debug', format: 'json', parts: { http: 'warn' } }).child({ part: 'http' });
    const fields = {
      toJSON() {
        throw new Error('it was given a form');
      },
    };
    expect(await written(() => log.debug('x', { fields }))).toEqual([]);
    expect(() => log.warn('x', { fields })).toThrow('it was given a form');
  });
});

describe('numbers', () => {
  const mask = createNumberMask((digits) => /^\d{3}$/.test(digits));
  const masking = { level: 'info', mask } as const;

  test('are covered in the words and in the fields, however deep; ids, numbers that are counts and moments are left', async () => {
    const [line = ''] = await whole(() =>
      createLog({ ...masking, format: 'json' })
        .child({ part: 'call', linkedid: 'pbx-1234567.8' })
        .info('call pbx-1234567.8 101 inbound 79211234567', {
          number: '50123',
          other: '50123',
          dueAt: 1_790_000_000_000,
          deep: [{ path: '/a/79211234567.wav' }],
          none: null,
        }),
    );
    expect(JSON.parse(line)).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      linkedid: 'pbx-1234567.8',
      message: 'call pbx-1234567.8 101 inbound 7xxxxxxxx67',
      number: '5xx23',
      other: '50123',
      dueAt: 1_790_000_000_000,
      deep: [{ path: '/a/7xxxxxxxx67.wav' }],
      none: null,
    });
  });

  test('are written where nobody asked otherwise', async () => {
    const lines = await written(() =>
      createLog({ level: 'info', format: 'text' }).info('x', { number: '79211234567' }),
    );
    expect(lines).toEqual(['info x {"number":"79211234567"}']);
  });
});

describe('secrets', () => {
  test.each(['text', 'json'] as const)(
    'are taken out wherever they come from, in each spelling (%s)',
    async (format) => {
      const secrets = ['s3cret/"Пароль"', '', 'abc'];
      const log = createLog({ level: 'info', format, secrets });
      const [line = ''] = await whole(() =>
        log.info(`a fault with ${secrets[0]}`, {
          url: `x?secret=${encodeURIComponent(secrets[0] ?? '')}`,
          deep: [secrets[0]],
          abc: 1,
        }),
      );
      expect(line.match(/\*\*\*/g)).toHaveLength(3);
      expect(line).not.toMatch(/s3cret\/|Пароль|%D0/);
      expect(line).toContain('abc');
    },
  );
});
