import { expect, test } from 'vitest';
import { keyPayloads } from './touch-tones.ts';

test('a key lasts 120 ms, and its end is told three times', () => {
  const told = keyPayloads('#').map((payload) => payload.toString('hex'));
  expect(told).toEqual([
    '0b0a00a0',
    '0b0a0140',
    '0b0a01e0',
    '0b0a0280',
    '0b0a0320',
    '0b8a03c0',
    '0b8a03c0',
    '0b8a03c0',
  ]);
});

test.each([
  ['0', 0],
  ['9', 9],
  ['*', 10],
  ['D', 15],
])('key %s is event %i', (key, code) => {
  expect(keyPayloads(key).map(([event]) => event)).toEqual(Array(8).fill(code));
});

test.each(['', 'x', '12'])('there is no key "%s"', (key) => {
  expect(() => keyPayloads(key)).toThrow('no key');
});
