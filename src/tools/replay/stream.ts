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

/** Cuts a stream at its empty lines. What is left behind the last one is half a packet and not among them. */
export function cutPackets(bytes: Buffer): { packets: readonly RawPacket[]; rest: string } {
  const text = bytes.toString('latin1');
  const packets: RawPacket[] = [];
  let begin = 0;
  // A terminal's recording may have more than one carriage return before a line feed.
  for (const gap of text.matchAll(/\r*\n(?:\r*\n)+/g)) {
    const end = gap.index + gap[0].length;
    const packet = withoutGreeting(text.slice(begin, gap.index));
    if (packet !== '') packets.push({ text: packet, end });
    begin = end;
  }
  return { packets, rest: withoutGreeting(text.slice(begin)).trim() };
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
