import { expect, test } from 'vitest';
import type { CdrRecord } from '../../src/cdr/cdr-record.ts';
import { zoneError } from '../../src/cdr/zone-check.ts';

const hourMs = 3_600_000;
const made = 1_795_214_172;

const rows = (...late: number[]) =>
  late.map((ms, n) => ({ uniqueid: `${made + n}.${n}`, start: (made + n) * 1000 + ms }) as CdrRecord);

test('rows begin when their channels were made', () => {
  expect(zoneError(rows(0, 0, 1000))).toBe(0);
});

test('a few that begin later, after a transfer, say nothing', () => {
  expect(zoneError(rows(0, 0, 0, hourMs, 2 * hourMs))).toBe(0);
});

test('a zone that is three hours off', () => {
  expect(zoneError(rows(3 * hourMs, 3 * hourMs + 2000, 3 * hourMs))).toBe(3 * hourMs);
  expect(zoneError(rows(-5.5 * hourMs, -5.5 * hourMs, 0))).toBe(-5.5 * hourMs);
});

test('nothing can be told without rows, or of ids that somebody chose', () => {
  expect(zoneError([])).toBe(0);
  expect(zoneError([{ uniqueid: 'c2c-1', start: 5 } as CdrRecord])).toBe(0);
});
