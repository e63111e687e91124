import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Command, exitCodes, helpText, parseCommand } from '../src/cli.ts';

describe('commands', () => {
  test.each<[string[], Command]>([
    [[], { kind: 'run', config: null }],
    [['--config', 'a.yaml'], { kind: 'run', config: 'a.yaml' }],
    [['--config=a.yaml'], { kind: 'run', config: 'a.yaml' }],
    [['--config=-odd.yaml'], { kind: 'run', config: '-odd.yaml' }],
    [['-c', 'config.py'], { kind: 'run', config: 'config.py' }],
    [['--check'], { kind: 'check', config: null }],
    [['--check', '--config', 'a.yaml'], { kind: 'check', config: 'a.yaml' }],
    [['--version'], { kind: 'version' }],
    [['-V'], { kind: 'version' }],
    [['--help'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['demo', '--help'], { kind: 'help' }],
    [['--config', 'a.yaml', '--version'], { kind: 'version' }],
    [['--example'], { kind: 'example' }],
    [['demo'], { kind: 'demo', port: null }],
    [['demo', '--port', '8080'], { kind: 'demo', port: 8080 }],
    [['--port=0', 'demo'], { kind: 'demo', port: 0 }],
  ])('%j', (argv, command) => {
    expect(parseCommand(argv)).toEqual(command);
  });
});

describe('mistakes', () => {
  test.each<[string[], string]>([
    [['--confg', 'a.yaml'], '--confg is no option: did you mean --config?'],
    [['--chek'], '--chek is no option: did you mean --check?'],
    [['--zzzzzzzzzz'], '--zzzzzzzzzz is no option'],
    [['-x'], '-x is no option'],
    [['--__proto__'], '--__proto__ is no option'],
    [['--constructor=1'], '--constructor is no option'],
    [['--config'], '--config needs a value: a file'],
    [['--config='], '--config needs a value: a file'],
    [['--config', '--check'], '--config needs a value: a file'],
    [['demo', '--port'], '--port needs a value: a port'],
    [['--check=yes'], '--check takes no value'],
    [['--config', 'a', '--config', 'b'], '--config is given twice'],
    [['--port', '80'], '--port belongs to demo; the port to listen on is http.port'],
    [['demo', '--port', '65536'], '--port: expected 0 to 65535'],
    [['demo', '--port', '80x'], '--port: expected 0 to 65535'],
    [['demo', '--check'], 'demo has no --check'],
    [['demo', 'more'], 'more is no command'],
    [['dmeo'], 'dmeo is no command: did you mean demo?'],
    [['check'], 'check is no command: did you mean --check?'],
    [['connector.yaml'], 'connector.yaml is no command: did you mean --config connector.yaml?'],
    [['config.py'], 'config.py is no command: did you mean --config config.py?'],
    [['--', '--check'], '--check is no command: did you mean --check?'],
  ])('%j', (argv, problem) => {
    expect(parseCommand(argv)).toEqual({ kind: 'usage', problem });
  });
});

test('any arguments make a command or a mistake', () => {
  const argument = fc.oneof(
    fc.string(),
    fc.constantFrom('--', '-', '--config', '--port', 'demo', '--check', '-c', '-hV', '--no-check'),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (argv) => {
      expect(parseCommand(argv)).toHaveProperty('kind');
    }),
  );
});

test('the help names every option that is understood', () => {
  for (const option of helpText.match(/--[a-z]+/g) ?? [])
    expect(parseCommand([option, '1'])).not.toMatchObject({ problem: expect.stringContaining('is no option') });
  expect(helpText).toContain(String(exitCodes.usage));
  expect(helpText).toContain(String(exitCodes.configuration));
});
