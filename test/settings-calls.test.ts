import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { callRules, linkSettings } from '../src/settings.ts';

const required = 'ami: {username: a, secret: b}\ncrm: {url: "http://crm", token: t, time_zone: UTC}\n';
const load = (settings: string, env: Record<string, string> = {}) =>
  loadConfig({ file: '/c.yaml', env, read: () => required + settings });

function configOf(settings: string, env: Record<string, string> = {}) {
  const loaded = load(settings, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

function problemsOf(settings: string) {
  const loaded = load(settings);
  return loaded.ok ? [] : loaded.problems;
}

describe('whose a call is that rang nobody', () => {
  const missed = (settings: string, line: string) => callRules(configOf(settings)).missedExtension(line);
  const both = 'calls: {missed_extension: 101, missed_extensions: {74951112233: "102", "+74951112244": 103}}';

  test.each([
    ['', '74951112233', null],
    ['calls: {missed_extension: "101"}', '74951112233', '101'],
    ['calls: {missed_extension: "101"}', '', '101'],
    [both, '74951112233', '102'],
    [both, '+74951112233', '102'],
    [both, '74951112244', '103'],
    [both, '84951112233', '101'],
    [both, 'constructor', '101'],
    ['calls: {missed_extensions: {sales: 102}}', 'sales', '102'],
    ['calls: {missed_extensions: {sales: 102}}', 'support', null],
  ])('with %j: of %j is %s', (settings, line, extension) => {
    expect(missed(settings, line)).toBe(extension);
  });

  test('is said in the environment as well', () => {
    const config = configOf('', { CONNECTOR_CALLS_MISSED_EXTENSIONS: '74951112233=102, 74951112244=103' });
    expect(callRules(config).missedExtension('74951112244')).toBe('103');
  });

  test.each([
    ['calls: {missed_extension: "1"}', 'calls.missed_extension', '"1"'],
    ['calls: {missed_extension: "101"}\ntrunks: ["101"]', 'calls.missed_extension', '"101"'],
    ['calls: {missed_extensions: {74951112233: ivan}}', 'calls.missed_extensions 74951112233', '"ivan"'],
    ['extensions: {pattern: "1.."}\ncalls: {missed_extension: "1010"}', 'calls.missed_extension', '"1010"'],
  ])('%s: is nobody', (settings, key, got) => {
    expect(problemsOf(settings)).toEqual([
      expect.objectContaining({ key, got, expected: expect.stringContaining('extensions.pattern') }),
    ]);
  });
});

describe('variables that travel with the callbacks', () => {
  test('are none, or those that are named', () => {
    expect(linkSettings(configOf('')).variables).toEqual([]);
    expect(linkSettings(configOf('calls: {lookup_variables: [CONTRACT, Vip_2]}')).variables).toEqual([
      'CONTRACT',
      'Vip_2',
    ]);
    expect(linkSettings(configOf('', { CONNECTOR_CALLS_LOOKUP_VARIABLES: 'A, B' })).variables).toEqual(['A', 'B']);
  });

  test.each([
    ['callUUID', 'callbacks have a parameter of that name already'],
    ['vtigersignature', 'callbacks have a parameter of that name already'],
    ['starttime', 'callbacks have a parameter of that name already'],
    ['MIXMONITOR_FILENAME', 'that one names the recording and is known anyway'],
    ['__CONTRACT', undefined],
    ['7', undefined],
    ['A)|.*(', undefined],
    ['CDR(x)', undefined],
    ['X'.repeat(33), undefined],
  ])('may not be called %s', (name, hint) => {
    expect(problemsOf(`calls: {lookup_variables: [GOOD, "${name}"]}`)).toEqual([
      expect.objectContaining({
        key: 'calls.lookup_variables entry 2',
        got: JSON.stringify(name),
        ...(hint === undefined ? {} : { hint }),
      }),
    ]);
  });

  test('are at most twenty', () => {
    const names = Array.from({ length: 21 }, (_, n) => `X${n}`);
    expect(problemsOf(`calls: {lookup_variables: [${names}]}`)).toMatchObject([{ key: 'calls.lookup_variables' }]);
  });
});
