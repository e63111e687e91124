import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createPost, type Post } from '../../src/crm/post.ts';
import { good } from '../doctor/certificates.ts';
import { Authority, type Issued } from '../http/certificates.ts';

let authority: Authority;
let stranger: Authority;
beforeAll(async () => {
  [authority, stranger] = await Promise.all([Authority.make(), Authority.make('stranger')]);
});
afterAll(() => Promise.all([authority.remove(), stranger.remove()]));

let server: Server;
let post: Post;
let received: number;
afterEach(async () => {
  await post.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What is answered to a callback by a CRM with this certificate. */
async function told({ cert, key }: Pick<Issued, 'cert' | 'key'>, ca: string | undefined, host = '127.0.0.1') {
  received = 0;
  server = createServer({ cert, key }, (request, response) => {
    received += 1;
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://${host}:${(server.address() as AddressInfo).port}/modules/PBXManager/callbacks/PBXManager.php`;
  const trust = ca === undefined ? {} : { ca };
  post = createPost({ url, token: 'abracadabra', timeoutMs: 10_000, connections: 1, ...trust });
  return post.send({ callstatus: 'Hangup', callUUID: '1.1' });
}

const unavailable = (why: RegExp) => ({
  kind: 'unavailable',
  why: expect.stringMatching(why),
  // Nothing was sent: neither the token nor a call.
  maybeApplied: false,
});

describe('the certificate of a CRM', () => {
  test('of an authority of our own is taken, and what Node.js trusts stays trusted', async () => {
    expect(await told(await authority.issue('IP:127.0.0.1'), await authority.ca())).toEqual({ kind: 'accepted' });
    expect(received).toBe(1);
  });

  test.each([
    ['that nobody knows', 'IP:127.0.0.1', 2, 'none', /cannot be verified: put its authority into crm\.ca_file/],
    ['of another authority', 'IP:127.0.0.1', 2, 'stranger', /cannot be verified: put its authority into crm\.ca_file/],
    ['for another address', 'IP:192.0.2.1', 2, 'own', /its certificate is for another name/],
    ['for a name', 'DNS:crm.example.com', 2, 'own', /its certificate is for another name/],
    ['that is over', 'IP:127.0.0.1', -1, 'own', /its certificate has expired/],
  ])('%s: nothing is sent, and why is said', async (_, names, days, trusted, why) => {
    const ca = { none: undefined, own: await authority.ca(), stranger: await stranger.ca() }[trusted];
    expect(await told(await authority.issue(names, { days }), ca)).toEqual(unavailable(why));
    expect(received).toBe(0);
  });

  test('that vouches for itself: nothing is sent', async () => {
    const answer = await told(good, undefined);
    expect(answer).toEqual(unavailable(/its certificate is self-signed: put the authority into crm\.ca_file/));
    expect(received).toBe(0);
  });

  test('that is for signing others: nothing is sent', async () => {
    const key = await readFile(`${authority.folder}/ca.key`, 'utf8');
    expect(await told({ cert: await authority.ca(), key }, await authority.ca())).toEqual(
      unavailable(/its certificate is not one for a web server/),
    );
    expect(received).toBe(0);
  });

  test('an environment that switches verification off does not', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await told(await authority.issue('IP:127.0.0.1'), undefined)).toEqual(unavailable(/cannot be verified/));
      expect(received).toBe(0);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });
});
