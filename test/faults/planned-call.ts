import { createDecode } from '../../src/ami/decode.ts';
import { type Packet, packetOf } from '../../src/ami/packet.ts';
import { timeIn } from '../../src/cdr/zone-time.ts';
import { type Capture, loadCapture, renameCapture } from '../../src/tools/demo/capture.ts';
import type { Heard } from '../golden/hear.ts';
import { loadTruth } from '../golden/truth.ts';

export interface Moment {
  /** Milliseconds since the call's first event. */
  readonly afterMs: number;
  readonly packets: readonly { readonly text: string; readonly headers: Packet }[];
}

/** A record as cdr_csv writes it. Times in milliseconds since the call's first event; null: none. */
export interface CallRecord {
  readonly fields: Readonly<Record<string, string>>;
  readonly start: number;
  readonly answer: number | null;
  readonly end: number;
}

/** A captured call of an office of its own, to be had at any time. */
export interface LivingCall {
  readonly scenario: string;
  readonly moments: readonly Moment[];
  readonly lastsMs: number;
  readonly records: readonly CallRecord[];
  /** What the core would hear of it, if it began at `at`. */
  heard(at: number): Heard[];
}

const decode = createDecode([]);

export interface Naming {
  /** Of the office: from 1 on, its extensions are 101.., 201.., and so on. */
  readonly serial: number;
  /** The second in which its channels begin, by their names. */
  readonly epoch: number;
  /** Added to the number behind it, for several calls of a kind within a second. */
  readonly count?: number;
}

export async function livingCall(scenario: string, { serial, epoch, count = 0 }: Naming): Promise<LivingCall> {
  const folder = `test/captures/22/${scenario}`;
  const [capture, truth] = await Promise.all([loadCapture(folder), loadTruth(folder)]);
  const words = Object.fromEntries(
    ['101', '102', '103', '104', '105'].map((name) => [name, `${serial}${name.slice(1)}`]),
  );
  const cdr = { atMs: Number.POSITIVE_INFINITY, text: JSON.stringify(truth.cdr_rows) };
  const alike = renameCapture([...capture, cdr], { epoch, serial, words });
  const renamed = alike.map(({ atMs, text }) => ({ atMs, text: counted(text, epoch, count) }));
  const packets = renamed.slice(0, -1);
  const first = packets.find(({ text }) => /^Event: Newchannel/.test(text))?.atMs ?? packets[0]?.atMs ?? 0;
  const moments = momentsOf(packets, first);
  const connectedAt = (truth.ami_sent_by_vtiger_user[0]?.t ?? 0) * 1000;
  const time = timeIn(truth.pbx_time_zone);
  const since = (text: string) => (time(text, null) ?? 0) - connectedAt - first;
  const rows = JSON.parse(renamed.at(-1)?.text ?? '[]') as Record<string, string>[];
  return {
    scenario,
    moments,
    lastsMs: moments.at(-1)?.afterMs ?? 0,
    records: rows.map((fields) => ({
      fields,
      start: since(fields['start'] ?? ''),
      answer: fields['answer'] ? since(fields['answer']) : null,
      end: since(fields['end'] ?? ''),
    })),
    heard: (at) => moments.flatMap((moment) => heardIn(moment, at)),
  };
}

function counted(text: string, epoch: number, count: number): string {
  if (count === 0) return text;
  return text.replace(new RegExp(`\\b${epoch}\\.(\\d+)\\b`, 'g'), (_, number) => `${epoch}.${Number(number) + count}`);
}

function heardIn({ afterMs, packets }: Moment, begin: number): Heard[] {
  return packets.flatMap(({ headers }) => {
    const input = decode(headers);
    return input === null ? [] : [{ input, at: begin + afterMs }];
  });
}

function momentsOf(packets: Capture, first: number): Moment[] {
  const moments = new Map<number, { text: string; headers: Packet }[]>();
  for (const { atMs, text } of packets) {
    const all = moments.get(atMs) ?? [];
    all.push({ text, headers: headersOf(text) });
    moments.set(atMs, all);
  }
  return [...moments].map(([atMs, each]) => ({ afterMs: Math.max(0, atMs - first), packets: each }));
}

/** As the connector's own parser makes them of the bytes. */
export function headersOf(text: string): Packet {
  const sent = Buffer.from(text, 'latin1').toString('utf8');
  return packetOf(sent, 0, sent.length) ?? new Map();
}
