import { describe, expect, test } from 'vitest';
import { helpOf, helpText, hintOf } from '../../src/cli/help.ts';

const usages = helpText.split('\n').filter((line) => / node dist\/main\.js /.test(line));
const commands = [...new Set(usages.map((line) => /main\.js ([a-z]+)/.exec(line)?.[1] ?? ''))].filter(
  (word) => word !== '',
);

describe('--help', () => {
  test('alone tells of every command', () => {
    expect(helpOf(['--help'])).toBe(helpText);
    expect(commands).toContain('doctor');
    expect(commands).toHaveLength(11);
  });

  test.each(commands)('beside %s tells of that one alone', (command) => {
    const help = helpOf([command, '--help']);
    expect(help).toContain(`node dist/main.js ${command}`);
    expect(help).toMatch(new RegExp(`^  ${command} {2,}|^  ${command} ID`, 'm'));
    expect(help.split('\n').length).toBeLessThan(32);
    for (const line of help.split('\n').slice(0, -2)) expect(helpText).toContain(line.replace(/^Usage:/, ''));
  });

  test('beside what is no command tells all', () => {
    expect(helpOf(['doctr', '--help'])).toBe(helpText);
    expect(helpOf(['toString', '-h'])).toBe(helpText);
  });
});

describe('below a mistake', () => {
  test('stands how the command is written', () => {
    expect(hintOf(['outbox', 'retry'])).toBe(
      `Usage: node dist/main.js outbox [list] [--config FILE] [--call ID] [--state S] [--limit N] [--json] [--mask]
       node dist/main.js outbox retry|drop [--config FILE] --call ID|--all
node dist/main.js outbox --help tells more.
`,
    );
  });

  test('stands where to look, when there is no such command', () => {
    expect(hintOf(['doctr'])).toBe('node dist/main.js --help tells of the commands and options.\n');
  });
});
