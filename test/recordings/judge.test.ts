import { describe, expect, it } from 'vitest';
import { backoffMs, isFirstLook, isWrittenSince, judge } from '../../src/recordings/judge.ts';
import type { Recording, Sighting } from '../../src/recordings/recording.ts';
import { linkedid, recordingOf, talk } from './legs.ts';

const settings = { settleMs: 2000, giveUpMs: 60_000 };
const closedAt = 1_000_000;

function recording(sighting: Sighting | null, looks = 0): Recording {
  const talks = [talk(linkedid('1.1'), '101', 1, closedAt - 2000)];
  return recordingOf('1.1', '/m/a.wav', { state: 'waiting', talks, createdAt: 1, closedAt, sighting, looks });
}

const seen = (size: number, mtimeMs = 5) => ({ size, mtimeMs });
const sighted = (size: number, since: number) => ({ size, mtimeMs: 5, since });

it('a recording whose call is not closed is never late', () => {
  const open = { ...recording(null), closedAt: null };
  expect(judge(open, { kind: 'absent', why: 'x' }, closedAt * 10, settings)).toMatchObject({ kind: 'wait' });
});

it.each([
  ['that begins to be waited for', recording(null), closedAt, true],
  ['whose call is not closed', { ...recording(null), closedAt: null }, closedAt * 10, true],
  ['that was looked at and not there', recording(null, 1), closedAt, false],
  ['that was seen', recording(sighted(100, closedAt)), closedAt, false],
  ['that is to be given up', recording(null), closedAt + 60_000, false],
] as const)('a first look at a recording %s', (_, of, at, expected) => {
  expect(isFirstLook(of, at, settings)).toBe(expected);
});

describe('a file that is there', () => {
  it.each([
    ['is new', null, seen(100), closedAt, { kind: 'wait', sighting: sighted(100, closedAt), afterMs: 2000 }],
    [
      'stays, not long enough',
      sighted(100, closedAt),
      seen(100),
      closedAt + 1999,
      { kind: 'wait', sighting: sighted(100, closedAt), afterMs: 1 },
    ],
    ['stays long enough', sighted(100, closedAt), seen(100), closedAt + 2000, { kind: 'ready' }],
    ['stays a bare header', sighted(44, closedAt), seen(44), closedAt + 2000, { kind: 'empty' }],
    ['has a byte of sound', sighted(45, closedAt), seen(45), closedAt + 2000, { kind: 'ready' }],
    [
      'grew',
      sighted(100, closedAt),
      seen(101),
      closedAt + 2000,
      { kind: 'wait', sighting: sighted(101, closedAt + 2000), afterMs: 2000 },
    ],
    ['was rewritten', sighted(100, closedAt), seen(100, 6), closedAt + 2000, { kind: 'wait', afterMs: 2000 }],
    ['is new but late', null, seen(100), closedAt + 60_000, { kind: 'wait', afterMs: 2000 }],
    [
      'grew and is late',
      sighted(100, closedAt + 58_000),
      seen(101),
      closedAt + 60_000,
      { kind: 'missing', why: 'it is still being written' },
    ],
    ['stays and is late', sighted(100, closedAt + 60_000), seen(100), closedAt + 62_000, { kind: 'ready' }],
  ])('%s', (_, before, now, at, expected) => {
    expect(judge(recording(before), now, at, settings)).toMatchObject(expected);
  });
});

describe('a file that nobody watched since the call', () => {
  const wrote = closedAt - 2000;
  const late = closedAt + 600_000;
  it.each([
    ['written on in the next minute', wrote + 60_000, late, 0, 'overwritten'],
    ['written to its end', wrote + 30_000, late, 0, 'wait'],
    ['by a clock that is ahead', late + 1, late, 0, 'wait'],
    ['that was looked for already and is there now', wrote + 60_000, late, 1, 'wait'],
    ['just after the call', wrote + 30_001, closedAt + 29_999, 0, 'wait'],
    ['as soon as that is late', wrote + 30_001, closedAt + 30_000, 0, 'overwritten'],
  ])('%s', (_, mtimeMs, at, looks, kind) => {
    expect(judge(recording(null, looks), { size: 100, mtimeMs }, at, settings).kind).toBe(kind);
  });

  it('while its call goes on is nobody else’s', () => {
    const open = { ...recording(null), closedAt: null };
    expect(judge(open, { size: 100, mtimeMs: late - 1 }, late, settings).kind).toBe('wait');
  });
});

describe('a file that cannot be opened', () => {
  const why = 'because';
  it.each([
    ['absent', 0, closedAt, { kind: 'wait', sighting: null, afterMs: 2000 }],
    ['absent', 3, closedAt + 59_999, { kind: 'wait', afterMs: 16_000 }],
    ['absent', 3, closedAt + 60_000, { kind: 'missing', why }],
    ['unreadable', 1, closedAt, { kind: 'wait', afterMs: 4000 }],
    ['unreadable', 1, closedAt + 60_000, { kind: 'missing', why }],
    ['refused', 0, closedAt, { kind: 'missing', why }],
  ] as const)('%s after %i looks at %i', (kind, looks, at, expected) => {
    expect(judge(recording(null, looks), { kind, why }, at, settings)).toMatchObject(expected);
  });
});

it('waits twice as long each time, up to a minute', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 1000].map((looks) => backoffMs(looks, 2000))).toEqual([
    2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

describe('a file that was final', () => {
  const final = { size: 5000, mtimeMs: 1_000_000, since: 1_000_000 };
  const after = final.mtimeMs + 30_001;
  it.each([
    ['is as it was', 'ready', final, false],
    ['was copied without its time', 'ready', { ...final, mtimeMs: after }, false],
    ['was converted with its time kept', 'ready', { ...final, size: 700 }, false],
    ['was converted by what ran when the call ended', 'ready', { size: 700, mtimeMs: after - 1 }, false],
    ['was written again', 'ready', { size: 9000, mtimeMs: after }, true],
    ['was given up, and came', 'missing', { size: 9000, mtimeMs: after }, false],
  ] as const)('that %s', (_, state, seen, expected) => {
    expect(isWrittenSince({ ...recording(final), state }, seen)).toBe(expected);
  });

  it('that was never looked at cannot be compared', () => {
    expect(isWrittenSince({ ...recording(null), state: 'ready' }, { size: 1, mtimeMs: after })).toBe(false);
  });
});
