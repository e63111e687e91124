import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '../src/log.ts';

afterEach(() => vi.restoreAllMocks());

/** What is written while `run` logs. */
async function written(run: () => void): Promise<string[]> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text).trimEnd()) > 0);
  // winston's console writes to the stream below `console`, which is another object in a test's worker.
  const below = (console as unknown as { readonly _stdout: NodeJS.WriteStream })._stdout;
  if (below !== process.stdout)
    vi.spyOn(below, 'write').mockImplementation((text) => lines.push(String(text).trimEnd()) > 0);
  run();
  await new Promise((resolve) => setImmediate(resolve));
  return lines.map((line) => line.replace(/^\S+ /, ''));
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
