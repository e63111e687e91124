import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../src/log.ts';

const built = resolve('dist/log.js');
if (!existsSync(built)) throw new Error('dist/log.js is not there: npm run build');

afterEach(() => vi.restoreAllMocks());

/** Each write as the words of its lines. */
function watchWrites(): string[][] {
  const writes: string[][] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => writes.push(wordsOf(String(text))) > 0);
  return writes;
}

function wordsOf(text: string): string[] {
  expect(text.endsWith('\n') || text === '').toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^\S+Z /, ''));
}

const turnEnds = () => new Promise((done) => setImmediate(done));

describe('lines of one turn', () => {
  test('are written when it ends, in one write and in their order, whichever log they come through', async () => {
    const writes = watchWrites();
    const one = createLog({ level: 'debug', format: 'text' });
    const other = createLog({ level: 'info', format: 'text' });
    one.info('first');
    other.info('second');
    await Promise.resolve();
    one.child({ part: 'ami' }).debug('third');
    expect(writes).toEqual([]);
    await turnEnds();
    expect(writes).toEqual([['info first', 'info second', 'debug [ami] third']]);
    one.info('of the next turn');
    await turnEnds();
    expect(writes.slice(1)).toEqual([['info of the next turn']]);
  });

  test.each(['error', 'warn'] as const)('an %s does not wait, and has before it what came before it', async (level) => {
    const writes = watchWrites();
    const log = createLog({ level: 'info', format: 'text' });
    log.info('before');
    log[level]('now');
    expect(writes).toEqual([['info before', `${level} now`]]);
    log.info('after');
    expect(writes).toHaveLength(1);
    await turnEnds();
    expect(writes.slice(1)).toEqual([['info after']]);
  });

  test('do not gather without end: no write of several lines is longer than a pipe takes whole', async () => {
    const sizes: number[] = [];
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      sizes.push(Buffer.byteLength(text));
      return lines.push(...wordsOf(String(text))) > 0;
    });
    const log = createLog({ level: 'info', format: 'text' });
    const words = Array.from({ length: 200 }, (_, index) => `${index} ${'ж'.repeat(100)}`);
    for (const one of words) log.info(one);
    expect(lines.length).toBeGreaterThan(160);
    await turnEnds();
    expect(lines).toEqual(words.map((one) => `info ${one}`));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
    expect(sizes.length).toBeLessThan(20);
    log.info('x'.repeat(10_000));
    log.info('y');
    await turnEnds();
    expect(lines.slice(-2).map((line) => line.length)).toEqual(['info '.length + 10_000, 'info y'.length]);
  });
});

test('a moment is that of its line', async () => {
  const texts: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => texts.push(...String(text).split('\n')) > 0);
  const now = vi.spyOn(Date, 'now');
  const log = createLog({ level: 'info', format: 'text' });
  for (const at of [1, 1, 2, 1_790_000_000_000]) {
    now.mockReturnValue(at);
    log.info('x');
  }
  await turnEnds();
  expect(texts.map((line) => line.split(' ')[0])).toEqual([
    ...['1970-01-01T00:00:00.001Z', '1970-01-01T00:00:00.001Z', '1970-01-01T00:00:00.002Z'],
    ...['2026-09-21T14:13:20.000Z', ''],
  ]);
});

describe.each(['a pipe', 'a file'])('a process that ends, its output %s', (output) => {
  /** What it has written in the end. */
  function outputOf(script: string): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'log-turn-'));
    const path = join(folder, 'out.log');
    const whole = `import { createLog } from ${JSON.stringify(pathToFileURL(built).href)};
const log = createLog({ level: 'info', format: 'text' });
${script}`;
    const file = openSync(path, 'w');
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', whole], {
      stdio: ['ignore', output === 'a file' ? file : 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    closeSync(file);
    const text = output === 'a file' ? readFileSync(path, 'utf8') : stdout;
    rmSync(folder, { recursive: true });
    return wordsOf(text);
  }

  test.each([
    [
      'by process.exit',
      "log.info('a'); log.error('b'); log.info('c'); process.exit(3);",
      ['info a', 'error b', 'info c'],
    ],
    [
      'by an exception',
      "log.info('a'); setTimeout(() => { log.info('b'); throw new Error('x'); }, 5);",
      ['info a', 'info b'],
    ],
    ['having nothing to do', "log.info('a');", ['info a']],
    [
      'and tells so at its very end',
      "process.on('exit', () => { log.info('b'); log.info('c'); }); log.info('a');",
      ['info a', 'info b', 'info c'],
    ],
  ])('%s', (_, script, lines) => {
    expect(outputOf(script)).toEqual(lines);
  });
});
