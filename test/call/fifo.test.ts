import { expect, it } from 'vitest';
import { Fifo } from '../../src/call/fifo.ts';

it('gives what came first, however much has gone and comes meanwhile', () => {
  const queue = new Fifo<number>();
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

it('each that waits may be replaced, in its place', () => {
  const queue = new Fifo<number>();
  for (let n = 0; n < 5; n += 1) queue.push(n);
  queue.shift();
  queue.replaceEach((n) => n * 10);
  queue.push(5);
  const given: (number | undefined)[] = [];
  for (let { head } = queue; head !== undefined; { head } = queue) {
    given.push(head);
    queue.shift();
  }
  expect(given).toEqual([10, 20, 30, 40, 5]);
});
