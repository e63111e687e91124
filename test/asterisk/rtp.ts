import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint } from './sip-dialog.ts';

const packetMs = 20;
const samplesPerPacket = 160;

/** 400 Hz: exactly eight waves in 20 ms, so the same frame again and again is a steady tone. */
const tone = Buffer.from(
  Array.from({ length: samplesPerPacket }, (_, sample) => muLaw(8000 * Math.sin((2 * Math.PI * sample) / 20))),
);

/** G.711 mu-law of one 16-bit sample. */
function muLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(Math.round(sample)), 32635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** The sound of one call: sends a tone as PCMU, counts what comes. */
export class RtpStream {
  readonly #socket: Socket;
  #local: Endpoint;
  #timer: NodeJS.Timeout | null = null;
  sent = 0;
  received = 0;

  private constructor(socket: Socket, local: Endpoint) {
    this.#socket = socket;
    this.#local = local;
  }

  static async open(host: string): Promise<RtpStream> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    const stream = new RtpStream(socket, { host, port: socket.address().port });
    socket.on('message', () => {
      stream.received += 1;
    });
    // A PBX that hung up first answers the last packets with ICMP "port unreachable".
    socket.on('error', () => undefined);
    return stream;
  }

  /** An SDP that offers, or answers with, this stream. */
  describe(): string {
    const { host, port } = this.#local;
    const media = [`m=audio ${port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', `a=ptime:${packetMs}`, 'a=sendrecv'];
    return ['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0', ...media, ''].join('\r\n');
  }

  /** Begins to send where an SDP says. Timers are late on a busy machine; then the packets due are sent together. */
  start(sdp: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
    if (!host || !port || this.#timer) return;
    const begun = performance.now();
    this.#timer = setInterval(() => {
      while (this.sent * packetMs < performance.now() - begun) this.#socket.send(this.#packet(), port, host);
    }, packetMs);
  }

  #packet(): Buffer {
    const head = Buffer.alloc(12);
    head.writeUInt8(0x80, 0);
    head.writeUInt16BE(this.sent & 0xffff, 2);
    head.writeUInt32BE((this.sent * samplesPerPacket) >>> 0, 4);
    head.writeUInt32BE(0x0ff1ce, 8);
    this.sent += 1;
    return Buffer.concat([head, tone]);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#socket.close();
  }
}
