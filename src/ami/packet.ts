import { copied } from './shared-texts.ts';

/** One AMI packet: lower-case header names to values. Asterisk's `<unknown>` has become ''. */
export type Packet = ReadonlyMap<string, string>;

/**
 * The packet between two places of a text, with its empty line; null when there is nothing in it. Its values are parts of that text.
 *
 * As asterisk-manager 0.2.0 reads one: a header ends at the first colon and blank; a line without them is a header's name
 * alone. A repeated header (TestEvent has `State` twice) has its first value. A greeting before it is no part of it.
 */
export function packetOf(text: string, from: number, to: number): Packet | null {
  const packet = new Map<string, string>();
  // Looked for only when the last one is behind: a text without any would be gone through once for each line.
  let colon = -1;
  for (let begin = from; begin < to; ) {
    const lineFeed = Math.min(placeOf('\n', text, begin), to);
    const end = lineFeed > begin && text.charCodeAt(lineFeed - 1) === carriageReturn ? lineFeed - 1 : lineFeed;
    if (colon < begin) colon = placeOf(': ', text, begin);
    if (end > begin && !isGreeting(packet, text, begin)) addLine(packet, text, begin, Math.min(colon, end), end);
    begin = lineFeed + 1;
  }
  return packet.size > 0 ? packet : null;
}

const carriageReturn = 13;

function placeOf(what: string, text: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

function isGreeting(packet: Packet, text: string, begin: number): boolean {
  return packet.size === 0 && text.startsWith('Asterisk Call Manager', begin);
}

/** @param colon where the header's name ends; `end`, when there is nothing behind it */
function addLine(packet: Map<string, string>, text: string, begin: number, colon: number, end: number): void {
  const header = headerName(text.slice(begin, colon));
  if (packet.has(header)) return;
  const value = colon < end ? text.slice(colon + 2, end) : '';
  packet.set(header, value === '<unknown>' ? '' : value);
}

/** By the name as it is written. */
const headerNames = new Map<string, string>();
/** More than Asterisk's events and answers have. The whole of it is some 100 KB. */
const mostNames = 1_000;
const longestName = 64;

/** In lower case, and without a colon that has no blank behind it. */
function headerName(written: string): string {
  const known = headerNames.get(written);
  if (known !== undefined) return known;
  const name = copied(written.trim().toLowerCase());
  const header = name.endsWith(':') ? name.slice(0, -1) : name;
  if (written.length > longestName) return header;
  if (headerNames.size >= mostNames) headerNames.clear();
  headerNames.set(copied(written), header);
  return header;
}
