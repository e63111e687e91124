import { expect, test } from 'vitest';
import { backoffMs } from '../../src/ami/backoff.ts';

const settings = { firstMs: 200, mostMs: 5000 };

test('doubles up to the most, half of it by chance', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 1000].map((failures) => backoffMs(failures, 1, settings));
  expect(longest).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  const shortest = [1, 2, 6, 1000].map((failures) => backoffMs(failures, 0, settings));
  expect(shortest).toEqual([100, 200, 2500, 2500]);
});
