import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { environment } from '../../src/config/process-environment.ts';
import { readApart } from '../../src/config/read-apart.ts';

const reader = resolve('dist/config/reader.js');
if (!existsSync(reader)) throw new Error('dist/config/reader.js is not there: npm run build');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-apart-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const several = `
ami: { username: u, secret: 'ключ "1"' }
crm: { url: http://crm.example.com, token: t, time_zone: Asia/Vladivostok }
trunks: [mts, 'SIP-2']
recordings: { path_map: [{ from: /a, to: /var/spool/asterisk/monitor/a }] }
connections:
  moscow: { crm: { token: other }, calls: { missed_extensions: { '74951234567': '101' } } }
  perm: {}
`;

test.each([
  ['several connections', 'connector.yaml', several],
  ['a python file', 'config.py', `ASTERISK_HOST = 'pbx'\nVTIGER_URL = 'http://crm.example.com'\n`],
  ['faults', 'connector.yaml', 'ami: { port: 70000, hots: x }\n'],
])('what was read apart is what is read here: %s', async (_, name, text) => {
  vi.stubEnv('CONNECTOR_HTTP_PORT', '5063');
  const file = written(name, text);
  const apart = await readApart(file, reader);
  expect(apart).toStrictEqual(loadConfig({ file, env: environment() }));
  if (apart.ok) expect(Object.isFrozen(apart.config.ami)).toBe(true);
});

test('it is read by the other process, and from the environment alone too', async () => {
  const program = written(
    'reader.mjs',
    'process.stdout.write(JSON.stringify({ ok: false, problems: process.argv.slice(2) }))',
  );
  expect(await readApart('/etc/one.yaml', program)).toEqual({ ok: false, problems: ['/etc/one.yaml'] });
  expect(await readApart(null, program)).toEqual({ ok: false, problems: [] });
});

test.each([
  ['cannot be begun', 'none.mjs', null],
  ['ends with a fault', 'reader.mjs', 'throw new Error("no")'],
  ['has no answer', 'reader.mjs', ''],
])('where the other process %s, it is read here', async (_, name, text) => {
  const program = text === null ? join(folder, name) : written(name, text);
  const file = written('connector.yaml', several);
  expect(await readApart(file, program)).toStrictEqual(loadConfig({ file, env: environment() }));
});
