import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint } from './sip-dialog.ts';
import { keyPayloads } from './touch-tones.ts';
import { voiceOf, whoseVoice } from './voices.ts';
import { until } from './wait.ts';

const packetMs = 20;
const samplesPerPacket = 160;
const voiceType = 0;
/** What Asterisk calls telephone-events, too. */
const usualEventType = 101;
/** A voice counts as heard, or as gone, when so many packets in a row say so: 100 ms. */
const packetsToBeSure = 5;
const headBytes = 12;
/** Between two keys. Shorter than the second that Asterisk waits for the next key of a feature code. */
const packetsBetweenKeys = 5;

export type Direction = 'sendrecv' | 'sendonly';

/** What is due in a 20 ms slot instead of the voice: a part of a pressed key, or the silence after it. */
interface KeySlot {
  readonly payload: Buffer | null;
  readonly isFirst: boolean;
}

/** The sound of one call: sends a voice as PCMU, and keys as telephone-events; counts what comes. */
export class RtpStream {
  readonly #socket: Socket;
  readonly #local: Endpoint;
  #far: Endpoint | null = null;
  #eventType: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #direction: Direction = 'sendrecv';
  #version = 1;
  #slots = 0;
  #keySlots: KeySlot[] = [];
  #keyBegan = 0;
  readonly #voice: Buffer;
  #candidate: string | null = null;
  #packetsOfCandidate = 0;
  sent = 0;
  received = 0;
  /** Whose voice is heard: the name of a phone; null before any, and for music, tones and prompts. */
  heard: string | null = null;
  /** Told when another voice is heard than before, or none. */
  onVoice: (heard: string | null) => void = () => undefined;

  private constructor(voice: string, socket: Socket, local: Endpoint) {
    this.#voice = voiceOf(voice);
    this.#socket = socket;
    this.#local = local;
  }

  /** `voice`: the name of who speaks. */
  static async open(host: string, voice: string): Promise<RtpStream> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    const stream = new RtpStream(voice, socket, { host, port: socket.address().port });
    socket.on('message', (packet) => stream.#hear(packet));
    // A PBX that hung up first answers the last packets with ICMP "port unreachable".
    socket.on('error', () => undefined);
    return stream;
  }

  #hear(packet: Buffer): void {
    this.received += 1;
    const type = (packet[1] ?? 0) & 0x7f;
    const voice = type === voiceType ? whoseVoice(packet.subarray(headBytes)) : null;
    this.#packetsOfCandidate = voice === this.#candidate ? this.#packetsOfCandidate + 1 : 1;
    this.#candidate = voice;
    if (voice === this.heard || this.#packetsOfCandidate < packetsToBeSure) return;
    this.heard = voice;
    this.onVoice(voice);
  }

  /** An SDP that offers, or answers with, this stream. */
  describe(): string {
    const { host, port } = this.#local;
    const events = this.#eventType ?? usualEventType;
    const media = [
      `m=audio ${port} RTP/AVP ${voiceType} ${events}`,
      `a=rtpmap:${voiceType} PCMU/8000`,
      `a=rtpmap:${events} telephone-event/8000`,
      `a=fmtp:${events} 0-15`,
      `a=ptime:${packetMs}`,
      `a=${this.#direction}`,
    ];
    const session = ['v=0', `o=- 1 ${this.#version} IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0'];
    return [...session, ...media, ''].join('\r\n');
  }

  /** `sendonly`: has the other party wait, and says nothing. To be told to the PBX by a new description. */
  turn(direction: Direction): void {
    this.#direction = direction;
    // chan_sip does not look into a description whose version it has seen (Asterisk 16).
    this.#version += 1;
  }

  /** Begins to send where an SDP says. Timers are late on a busy machine; then the packets due are sent together. */
  start(sdp: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
    if (!host || !port) return;
    this.#far = { host, port };
    const events = /^a=rtpmap:(\d+) telephone-event\/8000/m.exec(sdp)?.[1];
    this.#eventType = events === undefined ? null : Number(events);
    if (this.#timer) return;
    const begun = performance.now();
    this.#timer = setInterval(() => {
      while (this.#slots * packetMs < performance.now() - begun) this.#fillSlot();
    }, packetMs);
  }

  /** Presses keys; comes back when the last one is out. */
  async press(keys: string): Promise<void> {
    if (!this.#timer || this.#eventType === null) throw new Error('the PBX takes no telephone-events in this call');
    this.#keySlots.push(...[...keys].flatMap(slotsOf));
    await until(keys.length * 500 + 1000, `keys ${keys} are sent`, () => this.#keySlots.length === 0 || undefined);
  }

  #fillSlot(): void {
    const key = this.#keySlots.shift();
    if (key?.isFirst) this.#keyBegan = this.#slots;
    if (key?.payload) this.#send(this.#eventType ?? usualEventType, key.isFirst, this.#keyBegan, key.payload);
    else if (this.#direction === 'sendrecv') this.#send(voiceType, false, this.#slots, this.#voice);
    this.#slots += 1;
  }

  #send(type: number, marked: boolean, slot: number, payload: Buffer): void {
    const { host, port } = this.#far ?? {};
    const head = Buffer.alloc(headBytes);
    head.writeUInt8(0x80, 0);
    head.writeUInt8((marked ? 0x80 : 0) | type, 1);
    head.writeUInt16BE(this.sent & 0xffff, 2);
    head.writeUInt32BE((slot * samplesPerPacket) >>> 0, 4);
    head.writeUInt32BE(0x0ff1ce, 8);
    this.sent += 1;
    this.#socket.send(Buffer.concat([head, payload]), port, host);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#socket.close();
  }
}

function slotsOf(key: string): KeySlot[] {
  const pressed = keyPayloads(key).map((payload, index) => ({ payload, isFirst: index === 0 }));
  return [...pressed, ...Array<KeySlot>(packetsBetweenKeys).fill({ payload: null, isFirst: false })];
}
