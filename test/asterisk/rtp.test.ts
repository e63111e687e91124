import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { RtpStream } from './rtp.ts';
import { until } from './wait.ts';

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function streamOf(voice: string): Promise<RtpStream> {
  const stream = await RtpStream.open('127.0.0.1', voice);
  open.push(stream);
  return stream;
}

/** A bare socket in the place of the other side, and the SDP that leads to it. */
async function otherSide(eventType: number): Promise<{ packets: Buffer[]; sdp: string }> {
  const socket: Socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  open.push(socket);
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  const { port } = socket.address();
  const events = `a=rtpmap:${eventType} telephone-event/8000`;
  return { packets, sdp: `c=IN IP4 127.0.0.1\r\nm=audio ${port} RTP/AVP 0 ${eventType}\r\n${events}\r\n` };
}

const typeOf = (packet: Buffer) => (packet[1] ?? 0) & 0x7f;
const isMarked = (packet: Buffer) => ((packet[1] ?? 0) & 0x80) !== 0;
const sequenceOf = (packet: Buffer) => packet.readUInt16BE(2);
const timeOf = (packet: Buffer) => packet.readUInt32BE(4);

test('two streams hear each other by name', async () => {
  const [ivan, anna] = [await streamOf('ivan'), await streamOf('anna')];
  const heard: (string | null)[] = [];
  anna.onVoice = (voice) => heard.push(voice);
  ivan.start(anna.describe());
  anna.start(ivan.describe());
  await until(2000, 'they hear each other', () => (ivan.heard === 'anna' && anna.heard === 'ivan') || undefined);
  expect(heard).toEqual(['ivan']);
});

test('a stream on hold says so, under a new version, and is silent', async () => {
  const [ivan, anna] = [await streamOf('ivan'), await streamOf('anna')];
  const before = ivan.describe();
  ivan.turn('sendonly');
  ivan.start(anna.describe());
  anna.start(ivan.describe());
  await until(2000, 'ivan hears anna', () => ivan.heard === 'anna' || undefined);
  expect(ivan.sent).toBe(0);
  expect(before).toContain('a=sendrecv');
  expect(ivan.describe()).toContain('a=sendonly');
  expect(/^o=.*/m.exec(ivan.describe())?.[0]).not.toBe(/^o=.*/m.exec(before)?.[0]);
});

test('keys go out as events of the type that the other side named, amid the voice', async () => {
  const ivan = await streamOf('ivan');
  const { packets, sdp } = await otherSide(96);
  ivan.start(sdp);
  await ivan.press('1#');
  const events = packets.filter((packet) => typeOf(packet) === 96);
  expect(events).toHaveLength(16);
  expect(events.filter(isMarked).map((packet) => packet[12])).toEqual([1, 11]);
  expect(new Set(events.map(timeOf)).size).toBe(2);
  const sequences = packets.map(sequenceOf);
  expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
});

test('no keys before the other side can take them', async () => {
  const ivan = await streamOf('ivan');
  await expect(ivan.press('1')).rejects.toThrow('takes no telephone-events');
});
