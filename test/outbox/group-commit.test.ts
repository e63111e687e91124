import { describe, expect, test, vi } from 'vitest';
import { createGroupCommit } from '../../src/outbox/group-commit.ts';

describe('group commit', () => {
  test('what comes in one turn, and what comes while a group is written, is written together and in order', async () => {
    const groups: string[][] = [];
    let finish = () => {};
    const writing = (jobs: readonly string[]) => {
      groups.push([...jobs]);
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    };
    const group = createGroupCommit<string>(writing, () => {});
    const first = Promise.all([group.add('a'), group.add('b')]);
    await vi.waitFor(() => expect(groups).toHaveLength(1));
    const second = Promise.all([group.add('c'), group.add('d')]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(groups).toEqual([['a', 'b']]);
    finish();
    await first;
    await vi.waitFor(() => expect(groups).toHaveLength(2));
    expect(groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    finish();
    await second;
  });

  test('nothing is written after a group that could not be', async () => {
    const faults: unknown[] = [];
    const groups: string[][] = [];
    const group = createGroupCommit<string>(
      async (jobs) => {
        groups.push([...jobs]);
        throw new Error('disk full');
      },
      (fault) => faults.push(fault),
    );
    const failed = group.add('a');
    await expect(failed).rejects.toThrow('disk full');
    await expect(group.add('b')).rejects.toThrow('disk full');
    expect(groups).toEqual([['a']]);
    expect(faults[0]).toBeInstanceOf(Error);
  });

  test('what has gathered is written in portions, in order, and each is told of as it is done', async () => {
    const groups: number[][] = [];
    const group = createGroupCommit<number>(
      async (jobs) => {
        groups.push([...jobs]);
      },
      () => {},
    );
    const numbers = Array.from({ length: 1_200 }, (_, index) => index);
    let done = 0;
    const all = numbers.map((number) =>
      group.add(number).then(() => {
        done += 1;
        if (number === 499) expect(groups).toHaveLength(1);
      }),
    );
    expect(group.waiting).toBe(1_200);
    await Promise.all(all);
    expect(groups.map(({ length }) => length)).toEqual([500, 500, 200]);
    expect(groups.flat()).toEqual(numbers);
    expect([done, group.waiting]).toEqual([1_200, 0]);
  });

  test('a job that is added as the last one is done is written too', async () => {
    const written: string[] = [];
    const group = createGroupCommit<string>(
      async (jobs) => {
        written.push(...jobs);
      },
      () => {},
    );
    await group.add('a').then(() => group.add('b'));
    expect(written).toEqual(['a', 'b']);
  });

  describe('what nobody waits for', () => {
    const start = () => {
      const groups: string[][] = [];
      const write = async (jobs: readonly string[]) => {
        groups.push([...jobs]);
      };
      return { groups, group: createGroupCommit<string>(write, () => {}) };
    };

    test('goes with the next that somebody waits for, in the order of their coming', async () => {
      const { groups, group } = start();
      const soon = group.add('soon', 'soon');
      await Promise.all([soon, group.add('now')]);
      expect(groups).toEqual([['soon', 'now']]);
    });

    test('is written by itself, all together, if nothing comes', async () => {
      const { groups, group } = start();
      await Promise.all([group.add('a', 'soon'), group.add('b', 'soon')]);
      expect(groups).toEqual([['a', 'b']]);
    });

    test('is written by itself if it came while others were being written', async () => {
      const { groups, group } = start();
      let late: Promise<void> | undefined;
      await group.add('now').then(() => {
        late = group.add('soon', 'soon');
      });
      await late;
      expect(groups).toEqual([['now'], ['soon']]);
    });

    test('is written at once when somebody does wait for it', async () => {
      const { groups, group } = start();
      void group.add('soon', 'soon');
      group.hurry();
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      expect(groups).toEqual([['soon']]);
    });
  });
});
