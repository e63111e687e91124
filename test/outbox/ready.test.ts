import { describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { StoredCallback } from '../../src/outbox/callback-row.ts';
import { Ready } from '../../src/outbox/ready.ts';

const callback = (id: number, more: Partial<StoredCallback> = {}): StoredCallback => {
  const same = { call: `1.${id}` as Linkedid, key: `${id}`, kind: 'DialBegin', params: {} } as const;
  return { id, ...same, createdAt: id, attempts: 0, again: 0, ...more };
};

/** One whose database has nothing more. */
function known(...ids: number[]): Ready {
  const ready = new Ready();
  ready.mayBeMore = false;
  for (const id of ids) ready.came(callback(id));
  return ready;
}

const taken = (ready: Ready, count: number) => Array.from({ length: count }, () => ready.take()?.id);

describe('what is ready to be sent', () => {
  test('the youngest first, every fourth time the oldest', () => {
    expect(taken(known(1, 2, 3, 4, 5, 6, 7, 8, 9), 10)).toEqual([9, 8, 7, 1, 6, 5, 4, 2, 3, undefined]);
  });

  test('by when they were made, not by when they became due', () => {
    const ready = known(50, 60, 70);
    ready.came(callback(10));
    ready.came(callback(65));
    expect(taken(ready, 6)).toEqual([70, 65, 60, 10, 50, undefined]);
  });

  test('the youngest is the one made last, also when the clock was set back before it', () => {
    const ready = known(1, 2, 3, 4);
    ready.came(callback(5, { createdAt: -3_600_000 }));
    expect(taken(ready, 2)).toEqual([5, 4]);
  });

  test('what the database gave is the oldest, in its order, and goes when nothing younger is there', () => {
    const ready = known(10, 11);
    ready.found([callback(1), callback(2), callback(3)]);
    expect(taken(ready, 6)).toEqual([11, 10, 1, 2, 3, undefined]);
  });

  test('one that comes again is there once, with what waits behind it now', () => {
    const ready = known(1, 2);
    ready.came(callback(1, { behind: [callback(3)] }));
    ready.found([callback(2)]);
    expect([ready.size, [...ready.ids]]).toEqual([2, [1, 2]]);
    expect(taken(ready, 1)).toEqual([2]);
    expect(ready.take()).toEqual(callback(1, { behind: [callback(3)] }));
    expect(ready.take()).toBeUndefined();
  });

  test('of too many the oldest are left to the database, which is then looked into', () => {
    const ready = known(...Array.from({ length: 2_001 }, (_, index) => index + 1));
    expect([ready.size, ready.mayBeMore, ready.isLookNeeded]).toEqual([2_000, true, false]);
    expect(taken(ready, 3)).toEqual([2_001, 2_000, 1_999]);
    // The oldest one's turn: it is not in memory.
    expect(ready.isLookNeeded).toBe(true);
    ready.found([callback(1)]);
    expect([ready.isLookNeeded, ...taken(ready, 1)]).toEqual([false, 1]);
  });

  test('the database is looked into at the start, and after a change by others', () => {
    const ready = new Ready();
    expect(ready.isLookNeeded).toBe(true);
    ready.mayBeMore = false;
    expect(ready.isLookNeeded).toBe(false);
    ready.came(callback(1));
    ready.clear();
    expect([ready.size, ready.isLookNeeded, ready.take()]).toEqual([0, true, undefined]);
  });
});
