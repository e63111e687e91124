import { type Arrival, headerOf, isEvent, type RawPacket, type Stream } from './stream.ts';

/** `recorded`: with the bytes. `stamped`: by Asterisk, in each event. `guessed`: only the order is right. */
export type TimeSource = 'recorded' | 'stamped' | 'guessed';

export interface Times {
  readonly source: TimeSource;
  /** Epoch milliseconds of each packet, never running backwards. */
  readonly at: readonly number[];
  /** Whether the date is right, too: without any channel's id nothing tells it. */
  readonly isDated: boolean;
}

/** When each packet came, by the best that there is. */
export function timesOf(packets: readonly RawPacket[], { arrivals, base }: Stream): Times {
  if (arrivals !== null) return recorded(packets, arrivals, base);
  const stamps = packets.map(stampOf);
  return stamps.some((stamp) => stamp !== null) ? stamped(stamps) : guessed(packets);
}

function recorded(packets: readonly RawPacket[], arrivals: readonly Arrival[], base: Stream['base']): Times {
  let next = 0;
  const ms = packets.map(({ end }) => {
    while (next < arrivals.length - 1 && (arrivals[next]?.end ?? 0) < end) next += 1;
    return arrivals[next]?.ms ?? 0;
  });
  if (base === 'epoch') return { source: 'recorded', at: rising(ms), isDated: true };
  // A channel's id holds the second of its birth, which is over at the latest a second later.
  const starts = packets.flatMap((packet, index) => {
    const second = secondOfBirth(packet);
    return second === null ? [] : [second * 1000 - (ms[index] ?? 0)];
  });
  const start = starts.length === 0 ? 0 : Math.max(...starts.slice(0, mostBirths));
  return { source: 'recorded', at: rising(ms.map((one) => one + start)), isDated: starts.length > 0 };
}

/** More of them make the beginning no more exact, and too many are no arguments of a function. */
const mostBirths = 1000;

function stamped(stamps: readonly (number | null)[]): Times {
  const first = stamps.find((stamp) => stamp !== null) ?? 0;
  return { source: 'stamped', at: rising(stamps.map((stamp) => stamp ?? first)), isDated: true };
}

/** A millisecond from each to the next, so that the order shows, and on to the second in which a channel was born. */
function guessed(packets: readonly RawPacket[]): Times {
  const births = packets.map(secondOfBirth);
  const first = births.find((second) => second !== null) ?? 0;
  let at = first * 1000;
  const times = births.map((second) => {
    at = Math.max(at + 1, (second ?? 0) * 1000);
    return at;
  });
  return { source: 'guessed', at: times, isDated: first > 0 };
}

/** `Timestamp: 1795214316.423871`, of `timestampevents = yes` in manager.conf. */
function stampOf(packet: RawPacket): number | null {
  const stamp = /^\d{9,}(?:\.\d+)?$/.exec(headerOf(packet, 'Timestamp'))?.[0];
  return stamp === undefined ? null : Math.round(Number(stamp) * 1000);
}

/** Unix seconds, out of `1795214316.48` or `pbx-1795214316.48`; null: not a channel's birth, or an id that was asked for. */
function secondOfBirth(packet: RawPacket): number | null {
  if (!isEvent(packet) || headerOf(packet, 'Event') !== 'Newchannel') return null;
  const second = /(?:^|-)(\d{9,10})\.\d+$/.exec(headerOf(packet, 'Uniqueid'))?.[1];
  return second === undefined ? null : Number(second);
}

function rising(times: readonly number[]): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return times.map((time) => {
    last = Math.max(last, time);
    return last;
  });
}
