import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { liveToken } from '../live/page.ts';
import { until } from '../service/office.ts';
import { Authority } from './certificates.ts';
import { ask } from './request.ts';
import { encodedSecret, type Serving, secret, serve } from './serving.ts';

let serving: Serving;
const sockets: Client[] = [];
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.destroy();
  await serving.server.close();
});

interface Client {
  readonly socket: Socket;
  text: string;
  closedAfterMs: number | null;
}

function client(port = serving.port): Promise<Client> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const one: Client = { socket, text: '', closedAfterMs: null };
    sockets.push(one);
    socket.on('data', (chunk) => {
      one.text += chunk;
    });
    socket.on('close', () => {
      one.closedAfterMs = performance.now() - began;
    });
    socket.on('error', () => {});
    socket.once('connect', () => resolve(one));
    socket.once('error', reject);
  });
}

/** Sends a piece every half second, as long as it is let. */
function drip(one: Client, piece: string): void {
  const timer = setInterval(() => (one.closedAfterMs === null ? one.socket.write(piece) : clearInterval(timer)), 500);
}

const closed = (one: Client) => until(() => one.closedAfterMs !== null, 'the connection is closed', 40_000);

// node looks every 2 s, and the machine may be busy: what counts is that it ends at all.
describe('a client that sends slowly', { timeout: 60_000 }, () => {
  it('is cut off, whether in the head, in the body, or without a word; others are served meanwhile', async () => {
    serving = await serve();
    const [head, body, silent] = await Promise.all([client(), client(), client()]);
    head.socket.write('GET /health HTTP/1.1\r\n');
    drip(head, 'X: y\r\n');
    body.socket.write(
      'POST /makecall HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n',
    );
    drip(body, 'a');
    const answer = await ask(serving.port, `/makecall?secret=${encodedSecret}&from=101&to=200`);
    expect(answer.text).toBe('Success');
    await Promise.all([closed(head), closed(body), closed(silent)]);
    expect(head.text).toMatch(/^(HTTP\/1\.1 408|$)/);
    for (const one of [head, body, silent]) expect(one.closedAfterMs).toBeGreaterThan(4_000);
    expect(serving.placed).toHaveLength(1);
  });

  it('is cut off in the handshake of TLS', async () => {
    const authority = await Authority.make();
    serving = await serve({}, { tls: await authority.issue('IP:127.0.0.1') });
    const one = await client();
    one.socket.write(Buffer.from([0x16, 0x03, 0x01]));
    await closed(one);
    expect(one.closedAfterMs).toBeGreaterThan(4_000);
    await authority.remove();
  });
});

describe('many clients at once', { timeout: 60_000 }, () => {
  it('beyond 500 and the live streams are turned away, and the others stay', async () => {
    serving = await serve(
      {},
      { live: { streams: 20, streamsPerExtension: 10, beatMs: 15_000, slowMs: 30_000, lookMs: 1_000 } },
    );
    const all = await Promise.all(Array.from({ length: 560 }, () => client()));
    await until(
      () => all.filter(({ closedAfterMs }) => closedAfterMs !== null).length >= 40,
      'those too many are closed',
    );
    const open = all.filter(({ closedAfterMs }) => closedAfterMs === null);
    expect(open).toHaveLength(520);
    open[0]?.socket.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await until(() => open[0]?.text.startsWith('HTTP/1.1 200') === true, 'an open one is served');
    for (const { socket } of all.slice(0, 300)) socket.destroy();
    const isServed = () =>
      ask(serving.port, '/health').then(
        ({ status }) => status === 200,
        () => false,
      );
    const deadline = Date.now() + 10_000;
    while (!(await isServed())) expect(Date.now()).toBeLessThan(deadline);
  });

  it('of one extension have ten streams, of all as many as there may be', async () => {
    const watching = new Set<string>();
    let serial = 0;
    const watch = (extension: string, push: (text: string) => void) => {
      serial += 1;
      const id = `${serial} ${extension}`;
      watching.add(id);
      push('{}');
      return () => watching.delete(id);
    };
    serving = await serve(
      { live: () => ({ snapshot: () => '{}', isQuiet: () => true, watch }) },
      { live: { streams: 25, streamsPerExtension: 10, beatMs: 15_000, slowMs: 30_000, lookMs: 1_000 } },
    );
    const exp = Date.UTC(2026, 10, 20) / 1000 + 600;
    const open = async (ext: string) => {
      const one = await client();
      one.socket.write(`GET /live?token=${liveToken(secret, { ext, user: 5, exp })} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await until(() => one.text.includes('event: '), 'the stream');
      return one;
    };
    for (let n = 0; n < 30; n += 1) await open('101');
    await until(() => watching.size === 10, 'the ten');
    for (let n = 0; n < 30; n += 1) await open(String(200 + n));
    await until(() => watching.size === 25, 'the most');
  });
});
