import { expect, test } from 'vitest';
import type { RawPacket, Stream } from '../../../src/tools/replay/stream.ts';
import { timesOf } from '../../../src/tools/replay/times.ts';

const stream = (more: Partial<Stream> = {}): Stream => ({
  bytes: Buffer.alloc(0),
  arrivals: null,
  base: 'connect',
  notes: [],
  ...more,
});

/** Packets of ten bytes. */
const packets = (...texts: string[]): RawPacket[] => texts.map((text, index) => ({ text, end: (index + 1) * 10 }));
const born = (id: string) => `Event: Newchannel\nUniqueid: ${id}`;
const other = 'Event: Hangup\nUniqueid: 1795214316.48';

test('recorded times begin where the channels’ ids say', () => {
  const arrivals = [
    { ms: 0, end: 5 },
    { ms: 323, end: 20 },
    { ms: 2700, end: 40 },
  ];
  const raw = packets(other, born('1795214316.48'), born('pbx-1795214319.49'), other);
  // The second channel was born in second 19, which is after 16.3 + 2.4: the beginning lies 0.3 s later than the first one tells.
  expect(timesOf(raw, stream({ arrivals }))).toEqual({
    source: 'recorded',
    isDated: true,
    at: [1795214316623, 1795214316623, 1795214319000, 1795214319000],
  });
});

test('recorded times without a channel’s beginning have no date', () => {
  const times = timesOf(
    packets(other, born('c2c-1'), other),
    stream({
      arrivals: [
        { ms: 7, end: 10 },
        { ms: 9, end: 20 },
      ],
    }),
  );
  expect(times).toEqual({ source: 'recorded', isDated: false, at: [7, 9, 9] });
});

test('tcpdump knows the date, and a clock that is set back does not turn time', () => {
  const arrivals = [
    { ms: 1_700_000_000_500, end: 10 },
    { ms: 1_700_000_000_100, end: 20 },
  ];
  expect(timesOf(packets(other, born('1795214316.48')), stream({ arrivals, base: 'epoch' })).at).toEqual([
    1_700_000_000_500, 1_700_000_000_500,
  ]);
});

test('Asterisk’s own stamps, for packets without one the last before', () => {
  const stamp = (at: string) => `Event: Hangup\nTimestamp: ${at}`;
  const raw = packets('Response: Success', stamp('1795214316.423871'), other, stamp('1795214317.5'), stamp('soon'));
  expect(timesOf(raw, stream())).toEqual({
    source: 'stamped',
    isDated: true,
    at: [1795214316424, 1795214316424, 1795214316424, 1795214317500, 1795214317500],
  });
});

test('without any time: the order, and the seconds in which channels were born', () => {
  const raw = packets(other, born('1795214316.48'), other, born('1795214319.49'), other);
  expect(timesOf(raw, stream())).toEqual({
    source: 'guessed',
    isDated: true,
    at: [1795214316001, 1795214316002, 1795214316003, 1795214319000, 1795214319001],
  });
  expect(timesOf(packets(other), stream())).toEqual({ source: 'guessed', isDated: false, at: [1] });
});
