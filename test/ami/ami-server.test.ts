import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AmiServer } from '../../src/tools/demo/ami-server.ts';
import { chunksOf, firstUniqueid, loadCapture, splitCapture } from '../../src/tools/demo/capture.ts';
import { eventually } from './eventually.ts';

const folder = (name: string) => join(import.meta.dirname, '../captures', name);

let server: AmiServer;
const sockets: Socket[] = [];

beforeEach(async () => {
  const users = [
    { name: 'all', secret: 's' },
    { name: 'few', secret: 's', read: ['cdr'], actions: ['Getvar'] },
  ];
  server = await AmiServer.start({ port: 0, users });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.stop();
});

/** A client that only collects. */
function client() {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  const got = { text: '', isClosed: false };
  socket.on('data', (bytes) => {
    got.text += bytes.toString('latin1');
  });
  socket.on('close', () => {
    got.isClosed = true;
  });
  const say = (text: string) => socket.write(`${text.replaceAll('\n', '\r\n')}\r\n\r\n`);
  const ask = async (text: string, answer: string) => {
    say(text);
    await eventually(`${text} is answered`, () => got.text.includes(answer.replaceAll('\n', '\r\n')));
  };
  return { got, ask };
}

test('speaks as Asterisk does: banner, permission, login, ping, unknown actions', async () => {
  const { got, ask } = client();
  await ask('Action: Ping\nActionID: 1', 'Response: Error\nActionID: 1\nMessage: Permission denied\n\n');
  await ask('Action: Login\nUsername: all\nSecret: s\nActionID: 2', 'Response: Success\nActionID: 2\n');
  await ask('Action: Ping\nActionID: 3', 'Response: Success\nActionID: 3\nPing: Pong\n');
  await ask('Action: Nope\nActionID: 4', 'Response: Error\nActionID: 4\nMessage: Invalid/unknown command');
  expect(got.text.startsWith('Asterisk Call Manager/11.0.0\r\nResponse:')).toBe(true);
  expect(got.text).toContain('Event: FullyBooted\r\n');
});

test('a wrong secret is refused, and the connection closed a second later', async () => {
  const { got, ask } = client();
  const began = Date.now();
  await ask('Action: Login\nUsername: all\nSecret: no', 'Response: Error\nMessage: Authentication failed\n\n');
  expect(got.isClosed).toBe(false);
  await eventually('closed', () => got.isClosed);
  expect(Date.now() - began).toBeGreaterThanOrEqual(990);
});

test('an account sees and does only what it may', async () => {
  const { got, ask } = client();
  await ask('Action: Login\nUsername: few\nSecret: s', 'Message: Authentication accepted');
  await ask('Action: Originate\nChannel: PJSIP/101', 'Message: Permission denied');
  server.event('Hangup', 'call');
  server.event('Cdr', 'cdr');
  await ask('Action: Ping', 'Ping: Pong');
  expect(got.text).toContain('Event: Cdr');
  expect(got.text).not.toMatch(/Event: (Hangup|FullyBooted)/);
});

test('an Originate is handed over, and may play events', async () => {
  const { got, ask } = client();
  await ask('Action: Login\nUsername: all\nSecret: s', 'Message: Authentication accepted');
  server.onOriginate = (action) => ({
    accept: true,
    after: () => server.event('Newchannel', 'call', { Uniqueid: action.get('channelid') ?? '' }),
  });
  await ask('Action: Originate\nChannel: PJSIP/101\nChannelId: vtc-1', 'Uniqueid: vtc-1');
  expect(got.text.indexOf('successfully queued')).toBeLessThan(got.text.indexOf('Newchannel'));
});

test('a capture keeps every byte of its events, its times, and none of its answers', async () => {
  const capture = await loadCapture(folder('22/s11'));
  const text = capture.map((packet) => packet.text).join('');
  expect(text).not.toMatch(/^(Response: Success\r\nActionID|Asterisk Call Manager|Event: FullyBooted)/m);
  expect(text).toContain('Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: c2c-1\r\nResponse: Success\r\n');
  expect(capture.every((packet) => packet.text.endsWith('\r\n\r\n'))).toBe(true);
  expect(firstUniqueid(capture)).toBe('1795214263.37');
  const times = capture.map((packet) => packet.atMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  for (const cut of ['true', 'odd'] as const)
    expect(Buffer.concat(chunksOf(capture, cut).map((chunk) => chunk.bytes)).toString('latin1')).toBe(text);
});

test('a packet belongs to the read that ended it; an unfinished one is left out', () => {
  const bytes = Buffer.from('Asterisk Call Manager/5.0.4\r\nEvent: A\r\n\r\nEvent: B\r\nX: y\r\n\r\n\r\nEvent: C\r\n');
  const timing = [
    [0, 0, 45],
    [7, 45, 5],
    [9, 50, 200],
  ] as const;
  expect(splitCapture(bytes, timing)).toEqual([
    { atMs: 0, text: 'Event: A\r\n\r\n' },
    { atMs: 9, text: 'Event: B\r\nX: y\r\n\r\n\r\n' },
  ]);
});

test('plays with the true pauses, faster where asked', async () => {
  const { got, ask } = client();
  await ask('Action: Login\nUsername: all\nSecret: s', 'Message: Authentication accepted');
  const packets = [
    { atMs: 5_000, text: 'Event: A\r\n\r\n' },
    { atMs: 6_000, text: 'Event: B\r\n\r\n' },
    { atMs: 6_000, text: 'Event: C\r\n\r\n' },
  ];
  const played = server.play(packets, { speed: 10 });
  await eventually('the first came at once', () => got.text.includes('Event: A'));
  expect(got.text).not.toContain('Event: B');
  await played;
  await eventually('the others came', () => got.text.endsWith('Event: B\r\n\r\nEvent: C\r\n\r\n'));
});

test('odd chunks are really cut on the way', async () => {
  const { got, ask } = client();
  await ask('Action: Login\nUsername: all\nSecret: s', 'Message: Authentication accepted');
  const reads: number[] = [];
  sockets[0]?.on('data', (bytes) => reads.push(bytes.length));
  await server.play(await loadCapture(folder('22/s01')), { speed: Number.POSITIVE_INFINITY, cut: 'odd' });
  await eventually('all came', () => got.text.includes('Event: Cdr'));
  expect(reads.length).toBeGreaterThan(50);
  expect(reads).toContain(1);
});
