/** What tcpdump writes, made by hand. */

export interface Shape {
  readonly link?: number;
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
}

export interface Sent {
  readonly ms: number;
  readonly sequence: number;
  readonly text: string;
  readonly from?: number;
  readonly to?: number;
  readonly v6?: boolean;
}

const headers: Readonly<Record<number, number>> = { 0: 4, 1: 14, 101: 0, 113: 16, 276: 20 };

export function pcapOf(
  sent: readonly Sent[],
  { link = 1, bigEndian = false, nanoseconds = false }: Shape = {},
): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (bigEndian) bytes.writeUInt32BE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  };
  const head = [nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0x00040002, 0, 0, 262144, link].map(number);
  const frames = sent.flatMap((one) => {
    // Ethernet pads short frames, which only IP's own length tells from the data.
    const frame = Buffer.concat([Buffer.alloc(headers[link] ?? 0), one.v6 ? ip6(one) : ip4(one), Buffer.alloc(6)]);
    const fraction = (one.ms % 1000) * (nanoseconds ? 1_000_000 : 1000);
    return [number(Math.floor(one.ms / 1000)), number(fraction), number(frame.length), number(frame.length), frame];
  });
  return Buffer.concat([...head, ...frames]);
}

function tcp({ from = 5038, to = 40000, sequence, text }: Sent): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt16BE(from, 0);
  header.writeUInt16BE(to, 2);
  header.writeUInt32BE(sequence >>> 0, 4);
  header[12] = 6 << 4;
  return Buffer.concat([header, Buffer.from(text, 'latin1')]);
}

function ip4(sent: Sent): Buffer {
  const payload = tcp(sent);
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header[9] = 6;
  header.set([127, 0, 0, 1, 127, 0, 0, 1], 12);
  return Buffer.concat([header, payload]);
}

function ip6(sent: Sent): Buffer {
  const payload = tcp(sent);
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = 6;
  header[23] = 1;
  header[39] = 1;
  return Buffer.concat([header, payload]);
}
