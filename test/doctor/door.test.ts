import { describe, expect, test } from 'vitest';
import { askPort, ownCertificate } from '../../src/doctor/ask-machine.ts';
import { type DoorSeen, type DoorTerms, judgeDoor } from '../../src/doctor/door.ts';
import { Authority } from '../http/certificates.ts';
import { serve } from '../http/serving.ts';

const now = Date.UTC(2026, 10, 21);
const far = { isBindLocal: false, isCrmLocal: false };
const inDays = (days: number) => ({ subject: 'CN=pbx.example.com', validTo: now + days * 86_400_000 });
const seen = { certificate: inDays(60), tokenLength: 48 };

describe('the door', () => {
  test.each<[string, Partial<DoorSeen>, Partial<DoorTerms>, string, RegExp]>([
    ['with TLS', {}, {}, 'ok ok', /good until 2027-01-20/],
    ['with a certificate that is soon over', { certificate: inDays(20) }, {}, 'warning ok', /expires on 2026-12-11/],
    [
      'with one that is over',
      { certificate: inDays(0) },
      {},
      'fault ok',
      /of CN=pbx\.example\.com, expired on 2026-11-21/,
    ],
    ['with one of no name', { certificate: { ...inDays(0), subject: '' } }, {}, 'fault ok', /of no name, expired/],
    ['without TLS to another machine', { certificate: null }, {}, 'warning ok', /unencrypted/],
    ['without TLS on one machine', { certificate: null }, { isCrmLocal: true }, 'ok ok', /this machine/],
    ['without TLS behind a web server', { certificate: null }, { isBindLocal: true }, 'ok ok', /this machine/],
    ['with a short secret', { tokenLength: 15 }, {}, 'ok warning', /only 15 characters/],
    ['with a short secret for this machine', { tokenLength: 1 }, { isBindLocal: true }, 'ok ok', /only this machine/],
  ])('%s', (_, change, also, verdicts, text) => {
    const found = judgeDoor({ ...seen, ...change }, { ...far, ...also }, now);
    expect(found.map(({ verdict }) => verdict).join(' ')).toBe(verdicts);
    expect(found.map((one) => one.seen).join('; ')).toMatch(text);
  });

  test('a connector is known also where this machine is none of its monitors', async () => {
    const { server, port } = await serve({}, { monitors: { addresses: [], token: '' } });
    expect(await askPort('127.0.0.1', port)).toEqual({ kind: 'ours', version: null, status: 'ok' });
    await server.close();
  });

  test('a connector that listens over TLS is known, and its certificate read', async () => {
    const authority = await Authority.make();
    const own = await authority.issue('IP:127.0.0.1', { days: 3 });
    const { server, port } = await serve({}, { tls: own });
    expect(await askPort('127.0.0.1', port, null, true)).toMatchObject({ kind: 'ours', version: '1.2.3' });
    expect((await askPort('127.0.0.1', port)).kind).toBe('other');
    const certificate = await ownCertificate(own.certificateFile);
    expect(certificate?.subject).toBe('CN=own');
    expect(Math.abs((certificate?.validTo ?? 0) - Date.now() - 3 * 86_400_000)).toBeLessThan(86_400_000);
    expect(await ownCertificate(own.keyFile)).toBeNull();
    expect(await ownCertificate(null)).toBeNull();
    await server.close();
    await authority.remove();
  });
});
