/** One direction of a TCP connection, as tcpdump saw it. */
export interface Flow {
  /** `127.0.0.1:5038 -> 127.0.0.1:40312` */
  readonly name: string;
  readonly pieces: readonly { readonly ms: number; readonly bytes: Buffer }[];
  /** Bytes that tcpdump did not see. */
  readonly missing: number;
}

interface Segment {
  readonly ms: number;
  readonly flow: string;
  readonly sequence: number;
  readonly bytes: Buffer;
}

/** Whether a file is one that `tcpdump -w` writes (libpcap's own format, either byte order, micro- or nanoseconds). */
export function isPcap(bytes: Buffer): boolean {
  return magicOf(bytes) !== null;
}

/** Wireshark's newer format, which is not read. */
export function isPcapNg(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32BE(0) === 0x0a0d0d0a;
}

/** The TCP connections in a pcap file, each direction for itself, put together from their segments. */
export function flowsOf(bytes: Buffer): Flow[] {
  const flows = new Map<string, Segment[]>();
  for (const segment of segmentsOf(bytes)) {
    const known = flows.get(segment.flow);
    if (known === undefined) flows.set(segment.flow, [segment]);
    else known.push(segment);
  }
  return [...flows].map(([name, segments]) => ({ name, ...joined(segments) }));
}

interface Magic {
  readonly little: boolean;
  /** Parts of a second in the second field of a packet's time. */
  readonly fractions: number;
}

function magicOf(bytes: Buffer): Magic | null {
  if (bytes.length < fileHeader) return null;
  for (const little of [true, false]) {
    const magic = little ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0);
    if (magic === 0xa1b2c3d4) return { little, fractions: 1e6 };
    if (magic === 0xa1b23c4d) return { little, fractions: 1e9 };
  }
  return null;
}

const fileHeader = 24;
const packetHeader = 16;

function* segmentsOf(bytes: Buffer): Generator<Segment> {
  const magic = magicOf(bytes);
  if (magic === null) return;
  const number = (at: number) => (magic.little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const network = networkOffsets.get(number(20) & 0xffff);
  if (network === undefined) return;
  for (let at = fileHeader; at + packetHeader <= bytes.length; ) {
    const length = number(at + 8);
    const frame = bytes.subarray(at + packetHeader, at + packetHeader + length);
    const segment = segmentIn(frame.subarray(network(frame)));
    if (segment !== null)
      yield { ...segment, ms: number(at) * 1000 + Math.floor((number(at + 4) * 1000) / magic.fractions) };
    at += packetHeader + length;
  }
}

/** By link type (tcpdump.org/linktypes.html): where the IP packet begins. */
const networkOffsets: ReadonlyMap<number, (frame: Buffer) => number> = new Map<number, (frame: Buffer) => number>([
  [0, () => 4], // BSD loopback
  [1, (frame) => (frame.length > 16 && frame.readUInt16BE(12) === 0x8100 ? 18 : 14)], // Ethernet, with a VLAN or not
  [12, () => 0], // IP
  [101, () => 0], // IP
  [113, () => 16], // Linux "any"
  [276, () => 20], // Linux "any", version 2
]);

const tcp = 6;

function segmentIn(packet: Buffer): Omit<Segment, 'ms'> | null {
  const ip = ipIn(packet);
  if (ip === null || ip.payload.length < 20) return null;
  const { payload, from, to } = ip;
  const bytes = payload.subarray(((payload[12] ?? 0) >> 4) * 4);
  if (bytes.length === 0) return null;
  const flow = `${from}:${payload.readUInt16BE(0)} -> ${to}:${payload.readUInt16BE(2)}`;
  return { flow, sequence: payload.readUInt32BE(4), bytes };
}

interface IpPacket {
  readonly payload: Buffer;
  readonly from: string;
  readonly to: string;
}

/** Frames may be padded, so the length that IP tells counts. Extension headers of IPv6 are not followed: TCP has none in practice. */
function ipIn(packet: Buffer): IpPacket | null {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4 && packet.length >= 20 && packet[9] === tcp) {
    const address = (at: number) => [...packet.subarray(at, at + 4)].join('.');
    const header = ((packet[0] ?? 0) & 0x0f) * 4;
    // A length of 0 is a segment that the network card was left to cut.
    const length = packet.readUInt16BE(2) || packet.length;
    return { payload: packet.subarray(header, length), from: address(12), to: address(16) };
  }
  if (version === 6 && packet.length >= 40 && packet[6] === tcp) {
    const address = (at: number) => `[${packet.toString('hex', at, at + 16).replace(/(.{4})(?!$)/g, '$1:')}]`;
    const length = packet.readUInt16BE(4) || packet.length - 40;
    return { payload: packet.subarray(40, 40 + length), from: address(8), to: address(24) };
  }
  return null;
}

/** Segments in the order of their sequence numbers (which wrap), each byte once, however often it was sent. */
function joined(segments: readonly Segment[]): Omit<Flow, 'name'> {
  const first = segments[0]?.sequence ?? 0;
  const distance = ({ sequence }: Segment) => (sequence - first) | 0;
  const inOrder = [...segments].sort((one, other) => distance(one) - distance(other));
  const pieces: { ms: number; bytes: Buffer }[] = [];
  let [next, ms, missing] = [inOrder[0] === undefined ? 0 : distance(inOrder[0]), 0, 0];
  for (const segment of inOrder) {
    const begin = distance(segment);
    const fresh = segment.bytes.subarray(Math.max(0, next - begin));
    if (fresh.length === 0) continue;
    missing += Math.max(0, begin - next);
    next = begin + segment.bytes.length;
    ms = Math.max(ms, segment.ms);
    pieces.push({ ms, bytes: fresh });
  }
  return { pieces, missing };
}
