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
});
