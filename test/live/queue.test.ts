import { expect, it } from 'vitest';
import { Queue } from '../../src/live/queue.ts';

it('gives what came first, however much has gone and comes meanwhile', () => {
  const queue = new Queue<number>();
  const given: number[] = [];
  for (let n = 0; n < 1_000; n += 1) {
    queue.push(n);
    if (n % 3 === 0) continue;
    given.push(queue.head ?? -1);
    queue.shift();
  }
  for (let { head } = queue; head !== undefined; { head } = queue) {
    given.push(head);
    queue.shift();
  }
  expect(given).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
});
