import { expect, it } from 'vitest';
import { Recent } from '../../src/http/recent.ts';

it('what was said is known for exactly so long, and what is said again for as long again', () => {
  let now = 0;
  const recent = new Recent<string>(1_000, () => now);
  recent.set('a', 'first');
  now = 999;
  expect(recent.get('a')).toBe('first');
  recent.set('b', 'other');
  now = 1_000;
  expect([recent.get('a'), recent.get('b')]).toEqual([undefined, 'other']);
  recent.set('b', 'anew');
  now = 1_999;
  expect(recent.get('b')).toBe('anew');
  now = 2_000;
  expect(recent.get('b')).toBeUndefined();
});

it('a window of nothing keeps nothing', () => {
  const recent = new Recent<string>(0, () => 5);
  recent.set('a', 'first');
  expect(recent.get('a')).toBeUndefined();
});
