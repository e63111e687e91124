import { readFileSync } from 'node:fs';
import type { Packet } from '../src/ami/packet.ts';
import { Reader } from '../src/ami/reader.ts';
import { wantedBy } from '../src/ami/wanted.ts';
import { moduleReader } from '../test/ami/module-reader.ts';
import { captureNames } from '../test/golden/streams.ts';
import type { Figure, Part } from './part.ts';
import { median } from './spread.ts';

const streamBytes = 60e6;
/** A socket gives no more at once. */
const chunkBytes = 64 * 1024;
const rounds = 5;

/** Microseconds of the processor for each event of captures of Asterisk 22, one after the other. */
export const reader: Part = {
  name: 'reader',
  about: 'What reading an event takes, beside asterisk-manager and a loop that only finds where packets end.',
  measure() {
    const stream = readStream();
    const each = {
      splitter: microseconds(stream, bareSplitter),
      module: microseconds(stream, () => moduleReader(see)),
      whole: microseconds(stream, () => ownReader({})),
      ofUse: microseconds(stream, () => ownReader({ wanted: wantedBy([]) })),
    };
    const rulers = { 'asterisk-manager + undici': each.module, 'raw socket': each.splitter } as const;
    const figures: Figure[] = [
      { name: 'reading an event', unit: 'us', connector: each.ofUse, rulers },
      { name: 'reading an event, none dropped', unit: 'us', connector: each.whole, rulers },
    ];
    return Promise.resolve(figures);
  },
};

interface Stream {
  readonly chunks: readonly string[];
  readonly events: number;
}

function readStream(): Stream {
  const captures = captureNames.filter((name) => name.startsWith('22/'));
  const once = Buffer.concat(captures.map((name) => readFileSync(`test/captures/${name}/stream.ami`)));
  const text = once.toString('utf8').repeat(Math.ceil(streamBytes / once.length));
  const chunks: string[] = [];
  // Through bytes: a part of the text would be no text of its own.
  for (let at = 0; at < text.length; at += chunkBytes)
    chunks.push(Buffer.from(text.slice(at, at + chunkBytes)).toString('utf8'));
  return { chunks, events: text.split('\nEvent: ').length - 1 };
}

type Read = (chunk: string) => unknown;

function microseconds({ chunks, events }: Stream, start: () => Read): number {
  const of = Array.from({ length: rounds }, () => {
    seen = 0;
    const read = start();
    const before = process.cpuUsage();
    for (const chunk of chunks) read(chunk);
    const { user, system } = process.cpuUsage(before);
    if (seen < events) throw new Error(`${seen} of ${events} events were seen`);
    return (user + system) / events;
  });
  return median(of);
}

let seen = 0;
const see = (packet: Packet) => {
  if (packet.has('event')) seen += 1;
};

function ownReader(parts: Pick<ConstructorParameters<typeof Reader>[0], 'wanted'>): Read {
  const onDropped = () => {
    seen += 1;
  };
  const own = new Reader({ ...parts, onPacket: see, onDropped });
  return (chunk) => own.read(chunk);
}

function bareSplitter(): Read {
  const end = '\r\n\r\n';
  return (chunk) => {
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, at + end.length)) seen += 1;
  };
}
