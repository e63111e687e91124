import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Command, parseCommand } from '../../src/cli/command.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { helpText } from '../../src/cli/help.ts';

const reconcile = {
  kind: 'reconcile',
  config: null,
  since: null,
  until: null,
  days: 1,
  repair: false,
  json: false,
} as const;
const replay = { kind: 'replay', config: null, dialect: null, call: null, events: false, mask: false } as const;

const outbox = {
  ...({ kind: 'outbox', config: null, action: 'list', call: null, state: null } as const),
  ...{ limit: 100, json: false, mask: false },
};

const calls = {
  ...({ kind: 'calls', config: null, number: null, extension: null, call: null, since: null, until: null } as const),
  ...{ days: null, open: false, limit: 20, json: false, mask: false },
};

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
    [['missed'], { kind: 'missed', config: null, days: 7, json: false }],
    [['missed', '--days', '30', '--json', '-c', 'a.yaml'], { kind: 'missed', config: 'a.yaml', days: 30, json: true }],
    [['reconcile'], reconcile],
    [
      ['reconcile', '--days', '3', '--repair', '-c', 'a.yaml'],
      { ...reconcile, days: 3, repair: true, config: 'a.yaml' },
    ],
    [
      ['reconcile', '--since', '2026-11-21', '--until', '2026-11-21 14:30', '--json'],
      { ...reconcile, since: '2026-11-21', until: '2026-11-21 14:30', json: true },
    ],
    [['reconcile', '--since=2026-11-21T14:30:05'], { ...reconcile, since: '2026-11-21T14:30:05' }],
    [['outbox'], outbox],
    [
      ['outbox', 'list', '--call', '1.1', '--mask', '-c', 'a.yaml'],
      { ...outbox, call: '1.1', mask: true, config: 'a.yaml' },
    ],
    [
      ['outbox', '--state', 'given_up', '--limit', '5', '--json'],
      { ...outbox, state: 'given_up', limit: 5, json: true },
    ],
    [['outbox', 'retry', '--call', '1.1'], { ...outbox, action: 'retry', call: '1.1' }],
    [['outbox', 'drop', '--all'], { ...outbox, action: 'drop' }],
    [['record', 'a.ami'], { kind: 'capture', file: 'a.ami', config: null, mask: false }],
    [['capture', 'a.ami', '--mask', '-c', 'b.yaml'], { kind: 'capture', file: 'a.ami', config: 'b.yaml', mask: true }],
    [['calls'], calls],
    [
      ['calls', '--number', '+7 (921) 100-10-11', '--extension', '101', '--open', '--limit', '5', '--json'],
      { ...calls, number: '+7 (921) 100-10-11', extension: '101', open: true, limit: 5, json: true },
    ],
    [
      ['calls', '--call', '1.1', '--since', '2026-11-21', '--until', '2026-11-21 14:30', '--mask', '-c', 'a.yaml'],
      { ...calls, call: '1.1', since: '2026-11-21', until: '2026-11-21 14:30', mask: true, config: 'a.yaml' },
    ],
    [['calls', '--days', '2'], { ...calls, days: 2 }],
    [['call', '1.1'], { kind: 'call', call: '1.1', config: null, json: false, mask: false }],
    [
      ['call', '1.1', '--json', '--mask', '-c', 'a'],
      { kind: 'call', call: '1.1', config: 'a', json: true, mask: true },
    ],
    [['replay', 'a.ami'], { ...replay, files: ['a.ami'] }],
    [
      ['replay', '--events', 'a.ami', '--mask', 'b.pcap'],
      { ...replay, files: ['a.ami', 'b.pcap'], events: true, mask: true },
    ],
    [
      ['replay', 'a.ami', '--dialect', 'vanilla', '--call', '1.1', '--config', 'config.py'],
      { ...replay, files: ['a.ami'], dialect: 'vanilla', call: '1.1', config: 'config.py' },
    ],
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
    [['--json'], '--json belongs to doctor'],
    [['--mask', '--check'], '--mask belongs to replay'],
    [['missed', 'more'], 'more is no command'],
    [['missed', '--days', '0'], '--days: expected 1 to 9999'],
    [['missed', '--days', '1.5'], '--days: expected 1 to 9999'],
    [['missed', '--days'], '--days needs a value: a number of days'],
    [['missed', '--mask'], 'missed has no --mask'],
    [['missed', '--port', '1'], 'missed has no --port'],
    [['reconcile', 'more'], 'more is no command'],
    [['reconcile', '--days', '0'], '--days: expected 1 to 9999'],
    [['reconcile', '--since', 'yesterday'], '--since: expected a time such as 2026-11-21 or "2026-11-21 14:30"'],
    [['reconcile', '--until', '2026-13-21'], '--until: expected a time such as 2026-11-21 or "2026-11-21 14:30"'],
    [['reconcile', '--since', '2026-11-21', '--days', '2'], '--since and --days: expected one of the two'],
    [['reconcile', '--mask'], 'reconcile has no --mask'],
    [['--repair'], '--repair belongs to reconcile'],
    [['outbox', 'resend'], 'outbox resend: expected list, retry or drop'],
    [['outbox', 'retry'], 'outbox retry needs --call ID, or --all for every call with callbacks that were given up'],
    [
      ['outbox', 'drop', '-c', 'a'],
      'outbox drop needs --call ID, or --all for every call with callbacks that were given up',
    ],
    [['outbox', 'drop', '1.1'], 'outbox drop takes no 1.1: expected --call ID'],
    [['outbox', 'retry', '--call', '1.1', '--all'], '--call and --all: expected one of the two'],
    [['outbox', 'retry', '--all', '--json'], 'outbox retry has no --json'],
    [['outbox', '--all'], 'outbox list has no --all: expected --state all'],
    [['outbox', '--state', 'lost'], '--state: expected waiting, given_up, delivered, dropped or all'],
    [['outbox', '--limit', '0'], '--limit: expected 1 to 999999'],
    [['outbox', '--days', '1'], 'outbox has no --days'],
    [['--state', 'all'], '--state belongs to outbox'],
    [['record'], 'record needs a file: where to write to'],
    [['record', 'a.ami', 'b.ami'], 'b.ami is no command: did you mean replay b.ami?'],
    [['record', 'a.ami', '--days', '1'], 'record has no --days'],
    [['capture'], 'capture needs a file: where to write to'],
    [['call'], 'call needs an id: a linkedid, as `calls` shows it'],
    [['call', '1.1', '1.2'], 'call takes one id: what is 1.2?'],
    [['call', '1.1', '--days', '1'], 'call has no --days'],
    [['calls', '1.1'], 'calls takes no 1.1: expected --call ID, or call 1.1 for the story of one'],
    [['calls', '--number', 'Ivan'], '--number: expected a telephone number'],
    [['calls', '--number'], '--number needs a value: a telephone number'],
    [['calls', '--since', 'now'], '--since: expected a time such as 2026-11-21 or "2026-11-21 14:30"'],
    [['calls', '--until', 'now'], '--until: expected a time such as 2026-11-21 or "2026-11-21 14:30"'],
    [['calls', '--since', '2026-11-21', '--days', '1'], '--since and --days: expected one of the two'],
    [['calls', '--days', '0'], '--days: expected 1 to 9999'],
    [['calls', '--limit', '0'], '--limit: expected 1 to 9999'],
    [['calls', '--repair'], 'calls has no --repair'],
    [['--extension', '101'], '--extension belongs to calls'],
    [['replay'], 'replay needs a file: a recording of what Asterisk sent'],
    [['replay', 'a.ami', '--dialect', 'sugar'], '--dialect: expected salesplatform or vanilla'],
    [['replay', 'a.ami', '--call'], '--call needs a value: a linkedid'],
    [['stream.ami'], 'stream.ami is no command: did you mean replay stream.ami?'],
    [['misssed'], 'misssed is no command: did you mean missed?'],
    [['toString'], 'toString is no command'],
    [['--', '--check'], '--check is no command: did you mean --check?'],
  ])('%j', (argv, problem) => {
    expect(parseCommand(argv)).toEqual({ kind: 'usage', problem });
  });
});

test('any arguments make a command or a mistake', () => {
  const argument = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '--',
      '-',
      '--config',
      '--port',
      'demo',
      'replay',
      'missed',
      'outbox',
      'retry',
      '--all',
      '--days',
      '--check',
      '-c',
      '-hV',
      '--no-check',
    ),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (argv) => {
      expect(parseCommand(argv)).toHaveProperty('kind');
    }),
  );
});

test('the help names every option that is understood', () => {
  for (const option of helpText.match(/--[a-z][a-z-]+/g) ?? [])
    expect(parseCommand([option, '1'])).not.toMatchObject({ problem: expect.stringContaining('is no option') });
  expect(helpText).toContain(String(exitCodes.usage));
  expect(helpText).toContain(String(exitCodes.configuration));
});
