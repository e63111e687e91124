import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { headIn } from '../capture/head.ts';
import { plain } from '../text-table.ts';
import { type Flow, flowsOf, isPcap, isPcapNg } from './pcap.ts';
import type { Arrival, Stream } from './stream.ts';

/** A recording that cannot be read; the message is a sentence for the operator. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * Reads a recording of AMI: the bytes themselves, with the times beside them if somebody wrote those down, or what
 * `tcpdump -w` makes.
 *
 * @throws Unreadable
 */
export async function readStream(path: string): Promise<Stream> {
  const bytes = await readFile(path).catch((fault: NodeJS.ErrnoException) => {
    throw new Unreadable(`${path} cannot be read: ${why(fault)}`);
  });
  if (isPcapNg(bytes))
    throw new Unreadable(`${path} is in Wireshark's format pcapng: convert it with editcap -F pcap ${path} NEW.pcap`);
  if (isPcap(bytes)) return fromPcap(bytes);
  const notes = headIn(bytes).map(plain);
  return { bytes, arrivals: await arrivalsBeside(path), base: 'connect', notes };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you have no right to read it',
  EISDIR: 'it is a folder',
  ERR_FS_FILE_TOO_LARGE: 'it is over 2 GB; cut it into pieces',
};

function why({ code = '', message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? message;
}

/** `timing.json` beside `stream.ami`, `NAME.timing.json` beside `NAME.ami`: [ms since connect, offset, length] per read. */
async function arrivalsBeside(path: string): Promise<Arrival[] | null> {
  const name = basename(path);
  const own = `${name.replace(/\.[^.]*$/, '')}.timing.json`;
  for (const beside of name === 'stream.ami' ? [own, 'timing.json'] : [own]) {
    const text = await readFile(join(dirname(path), beside), 'utf8').catch(() => null);
    if (text !== null) return arrivalsIn(text, join(dirname(path), beside));
  }
  return null;
}

function arrivalsIn(text: string, path: string): Arrival[] {
  try {
    const reads = JSON.parse(whole(text)) as unknown;
    if (Array.isArray(reads) && reads.every(isRead))
      return reads.map(([ms, offset, length]) => ({ ms, end: offset + length }));
  } catch {
    // Said below.
  }
  throw new Unreadable(`${path} is not what it should be, a list of [milliseconds, offset, length]: remove or mend it`);
}

/** A recording that was killed has no end, and maybe half a read. */
function whole(text: string): string {
  const trimmed = text.trimEnd();
  if (!/^\[(?:\[|$)/.test(trimmed) || trimmed.endsWith(']]')) return text;
  const end = trimmed.lastIndexOf(']');
  return end < 0 ? '[]' : `${trimmed.slice(0, end + 1)}]`;
}

function isRead(read: unknown): read is [number, number, number] {
  return Array.isArray(read) && read.length === 3 && read.every((number) => typeof number === 'number');
}

/** Of several connections the one on which the most events came. */
function fromPcap(bytes: Buffer): Stream {
  const flows = flowsOf(bytes).map((flow) => ({ flow, events: eventsIn(flow) }));
  const sorted = flows.filter(({ events }) => events > 0).sort((one, other) => other.events - one.events);
  const chosen = sorted[0]?.flow;
  if (chosen === undefined) return { bytes: Buffer.alloc(0), arrivals: null, base: 'epoch', notes: [noFlow] };
  const notes = [];
  if (sorted.length > 1)
    notes.push(`AMI came on ${sorted.length} connections; told is the one with the most events, ${chosen.name}`);
  if (chosen.missing > 0) notes.push(`tcpdump has missed ${chosen.missing} bytes: calls may look odd`);
  let end = 0;
  const arrivals = chosen.pieces.map(({ ms, bytes: piece }) => {
    end += piece.length;
    return { ms, end };
  });
  return { bytes: Buffer.concat(chosen.pieces.map((piece) => piece.bytes)), arrivals, base: 'epoch', notes };
}

const noFlow = 'no TCP connection in this tcpdump file carries AMI (over TLS it cannot be read)';

function eventsIn({ pieces }: Flow): number {
  return pieces.reduce((sum, { bytes }) => sum + (bytes.toString('latin1').match(/^Event: /gm)?.length ?? 0), 0);
}
