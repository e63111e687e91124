import { Agent } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { HttpPorts } from '../../src/http/ports.ts';
import { liveToken } from '../live/page.ts';
import { until } from '../service/office.ts';
import { ask } from './request.ts';
import { encodedSecret, type Serving, secret, serve } from './serving.ts';

let serving: Serving;
afterEach(() => serving.server.close());

const token = liveToken(secret, { ext: '101', user: 5, exp: Date.UTC(2026, 10, 20) / 1000 + 600 });
const stream = `GET /live?token=${token} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Node keeps the answer to a request back that comes behind another one, and does not tell it when the client leaves. */
async function behindAStream(request: string, ports: Partial<HttpPorts> = {}) {
  const watching = new Set<object>();
  const watch = () => {
    const one = {};
    watching.add(one);
    return () => watching.delete(one);
  };
  serving = await serve({ live: () => ({ snapshot: () => '{}', isQuiet: () => true, watch }), ...ports });
  const socket = connect(serving.port, '127.0.0.1');
  let isSent = false;
  socket.on('error', () => {});
  socket.write(stream + request, () => {
    isSent = true;
  });
  await until(() => isSent && watching.size > 0, 'the stream');
  // The request behind it has come in the same piece.
  const most = watching.size;
  socket.destroy();
  await until(() => watching.size === 0, 'the end of it');
  return most;
}

it('a stream that is asked for behind another one is none, and does not outlive its connection', async () => {
  expect(await behindAStream(stream)).toBe(1);
});

it('a recording that is asked for behind a stream is not opened', async () => {
  let opened = 0;
  const findRecording = async () => {
    opened += 1;
    return { problem: 'unknown', why: '' } as const;
  };
  await behindAStream(`GET /recording?id=x&secret=${encodedSecret} HTTP/1.1\r\nHost: x\r\n\r\n`, { findRecording });
  expect(opened).toBe(0);
});

it('a call that is asked for behind a stream is not placed', async () => {
  await behindAStream(`GET /makecall?secret=${encodedSecret}&from=101&to=200 HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(serving.placed).toEqual([]);
});

it('one after the other on one connection all are answered', async () => {
  serving = await serve();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; n < 5; n += 1) expect((await ask(serving.port, '/health', { agent })).status).toBe(200);
  agent.destroy();
});

it('two at once: the second is told to wait', async () => {
  serving = await serve();
  const socket = connect(serving.port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2));
  await new Promise((resolve) => socket.once('close', resolve));
  expect([...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status)).toEqual(['200', '400']);
  expect(said).toMatch(/One request at a time/);
});
