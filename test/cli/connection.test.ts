import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../src/cli/command.ts';
import { chosenConnection, chosenConnections } from '../../src/cli/connection.ts';
import { loadConfig } from '../../src/config/load.ts';

const shared = 'ami: { username: u, secret: s }\ncrm: { url: http://crm.example, token: t }\n';

function configOf(text: string) {
  const loaded = loadConfig({ file: '/c.yaml', env: {}, read: () => shared + text });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}
const one = configOf('');
const two = configOf('connections: { north: {}, south: {} }');
const alone = configOf('connections: { north: {} }');

describe('--connection on the command line', () => {
  test.each([
    [['calls', '--connection', 'north'], { kind: 'calls', connection: 'north' }],
    [['doctor', '--connection=north', '--json'], { kind: 'doctor', connection: 'north' }],
    [['--check', '--connection', 'north'], { kind: 'check', connection: 'north' }],
    [['outbox', 'retry', '--all', '--connection', 'north'], { kind: 'outbox', connection: 'north' }],
    [['--connection', 'north'], { kind: 'usage', problem: expect.stringMatching(/runs all its connections/) }],
    [['demo', '--connection', 'north'], { kind: 'usage', problem: 'demo has no --connection' }],
    [['calls', '--connection'], { kind: 'usage', problem: '--connection needs a value: the name of a connection' }],
  ])('%j', (words, expected) => {
    expect(parseCommand(words)).toMatchObject(expected);
  });

  test('a command without it says nothing of it', () => {
    expect(parseCommand(['calls'])).not.toHaveProperty('connection');
  });
});

describe('which connection a command is for', () => {
  test('the only one there is, with a name or without', () => {
    expect(chosenConnection(one, undefined)).toEqual({ name: null, config: one });
    expect(chosenConnection(alone, undefined)).toMatchObject({ name: 'north' });
  });

  test('the one named, or all', () => {
    expect(chosenConnection(two, 'south')).toMatchObject({
      name: 'south',
      config: { crm: { call_id_prefix: 'south-' } },
    });
    expect(chosenConnections(two, undefined)).toMatchObject([{ name: 'north' }, { name: 'south' }]);
  });

  test.each([
    [two, undefined, 'these settings have 2 connections: expected --connection NAME, NAME being north or south'],
    [two, 'nroth', '--connection nroth: expected north or south: did you mean north?'],
    [two, 'headquarters', '--connection headquarters: expected north or south'],
    [one, 'north', '--connection: these settings have no connections'],
  ])('else it is said what to name (%#)', (config, named, words) => {
    expect(chosenConnection(config, named)).toBe(words);
  });
});
