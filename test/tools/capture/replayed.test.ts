import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCleaner } from '../../../src/tools/capture/clean.ts';
import { createDisguise } from '../../../src/tools/capture/disguise.ts';
import { createSecretRemover } from '../../../src/tools/capture/secrets.ts';
import { runReplay, shippedConfig } from '../../../src/tools/replay-command.ts';

const scenarios = ['22', '16-pjsip', '16-sip'].flatMap((variant) =>
  readdirSync(`test/captures/${variant}`).map((name) => `${variant}/${name}`),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disguised-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function replayed(file: string): Promise<string> {
  const text: string[] = [];
  const command = {
    kind: 'replay',
    files: [file],
    config: null,
    dialect: null,
    call: null,
    events: true,
    mask: false,
  } as const;
  const code = await runReplay(command, shippedConfig(), { out: (some) => void text.push(some), complain: () => {} });
  expect(code).toBe(0);
  return text.join('').replaceAll(file, 'FILE');
}

const numbers = /(?<!\d)(?:\+?7921|7495|8921|921)\d{6,7}(?!\d)/g;

/** What may differ: numbers, dates in names of files, names, and the widths of columns that follow from them. */
const bare = (text: string) =>
  text
    .replace(/\d{5,}/g, 'N')
    .replace(/Name \d+|Ivan Petrov|Anna Sidorova/g, 'X')
    .replace(/-{2,}/g, '-')
    .replace(/[ \t]+/g, ' ')
    .replace(/in \w+ bytes/g, '')
    .replace(/[ -]+$/gm, '');

test.each(scenarios)('the calls of %s are told as before, under other numbers', async (scenario) => {
  const bytes = await readFile(`test/captures/${scenario}/stream.ami`);
  const isOwn = (digits: string) => /^\d{2,6}$/.test(digits);
  const cleaner = createCleaner([createSecretRemover([]), createDisguise({ isOwn })]);
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += 777) pieces.push(cleaner.take(bytes.subarray(from, from + 777)));
  const disguised = Buffer.concat([...pieces, cleaner.rest()]);
  const text = disguised.toString('latin1');
  const before = new Set(bytes.toString('latin1').match(numbers));
  // One of them is a call within the office.
  expect(before.size > 0 || scenario.endsWith('/s10')).toBe(true);
  expect(text).not.toMatch(/Ivan Petrov|Anna Sidorova/);
  for (const number of before) expect(text.includes(number.slice(-7)), number).toBe(false);
  const [plain, fresh] = [join(folder, 'plain.ami'), join(folder, 'fresh.ami')];
  await writeFile(plain, bytes);
  await writeFile(fresh, disguised);
  expect(bare(await replayed(fresh))).toBe(bare(await replayed(plain)));
});
