import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One packet as Asterisk sent it, its empty line included. The text is latin1, so that every byte is one character and
 * comes out again as it was.
 */
export interface CapturedPacket {
  /** Milliseconds since the connection began. */
  readonly atMs: number;
  readonly text: string;
}

/** A real Asterisk's events, without the answers to the actions of the client that captured them. */
export type Capture = readonly CapturedPacket[];

/** Per read of the socket: [ms since connect, byte offset, length]. */
export type Timing = readonly (readonly [number, number, number])[];

export interface Renaming {
  /** Replaces the ids' `epoch`, so that a capture can be played again as other calls. Unix seconds. */
  readonly epoch: number;
  /** Added to each channel's number (`PJSIP/101-0000001f`), and put into the bridges' ids. Distinct for each play. */
  readonly serial: number;
  /** Whole words that are replaced wherever they stand: numbers, extensions, ids. After the ids got their epoch. */
  readonly words?: Readonly<Record<string, string>>;
}

/** Reads `stream.ami` and `timing.json` of a capture's folder. */
export async function loadCapture(folder: string): Promise<Capture> {
  const bytes = await readFile(join(folder, 'stream.ami'));
  const timing = JSON.parse(await readFile(join(folder, 'timing.json'), 'utf8')) as Timing;
  return splitCapture(bytes, timing);
}

/** Cuts a stream into packets. Banner, responses and the login's FullyBooted are left out: the server that plays it has its own. */
export function splitCapture(bytes: Buffer, timing: Timing): Capture {
  const text = bytes.toString('latin1');
  const packets: CapturedPacket[] = [];
  let read = 0;
  // TestEvents may end with an empty line too many: it stays with them.
  for (const match of text.matchAll(/(?:[^\r\n]+\r\n)+(?:\r\n)+/g)) {
    const end = match.index + match[0].length;
    while (read < timing.length - 1 && endOf(timing[read]) < end) read += 1;
    const packet = match[0].replace(/^Asterisk Call Manager[^\r\n]*\r\n/, '');
    if (!/^(Response|Event: FullyBooted)\b/.test(packet)) packets.push({ atMs: timing[read]?.[0] ?? 0, text: packet });
  }
  return packets;
}

const endOf = (read: Timing[number] | undefined) => (read === undefined ? 0 : read[1] + read[2]);

/** The same calls under other ids and numbers. */
export function renameCapture(capture: Capture, renaming: Renaming): Capture {
  const words = new Map<string, string>();
  for (const { text } of capture) for (const [old, fresh] of idsIn(text, renaming)) words.set(old, fresh);
  const ids = replacer(words);
  const rest = replacer(new Map(Object.entries(renaming.words ?? {})));
  return capture.map(({ atMs, text }) => ({ atMs, text: rest(ids(text)) }));
}

/** The ids that a packet's headers name; an RTCP timestamp looks like a Uniqueid and is none. */
function* idsIn(text: string, { epoch, serial }: Renaming): Generator<[string, string]> {
  for (const [, id, count] of text.matchAll(/^(?:Dest)?(?:Uniqueid|UniqueID|Linkedid): (\d+\.(\d+))\r$/gm))
    yield [String(id), `${epoch}.${count}`];
  for (const [, suffix] of text.matchAll(/^(?:Dest)?Channel: \S+-([0-9a-f]{8})(?:;[12])?\r$/gm))
    yield [String(suffix), hex8(Number.parseInt(String(suffix), 16) + serial * 0x1000)];
  for (const [, bridge] of text.matchAll(/^BridgeUniqueid: ([0-9a-f]{8})-/gm))
    yield [String(bridge), hex8(Number.parseInt(String(bridge), 16) + serial)];
}

const hex8 = (number: number) => (number >>> 0).toString(16).padStart(8, '0');

/** The id of the capture's first channel: of a click-to-call, the one that the Originate asked for. */
export function firstUniqueid(capture: Capture): string | null {
  const begun = capture.find(({ text }) => text.startsWith('Event: Newchannel'));
  return /^Uniqueid: (\S+)\r$/m.exec(begun?.text ?? '')?.[1] ?? null;
}

function replacer(words: ReadonlyMap<string, string>): (text: string) => string {
  if (words.size === 0) return (text) => text;
  const longestFirst = [...words.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<![0-9A-Za-z])(?:${longestFirst.join('|')})(?![0-9A-Za-z])`, 'g');
  return (text) => text.replace(pattern, (word) => words.get(word) ?? word);
}

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The bytes of one moment, as they are sent. */
export interface Chunk {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** 'true': one chunk for each read of the capture. 'odd': the same cut anywhere, in odd sizes. */
export function chunksOf(capture: Capture, cut: 'true' | 'odd'): Chunk[] {
  const reads = new Map<number, string>();
  for (const { atMs, text } of capture) reads.set(atMs, (reads.get(atMs) ?? '') + text);
  const chunks = [...reads].map(([atMs, text]) => ({ atMs, bytes: Buffer.from(text, 'latin1') }));
  return cut === 'true' ? chunks : chunks.flatMap(oddPieces);
}

const oddSizes = [1, 7, 64, 3, 501, 2, 13, 999, 31, 5];

function oddPieces({ atMs, bytes }: Chunk): Chunk[] {
  const pieces: Chunk[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = oddSizes[pieces.length % oddSizes.length] ?? 1;
    pieces.push({ atMs, bytes: bytes.subarray(at, at + size) });
    at += size;
  }
  return pieces;
}
