import { randomFillSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createIds, newId } from '../../src/recordings/new-id.ts';

test('ids are made of what was drawn, of all of it, and of none of it twice', () => {
  const drawn: Buffer[] = [];
  const next = createIds((pool) => {
    randomFillSync(pool);
    drawn.push(Buffer.from(pool));
  });
  const ids = Array.from({ length: 600 }, next);
  const used = Buffer.concat(ids.map((id) => Buffer.from(id, 'base64url')));
  expect(drawn.length).toBe(3);
  expect(used.equals(Buffer.concat(drawn).subarray(0, 600 * 16))).toBe(true);
});

test('ids have 22 characters that a link takes as they are, and say nothing of each other', () => {
  const ids = Array.from({ length: 2_000 }, newId);
  expect(ids.every((id) => /^[A-Za-z0-9_-]{22}$/.test(id))).toBe(true);
  expect(new Set(ids.map((id) => id.slice(0, 11))).size).toBe(2_000);
  expect(new Set(ids.map((id) => id.slice(11))).size).toBe(2_000);
});
