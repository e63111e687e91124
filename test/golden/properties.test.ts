import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import type { Heard } from './hear.ts';
import { leftOpen } from './left-open.ts';
import { type Played, play } from './play.ts';
import { allStreams, asOthers, captureNames, livingAt, merged, reordered, type Stream } from './streams.ts';

/** Enough to try each capture some twenty times. */
const runs = { numRuns: 4000 };
const limitMs = 120_000;
let streams: ReadonlyMap<string, Stream>;

beforeAll(async () => {
  streams = new Map((await allStreams()).map((stream) => [stream.name, stream]));
});

const anyName = fc.constantFrom(...captureNames);
const anyDelays = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 50, maxLength: 100 });
const anyShare = fc.nat(10_000).map((parts) => parts / 10_000);

function streamOf(name: string): Stream {
  const stream = streams.get(name);
  if (stream === undefined) throw new Error(name);
  return stream;
}

const rowsIn = ({ salesPlatform, vanilla }: Played) => [...salesPlatform.crm.rows, ...vanilla.crm.rows];

const wording = ({ user, direction, customerNumber, status, startTime, endTime, billDuration }: CallRow) =>
  [user, direction, customerNumber, status, startTime, endTime, billDuration].join(' ');

describe('a captured stream', () => {
  test(
    'cut anywhere leaves nothing open',
    () => {
      fc.assert(
        fc.property(anyName, anyShare, anyShare, fc.boolean(), (name, one, other, isToldWhatLives) => {
          const { heard, truth } = streamOf(name);
          const [from, to] = [one, other].map((share) => Math.round(share * heard.length)).sort((a, b) => a - b);
          const played = play(cut(heard, from ?? 0, to ?? 0, isToldWhatLives), truth);
          expect(leftOpen(played)).toEqual([]);
          expect(rowsIn(played).filter(isImpossible)).toEqual([]);
        }),
        runs,
      );
    },
    limitMs,
  );

  test(
    'mixed with another one tells of both what each alone tells',
    () => {
      fc.assert(
        fc.property(anyName, anyName, anyShare, (one, other, share) => {
          const [first, second] = [streamOf(one), streamOf(other)];
          const rest = asOthers(second.heard, offset(first.heard, second.heard, share));
          const rows = (heard: readonly Heard[]) => rowsIn(play(heard, { recordings: [] })).map(wording);
          expect(rows(merged(first.heard, rest)).sort()).toEqual([...rows(first.heard), ...rows(rest)].sort());
        }),
        { numRuns: 1000 },
      );
    },
    limitMs,
  );

  test(
    'whose events came in another order within 3 ms tells the same',
    () => {
      fc.assert(
        fc.property(anyName, anyDelays, (name, delays) => {
          const { heard, truth } = streamOf(name);
          const same = play(heard, truth);
          const played = play(reordered(heard, delays), truth);
          expect(rowsIn(played).map(withoutTimes).sort()).toEqual(rowsIn(same).map(withoutTimes).sort());
          expect(differentTimes(played, same)).toEqual([]);
          expect(leftOpen(played)).toEqual([]);
        }),
        runs,
      );
    },
    limitMs,
  );
});

/** As a connector hears it that is started in mid-call and loses Asterisk, with all its calls, before the end. */
function cut(heard: readonly Heard[], from: number, to: number, isToldWhatLives: boolean): Heard[] {
  const begun = (heard[from] ?? heard.at(-1))?.at ?? 0;
  const ended = Math.max(begun, heard[to - 1]?.at ?? begun) + 1;
  const living = { kind: 'snapshot', channels: livingAt(heard, from), since: begun, heardUntil: begun } as const;
  const nothing = { kind: 'snapshot', channels: [], since: ended, heardUntil: ended } as const;
  return [
    ...(isToldWhatLives ? [{ input: living, at: begun }] : []),
    ...heard.slice(from, to),
    { input: nothing, at: ended },
  ];
}

/** By how much the second stream is moved so that it lies somewhere across the first. */
function offset(first: readonly Heard[], second: readonly Heard[], share: number): number {
  const [a, b] = [spanOf(first), spanOf(second)];
  const by = a.from - b.to + share * (a.to - a.from + b.to - b.from);
  // In whole ticks, so that what time alone brings about is the same.
  return Math.round(by / 250) * 250;
}

const spanOf = (heard: readonly Heard[]) => ({ from: heard[0]?.at ?? 0, to: heard.at(-1)?.at ?? 0 });

/** Ended before it began, or talked in for longer than it lasted. */
const isImpossible = ({ startTime, endTime, totalDuration, billDuration }: CallRow) =>
  startTime === null || endTime === null || endTime < startTime || billDuration > totalDuration;

const withoutTimes = ({ user, direction, customerNumber, status, recordingUrl }: CallRow) =>
  [user, direction, customerNumber, status, recordingUrl].join(' ');

function differentTimes(played: Played, same: Played): string[] {
  const byWords = (rows: readonly CallRow[]) => rows.toSorted((a, b) => (withoutTimes(a) < withoutTimes(b) ? -1 : 1));
  const expected = byWords(rowsIn(same));
  return byWords(rowsIn(played)).flatMap((row, n) => {
    const other = expected[n];
    if (other === undefined) return [];
    const isNear = seconds(row).every((time, which) => Math.abs(time - (seconds(other)[which] ?? 0)) <= 1);
    return isNear ? [] : [`${wording(row)} instead of ${wording(other)}`];
  });
}

const secondsOf = (stored: string | null) => Date.parse(`${(stored ?? '').replace(' ', 'T')}Z`) / 1000;
const seconds = ({ startTime, endTime, billDuration }: CallRow) => [
  secondsOf(startTime),
  secondsOf(endTime),
  billDuration,
];
