import { describe, expect, test } from 'vitest';
import { createNumbers, type NumberSettings } from '../../src/numbers/numbers.ts';

const disguised = (number: string, ofUsers: readonly string[], country: NumberSettings['country'] = 'none') => {
  const isExtension = (text: string) => /^[0-9]{2,6}$/.test(text);
  const settings = { country, areaCode: '', dialPrefix: '', ofUsers, isExtension } as const;
  return createNumbers({ ...settings, toCrm: 'as-is', toDialplan: 'as-is' }).disguised(number);
};

describe('a number of a user', () => {
  test.each([
    ['79031230103', '79031230103'],
    ['79031230103', '+7 (903) 123-01-03'],
    ['+79031230103', '8 903 123-01-03 '],
    ['89031230103', '9031230103'],
    ['9031230103', '79031230103 (личный)'],
    ['1230103', '123-01-03'],
  ])('%s is told in brackets where the profile says %j', (number, written) => {
    expect(disguised(number, ['+74950000000', written])).toBe(`(${number})`);
  });

  test.each([
    ['+375291234567', '8 029 123-45-67', 'BY'],
    ['030123456', '+49 30 123456', 'DE'],
  ] as const)('%s is known by the plan as %j (%s)', (number, written, country) => {
    expect(disguised(number, [written], country)).toBe(`(${number})`);
    expect(disguised(number, [written])).toBe(number);
  });

  test('is told in a writing that stands in no profile', () => {
    expect(disguised('79031230103', ['79031230103', ' (79031230103)', '((79031230103))'])).toBe('(((79031230103)))');
  });
});

describe('all others are told as they are', () => {
  test.each([
    ['79031230104', ['79031230103']],
    ['1230103', ['79031230103']],
    ['79031230103', []],
    ['102', ['102', '*']],
    ['anonymous', ['*']],
    ['MTS', ['*']],
    ['*79031230103', ['*']],
    ['79031230103*', ['79031230103']],
  ])('%s, of users: %j', (number, ofUsers) => {
    expect(disguised(number, ofUsers)).toBe(number);
  });
});

test('* puts every number in brackets', () => {
  expect(disguised('79031230104', ['*'])).toBe('(79031230104)');
  expect(disguised('+4930123456', ['*', '(+4930123456)'])).toBe('((+4930123456))');
});
