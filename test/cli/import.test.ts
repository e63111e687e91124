import { expect, test } from 'vitest';
import { type Command, parseCommand } from '../../src/cli/command.ts';
import { helpText } from '../../src/cli/help.ts';

const asked = {
  kind: 'import',
  file: 'config.py',
  out: null,
  force: false,
  json: false,
  config: null,
} as const;

test.each<[string[], Command]>([
  [['import', 'config.py'], asked],
  [['import', 'config.py', '--out', 'a.yaml', '--force'], { ...asked, out: 'a.yaml', force: true }],
  [['--json', 'import', 'config.py'], { ...asked, json: true }],
  [['import', 'Crm.db', '-c', 'a.yaml'], { ...asked, file: 'Crm.db', config: 'a.yaml' }],
  [['import', '--help'], { kind: 'help' }],
])('%j', (argv, command) => {
  expect(parseCommand(argv)).toEqual(command);
});

test.each<[string[], string]>([
  [['import'], "import needs a file: another connector's settings, or its database"],
  [['import', 'a.py', 'b.py'], 'import takes one file: b.py is another one'],
  [['import', 'a.py', '--out'], '--out needs a value: a file'],
  [['import', 'a.py', '--force=yes'], '--force takes no value'],
  [['import', 'a.py', '--days', '1'], 'import has no --days'],
  [['--force'], '--force belongs to import'],
  [['old.properties'], 'old.properties is no command: did you mean --config old.properties?'],
  [['imprt', 'a.py'], 'imprt is no command: did you mean import?'],
])('%j', (argv, problem) => {
  expect(parseCommand(argv)).toEqual({ kind: 'usage', problem });
});

test('the help explains it', () => {
  for (const words of ['import FILE [--out FILE]', '  import  ', '--out FILE', '--force'])
    expect(helpText).toContain(words);
});
