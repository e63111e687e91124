import { fork } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openDatabase } from '../src/db/open.ts';
import { recordingsTable } from '../src/recordings/recording-row.ts';
import { OriginateSink } from './originate-sink.ts';
import type { Figure, Part } from './part.ts';
import { crmToken, ServedConnector } from './served-connector.ts';
import { SoundReader } from './sound-reader.ts';

const fileBytes = 60_000_000;
const rangeBytes = 65_536;
const wholeRounds = 12;
const ranges = 2_000;
const closedAt = Date.now() - 86_400_000;

export const recordings: Part = {
  name: 'recordings',
  about: 'A recording of 60 MB, whole and in many ranges, by 1 and by 4 listeners.',
  async measure() {
    const asterisk = await OriginateSink.start();
    const connector = await ServedConnector.start({ asterisk, prepare: recordedBefore });
    const ruler = fork(new URL('rulers/koa-recording.js', import.meta.url), [fileBeside(connector.folder)]);
    try {
      const [port] = (await once(ruler, 'message')) as [number];
      const alone: Place = { port, path: '/', memory: () => residentOf(ruler.pid) };
      const path = `/recording?id=bench&secret=${crmToken}`;
      return await compared({ port: connector.port, path, memory: () => connector.memory }, alone);
    } finally {
      ruler.kill();
      asterisk.stop();
      await connector.stop();
    }
  },
};

/** Where a sound is asked for. */
interface Place {
  readonly port: number;
  readonly path: string;
  readonly memory: () => number;
}

async function compared(own: Place, alone: Place): Promise<Figure[]> {
  const both = async (name: string, unit: string, measure: (place: Place) => Promise<number>): Promise<Figure> => {
    // Each once before it counts.
    for (const place of [own, alone]) await (await SoundReader.open(place.port)).get(place.path);
    return { name, unit, connector: await measure(own), rulers: { 'Koa alone': await measure(alone) } };
  };
  const target = { is: 'least', value: 0.8, of: 'Koa alone' } as const;
  return [
    { ...(await both('recording, whole, 1 listener', 'MB/s', (place) => whole(place, 1))), target },
    { ...(await both('recording, whole, 4 listeners', 'MB/s', (place) => whole(place, 4))), target },
    await both('recording, ranges of 64 KB, 1 listener', '1/s', (place) => inRanges(place, 1)),
    await both('recording, ranges of 64 KB, 4 listeners', '1/s', (place) => inRanges(place, 4)),
    await both('memory while 4 listen, above before', 'MiB', growth),
  ];
}

async function whole({ port, path }: Place, listeners: number): Promise<number> {
  const readers = await Promise.all(Array.from({ length: listeners }, () => SoundReader.open(port)));
  const begun = performance.now();
  const read = async (reader: SoundReader) => {
    let bytes = 0;
    for (let n = 0; n < wholeRounds / listeners; n += 1) bytes += await reader.get(path);
    reader.close();
    return bytes;
  };
  const bytes = (await Promise.all(readers.map(read))).reduce((sum, one) => sum + one, 0);
  if (bytes !== wholeRounds * fileBytes) throw new Error(`${bytes} bytes came`);
  return bytes / 1_000 / (performance.now() - begun);
}

async function inRanges({ port, path }: Place, listeners: number): Promise<number> {
  const readers = await Promise.all(Array.from({ length: listeners }, () => SoundReader.open(port)));
  const begun = performance.now();
  const read = async (reader: SoundReader) => {
    for (let n = 0; n < ranges / listeners; n += 1) {
      const start = (n * 7_919 * 4_096) % (fileBytes - rangeBytes);
      const bytes = await reader.get(path, `${start}-${start + rangeBytes - 1}`);
      if (bytes !== rangeBytes) throw new Error(`${bytes} bytes came of a range`);
    }
    reader.close();
  };
  await Promise.all(readers.map(read));
  return ranges / ((performance.now() - begun) / 1_000);
}

async function growth(place: Place): Promise<number> {
  const before = place.memory();
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, place.memory());
  }, 20);
  await whole(place, 4);
  clearInterval(look);
  return most - before;
}

function residentOf(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

const fileBeside = (folder: string) => join(folder, 'in-74951112233.wav');

/** A recording of yesterday, final, which the CRM links to. */
async function recordedBefore(path: string): Promise<void> {
  const file = fileBeside(dirname(path));
  await writeFile(file, sound());
  await utimes(file, closedAt / 1_000, closedAt / 1_000);
  const database = await openDatabase(path);
  const row = { id: 'bench', call: 'bench.1', path: file, learnt_from: 'cdr', state: 'ready', created_at: closedAt };
  const told = { talks: '[]', announced_to: '[]', announced_at: closedAt, closed_at: closedAt };
  await database(recordingsTable).insert({ ...row, ...told });
  await database.destroy();
}

/** PCM, 16 bits, 8 kHz, one channel, as Asterisk's `wav` is. */
function sound(): Buffer {
  const bytes = Buffer.alloc(fileBytes);
  bytes.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1');
  bytes.writeUInt32LE(fileBytes - 8, 4);
  bytes.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    bytes.writeUInt16LE(value, at);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(fileBytes - 44, 40);
  return randomFillSync(bytes, 44);
}
