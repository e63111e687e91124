import { beforeEach, describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { StoredCallback } from '../../src/outbox/callback-row.ts';
import { UnderWay } from '../../src/outbox/under-way.ts';

let stuck: Set<string>;
let sent: number[];
let underWay: UnderWay;

beforeEach(() => {
  [stuck, sent] = [new Set(), []];
  underWay = new UnderWay((call) => stuck.has(call));
});

function callback(id: number, call: string, behind?: StoredCallback[]): StoredCallback {
  const own = { id, call: call as Linkedid, key: `${call}|${id}`, kind: 'DialBegin', params: {} } as const;
  return { ...own, createdAt: 0, attempts: 0, again: 0, ...(behind && { behind }) };
}

function begin(...callbacks: StoredCallback[]): void {
  for (const each of callbacks)
    underWay.begin(each, () => {
      sent.push(each.id);
      return Promise.resolve();
    });
}

const end = (id: number, call: string) => underWay.end(callback(id, call)).map((each) => each.id);

describe('what is under way', () => {
  test('all records of a call side by side, and none twice', () => {
    begin(callback(1, 'a'), callback(2, 'a'), callback(3, 'b'), callback(1, 'a'));
    expect(sent).toEqual([1, 2, 3]);
    expect(underWay.size).toBe(3);
    expect([end(1, 'a'), end(2, 'a'), end(3, 'b')]).toEqual([[], [], []]);
    expect(underWay.ids).toEqual([]);
  });

  test('of a call at which the CRM hangs nothing else goes out until it is done with', () => {
    begin(callback(1, 'a'), callback(2, 'b'));
    stuck.add('a');
    begin(callback(3, 'a'), callback(4, 'b'), callback(5, 'a'));
    expect(sent).toEqual([1, 2, 4]);
    // They are not to be found in the database meanwhile.
    expect(underWay.ids).toEqual([1, 2, 4, 3, 5]);
    expect(end(2, 'b')).toEqual([]);
    stuck.delete('a');
    expect(end(1, 'a')).toEqual([3, 5]);
    expect(underWay.ids).toEqual([4]);
  });

  test('of a call at which it fails one goes out at a time, until one is taken', () => {
    begin(callback(1, 'a'));
    underWay.fails('a' as Linkedid, true);
    begin(callback(2, 'a'));
    expect(end(1, 'a')).toEqual([2]);
    begin(callback(2, 'a'), callback(3, 'a'), callback(4, 'a'));
    expect(sent).toEqual([1, 2]);
    underWay.fails('a' as Linkedid, false);
    expect(end(2, 'a')).toEqual([3, 4]);
    begin(callback(3, 'a'), callback(4, 'a'));
    expect(sent).toEqual([1, 2, 3, 4]);
  });

  test('what is set aside is given back as it was seen last', () => {
    begin(callback(1, 'a'));
    stuck.add('a');
    begin(callback(2, 'a'));
    const later = callback(2, 'a', [callback(3, 'a')]);
    expect([underWay.saw(later), underWay.saw(callback(9, 'a'))]).toEqual(['known', 'new']);
    stuck.clear();
    expect(underWay.end(callback(1, 'a'))).toEqual([later]);
  });

  test('when all is looked for anew, what was set aside is, too, and no call is known to fail', () => {
    underWay.fails('a' as Linkedid, true);
    begin(callback(2, 'a'), callback(3, 'a'));
    expect(underWay.ids).toEqual([2, 3]);
    underWay.forget();
    expect(underWay.ids).toEqual([2]);
    begin(callback(3, 'a'));
    expect(sent).toEqual([2, 3]);
  });

  test('is followed by what does not go out right behind it', () => {
    begin(callback(1, 'a'));
    underWay.takesAlong(1, 2);
    const [second, third, fourth] = [callback(2, 'a'), callback(3, 'a'), callback(4, 'a')];
    expect(underWay.saw(callback(1, 'a', [second, third]))).toBe('known');
    expect(underWay.isFollowed(1)).toBe(false);
    expect(underWay.saw(callback(1, 'a', [second, third, fourth]))).toBe('known');
    expect(underWay.isFollowed(1)).toBe(true);
    underWay.settles(1);
    expect(underWay.saw(callback(1, 'a', [second, third]))).toBe('known');
    expect(underWay.saw(callback(1, 'a', [second, third, fourth]))).toBe('awaited');
    end(1, 'a');
    expect(underWay.isFollowed(1)).toBe(false);
  });
});
