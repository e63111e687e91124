import { connect as connectPlain } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../service/office.ts';
import { Authority, type Issued } from './certificates.ts';
import { encodedSecret, type Serving, serve } from './serving.ts';

let authority: Authority;
let own: Issued;
let ca: string;
let serving: Serving;
beforeAll(async () => {
  authority = await Authority.make();
  own = await authority.issue('IP:127.0.0.1');
  ca = await authority.ca();
});
afterAll(() => authority.remove());
afterEach(() => serving.server.close());

const warnings = () => serving.log.filter(({ level }) => level === 'warn').map(({ text }) => text);

/** Up to the end of the handshake: what was agreed upon, or why nothing. */
function shakeHands(options: object): Promise<string> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: serving.port, ca, ...options }, () => {
      resolve(socket.getProtocol() ?? 'none');
      socket.destroy();
    });
    socket.on('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? fault.message));
  });
}

describe('with a certificate', () => {
  it('a click and a recording are asked for over TLS', async () => {
    serving = await serve({}, { tls: own });
    const dispatcher = new Agent({ connect: { ca } });
    const click = `https://127.0.0.1:${serving.port}/makecall?event=OutgoingCall&secret=${encodedSecret}&from=101&to=200`;
    const answer = await request(click, { method: 'POST', dispatcher });
    expect([answer.statusCode, await answer.body.text()]).toEqual([200, 'Success']);
    expect(serving.placed).toHaveLength(1);
    const other = await request(`https://127.0.0.1:${serving.port}/recording?id=x`, { dispatcher });
    expect(other.statusCode).toBe(401);
    await dispatcher.close();
  });

  it('who does not know the authority is told nothing, and the log says why', async () => {
    serving = await serve({}, { tls: own });
    const [text] = await Promise.all([shakeHands({ ca: undefined })]);
    expect(text).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it.each(['TLSv1.2', 'TLSv1.3'])('%s is spoken', async (version) => {
    serving = await serve({}, { tls: own });
    expect(await shakeHands({ minVersion: version, maxVersion: version })).toBe(version);
  });

  it.each(['TLSv1', 'TLSv1.1'])('%s is not', async (version) => {
    serving = await serve({}, { tls: own });
    const old = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
    expect(await shakeHands(old)).toMatch(/ALERT_PROTOCOL_VERSION|ECONNRESET/);
    await until(() => warnings().length > 0, 'the warning');
    expect(warnings()[0]).toMatch(/^connection refused: (the other side knows no TLS 1\.2|no TLS came about)/);
  });

  it('who asks without TLS is told nothing, and the log says what he should write', async () => {
    serving = await serve({}, { tls: own });
    const socket = connectPlain(serving.port, '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket.on('error', () => {});
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(said).toBe('');
    await until(() => warnings().length > 0, 'the warning');
    expect(warnings()).toEqual([
      'connection refused: it was asked without TLS, at an address that begins with http:// in place of https://',
    ]);
  });

  it('noise does not end it', async () => {
    serving = await serve({}, { tls: own });
    for (const noise of [Buffer.from([0x16, 3, 1, 255, 255, 1]), Buffer.alloc(20_000, 0x16), Buffer.from('\0\0')]) {
      const socket = connectPlain(serving.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.end(noise);
      await new Promise((resolve) => socket.resume().once('close', resolve));
    }
    expect(await shakeHands({})).toBe('TLSv1.3');
  });
});
