import { describe, expect, test } from 'vitest';
import { whyUnsafe } from '../../src/config/safe-pattern.ts';

const nested = 'a repeat or a choice inside a repeated group, as in (a+)+, can take forever';
const endless = 'more than 4 repeats without an end (* or +)';

describe('patterns that are quick for any number', () => {
  test.each([
    '^[0-9]{2,6}$',
    '^(1|2)[0-9]{2}$',
    '^(?:10[0-9]|2[0-9]{2})$',
    '^(?:[0-9]+)?$',
    '^(?:[0-9]+)??$',
    '^(?:[0-9]{3})+$',
    '^(?<office>[0-9]{2})+$',
    '^(?=[0-9])(?!0)(?<!9)[0-9]*$',
    '^[(+*|)]+$',
    '^\\(+\\)+$',
    '^[^]]+$',
    'a*b+c{2,}d*?',
  ])('%s', (pattern) => {
    expect(whyUnsafe(pattern)).toBeNull();
  });
});

describe('patterns that are refused', () => {
  test.each([
    ['(a+)+', nested],
    ['(a*)*', nested],
    ['(a?){9}', nested],
    ['(a{1,9})+', nested],
    ['(a|aa)+', nested],
    ['(?:(a+)b)*?', nested],
    ['((a|b)c)+', nested],
    ['(?<n>a+){2,}', nested],
    ['[x](a+)+', nested],
    ['a*a*a*a*a*', endless],
    ['a+b+?c*d*?e{0,}', endless],
    ['(a)\\1', 'back references are slow: not allowed'],
    ['(?<n>a)\\k<n>', 'back references are slow: not allowed'],
    ['(', 'not a regular expression: Unterminated group'],
  ])('%s', (pattern, why) => {
    expect(whyUnsafe(pattern)).toBe(why);
  });
});
