import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../src/cli/command.ts';

const parsed = (line: string) => parseCommand(line.split(' '));

const listing = {
  ...{ kind: 'recordings', config: null, action: 'list', id: null, olderThanDays: null, yes: false },
  ...{ reason: '', limit: 50, json: false },
};

describe('recordings', () => {
  test.each<[string, object]>([
    ['recordings', {}],
    ['recordings list --older-than 90d --limit 5 --json', { olderThanDays: 90, limit: 5, json: true }],
    ['recordings prune', { action: 'prune' }],
    ['recordings prune --older-than 365 --dry-run', { action: 'prune', olderThanDays: 365 }],
    [
      'recordings prune --older-than 365d --yes --config a.yaml',
      { action: 'prune', olderThanDays: 365, yes: true, config: 'a.yaml' },
    ],
    ['recordings confirm --yes', { action: 'confirm', yes: true }],
    ['recordings keep 1763757372.12 --reason lawsuit', { action: 'keep', id: '1763757372.12', reason: 'lawsuit' }],
    ['recordings release 1763757372.12', { action: 'release', id: '1763757372.12' }],
    ['recordings restore', { action: 'restore' }],
    ['recordings audit --limit 3', { action: 'audit', limit: 3 }],
    ['recordings prune --connection north', { action: 'prune', connection: 'north' }],
  ])('%s', (line, expected) => {
    expect(parsed(line)).toEqual({ ...listing, ...expected });
  });

  test.each([
    ['recordings delete', 'recordings delete: expected list, prune, confirm, keep, release, restore or audit'],
    ['recordings prune --older-than 0d', '--older-than: expected a number of days such as 90d'],
    ['recordings prune --older-than 3h', '--older-than: expected a number of days such as 90d'],
    ['recordings prune --older-than 90d --yes --dry-run', '--dry-run and --yes: expected one of the two'],
    ['recordings prune 90d', 'recordings prune: what is 90d?'],
    ['recordings prune --limit 5', 'recordings prune has no --limit'],
    ['recordings keep', "recordings keep needs an id: a call's linkedid, or a recording's id"],
    ['recordings keep a b', 'recordings keep: what is b?'],
    ['recordings audit --yes', 'recordings audit has no --yes'],
    ['recordings list --limit x', '--limit: expected 1 to 999999'],
    ['recordings list --repair', 'recordings has no --repair'],
    ['--older-than 5d', '--older-than belongs to recordings'],
    ['recordings prune --older-than', '--older-than needs a value: a number of days such as 90d'],
  ])('%s: says what is wrong', (line, problem) => {
    expect(parsed(line)).toEqual({ kind: 'usage', problem });
  });
});
