import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';

const base = `
ami: { username: connector, secret: ami-secret }
crm: { url: http://crm.example, token: crm-token, time_zone: Europe/Moscow }
`;

function load(more: string, env: Record<string, string> = {}) {
  return loadConfig({ file: '/etc/connector.yaml', env, read: () => base + more });
}

function configOf(more: string, env: Record<string, string> = {}) {
  const loaded = load(more, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

function problemsOf(more: string) {
  const loaded = load(more);
  return loaded.ok ? [] : loaded.problems;
}

test.each([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['"on"', true],
  ['false', false],
  ['no', false],
  ['off', false],
])('http.metrics: %s', (written, expected) => {
  expect(configOf(`http: { metrics: ${written} }\n`).http.metrics).toBe(expected);
  expect(configOf('', { CONNECTOR_HTTP_METRICS: written.replaceAll('"', '') }).http.metrics).toBe(expected);
});

test('a flag that is neither', () => {
  expect(problemsOf('log: { mask_numbers: sometimes }\n')).toMatchObject([
    { key: 'log.mask_numbers', expected: 'true or false', got: '"sometimes"' },
  ]);
});

test('monitors: addresses and networks, also from the environment', () => {
  const monitors = ['10.0.0.0/8', '192.0.2.10', '::1', 'fd00::/8'];
  expect(configOf(`http: { monitors: [${monitors.map((one) => `"${one}"`)}] }\n`).http.monitors).toEqual(monitors);
  expect(configOf('', { CONNECTOR_HTTP_MONITORS: '10.0.0.0/8, ::1' }).http.monitors).toEqual(['10.0.0.0/8', '::1']);
  expect(configOf('http: { monitors: [] }\n').http.monitors).toEqual([]);
});

test.each([
  ['monitor.example.com', 'an address, not a name'],
  ['10.0.0.0/33', 'the number behind the slash is too large'],
  ['10.0.0', undefined],
  ['::1/129', 'the number behind the slash is too large'],
  ['10.0.0.0/', undefined],
  ['10.0.0.0/8/8', undefined],
])('a monitor %s is none', (written, hint) => {
  const [problem, ...more] = problemsOf(`http: { monitors: ["127.0.0.1", "${written}"] }\n`);
  expect(problem).toMatchObject({ key: 'http.monitors entry 2', got: JSON.stringify(written) });
  expect(problem?.hint).toBe(hint);
  expect(more).toEqual([]);
});

test('the token of monitors is not the one that places calls, and is not shown', () => {
  const problems = problemsOf('http: { monitor_token: crm-token }\n');
  expect(problems).toMatchObject([{ key: 'http.monitor_token', expected: expect.stringContaining('crm.token') }]);
  expect(JSON.stringify(problems)).not.toContain('"crm-token"');
});

test('levels of parts', () => {
  expect(configOf('log:\n  parts:\n    ami: debug\n    http: warn\n').log.parts).toEqual({
    ami: 'debug',
    http: 'warn',
  });
  expect(configOf('', { CONNECTOR_LOG_PARTS: 'ami=debug,http=warn' }).log.parts).toEqual({
    ami: 'debug',
    http: 'warn',
  });
});

test('a part that there is not, and a level that there is not', () => {
  const [part] = problemsOf('log:\n  parts:\n    asterisk: debug\n');
  expect(part).toMatchObject({
    key: expect.stringMatching(/^log\.parts/),
    expected: expect.stringContaining('ami, call'),
  });
  const [level] = problemsOf('log:\n  parts:\n    ami: loud\n');
  expect(level).toMatchObject({ key: 'log.parts ami', got: '"loud"' });
});
