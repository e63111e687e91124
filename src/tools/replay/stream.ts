/** What Asterisk sent on one connection, and when it came. */
export interface Stream {
  readonly bytes: Buffer;
  /** When the bytes up to `end` (exclusive) were there; null: nobody wrote it down. In order. */
  readonly arrivals: readonly Arrival[] | null;
  /** `epoch`: `ms` are epoch milliseconds. `connect`: they count from the beginning of the connection. */
  readonly base: 'epoch' | 'connect';
  /** What a reader of the replay should know of the file. */
  readonly notes: readonly string[];
}

export interface Arrival {
  readonly ms: number;
  readonly end: number;
}

/** One packet as it stands in the file. The text is latin1, so that every byte is one character. */
export interface RawPacket {
  readonly text: string;
  /** Where in the stream it ends, its empty line included. */
  readonly end: number;
}

export interface Cut {
  /** Those that are asked for. */
  readonly packets: readonly RawPacket[];
  readonly events: number;
  readonly rest: string;
}

/** Much more is no text of Node's any more (512 MB). */
const usualWindow = 32 * 1024 * 1024;

/**
 * Cuts a stream at its empty lines. What is left behind the last one is half a packet and not among them.
 *
 * @param isWanted which packets to keep, besides the first and the last: a recording of days has far more than are needed
 */
export function cutPackets(
  bytes: Buffer,
  isWanted: (packet: RawPacket) => boolean = () => true,
  window = usualWindow,
): Cut {
  const packets: RawPacket[] = [];
  let events = 0;
  let last: RawPacket | null = null;
  let begin = 0;
  for (const { text, end } of piecesOf(bytes, window)) {
    begin = end;
    const packet = { text: withoutGreeting(text), end };
    if (packet.text === '') continue;
    if (isEvent(packet)) events += 1;
    last = packet;
    // A copy: a slice would keep the whole window in memory.
    if (packets.length === 0 || isWanted(packet)) packets.push({ text: copyOf(packet.text), end });
  }
  if (last !== null && packets.at(-1)?.end !== last.end) packets.push({ text: copyOf(last.text), end: last.end });
  const rest = bytes.toString('latin1', begin, Math.min(bytes.length, begin + window));
  return { packets, events, rest: withoutGreeting(rest).trim() };
}

/** What stands before each gap of empty lines, and where the gap ends. */
function* piecesOf(bytes: Buffer, window: number): Generator<RawPacket> {
  let start = 0;
  for (let size = window; start < bytes.length; ) {
    const text = bytes.toString('latin1', start, start + size);
    const isLast = start + size >= bytes.length;
    let begin = 0;
    // A terminal's recording may have more than one carriage return before a line feed.
    for (const gap of text.matchAll(/\r*\n(?:\r*\n)+/g)) {
      const end = gap.index + gap[0].length;
      // It may go on in the next window, and so may carriage returns before another line feed.
      if (!isLast && end > text.length - mostReturns) break;
      yield { text: text.slice(begin, gap.index), end: start + end };
      begin = end;
    }
    if (isLast) return;
    if (begin === 0 && size > longestPacket) return;
    size = begin === 0 ? size * 2 : window;
    start += begin;
  }
}

const mostReturns = 8;

/** Asterisk's have some hundred bytes: what has no empty line for longer is no AMI. */
const longestPacket = 128 * 1024 * 1024;

function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** The greeting stands before the first packet without an empty line, and telnet's own words before that. */
function withoutGreeting(packet: string): string {
  return packet.replace(/^[\s\S]*?Asterisk Call Manager\/[^\n]*(?:\n|$)/, '').replace(/\r+$/gm, '');
}

/** The value of a header; '' where it is missing. */
export function headerOf({ text }: RawPacket, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
}

export function isEvent(packet: RawPacket): boolean {
  return packet.text.startsWith('Event: ');
}
