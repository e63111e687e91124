import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';

const known = ['host', 'port', 'username', 'secret', 'ping_interval_seconds'];

describe('nearest', () => {
  test.each([
    ['host', 'host'],
    ['hots', 'host'],
    ['Host', 'host'],
    ['prot', 'port'],
    ['usrname', 'username'],
    ['ping_intervall_second', 'ping_interval_seconds'],
    ['password', null],
    ['x', null],
    ['', null],
    ['host'.repeat(100_000), null],
  ])('%#', (given, meant) => {
    expect(nearest(given, known)).toBe(meant);
  });

  test.each([
    ['prot', 0, null],
    ['prot', 1, 'port'],
    ['hostly', 1, null],
    ['hostly', 2, 'host'],
    ['usr_name_', 2, null],
  ])('%s with at most %i wrong', (given, furthest, meant) => {
    expect(nearest(given, known, furthest)).toBe(meant);
  });

  test('none of nothing', () => expect(nearest('host', [])).toBeNull());

  test('a slip in one letter of a known name finds it, or one as near', () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), fc.constantFrom(...'abcxyz_'), (name, at, letter) => {
        const index = at % name.length;
        expect(nearest(name.slice(0, index) + letter + name.slice(index + 1), known)).not.toBeNull();
      }),
    );
  });
});
