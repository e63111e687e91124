import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPost, type Post, type PostSettings } from '../../src/crm/post.ts';
import { ok, type Reply, ScriptedCrm } from '../outbox/scripted-crm.ts';

const token = 'abra cadabra&=%';
const endpoint = '/modules/PBXManager/callbacks/PBXManager.php';
let crm: ScriptedCrm;
let posts: Post[];

beforeEach(async () => {
  crm = new ScriptedCrm();
  posts = [];
  await crm.start();
});

afterEach(async () => {
  await crm.stop();
  await Promise.all(posts.map((post) => post.close()));
});

function posting(settings: Partial<PostSettings> = {}): Post {
  const post = createPost({
    url: `${crm.url}${endpoint}`,
    token,
    timeoutMs: 2_000,
    connections: 2,
    ...settings,
  });
  posts.push(post);
  return post;
}

/** A CRM that need not speak HTTP. */
async function withTcp(serve: (socket: Socket) => void, run: (url: string) => Promise<void>): Promise<void> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const hangup = { callstatus: 'Hangup', callUUID: '1724.55-101', causetxt: 'Normal Clearing' };

describe('what is sent', () => {
  test('a form in UTF-8 with the token, to the address given', async () => {
    const params = { callstatus: 'DialBegin', connectedLineName: 'Отдел продаж + A&B=50%', callerIdNumber: '+7495' };
    expect(await posting({ url: `${crm.url}/vtiger${endpoint}?site=2` }).send(params)).toEqual({ kind: 'accepted' });
    const [request] = crm.requests;
    expect(request?.method).toBe('POST');
    expect(request?.path).toBe(`/vtiger${endpoint}?site=2`);
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded; charset=utf-8');
    expect(request?.params).toEqual({ ...params, vtigersignature: token });
  });

  test('a token among the parameters does not take the place of ours', async () => {
    await posting().send({ ...hangup, vtigersignature: 'forged' });
    expect(crm.requests[0]?.params['vtigersignature']).toBe(token);
  });

  test('over kept connections, no more than allowed', async () => {
    const post = posting({ connections: 2 });
    crm.answer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return ok;
    });
    for (let round = 0; round < 5; round += 1) await Promise.all([1, 2, 3, 4].map(() => post.send(hangup)));
    expect(new Set(crm.requests.map((request) => request.port)).size).toBe(2);
    expect(crm.mostAtOnce).toBe(2);
  });
});

describe('what comes of it', () => {
  test('a wrong token is told by the body, although the status is 200', async () => {
    crm.answer(() => ({ status: 200, body: '<Response><Authentication>Failure</Authentication></Response>' }));
    expect(await posting().send(hangup)).toMatchObject({ kind: 'refused', reason: 'token' });
  });

  test('a redirect is not followed but told, with what to put into the settings', async () => {
    const location = 'https://crm.example.com/vt/modules/PBXManager/callbacks/PBXManager.php';
    crm.answer(() => ({ status: 301, headers: { location } }));
    expect(await posting().send(hangup)).toEqual({
      kind: 'refused',
      reason: 'url',
      why: `the URL redirects to ${location}: put that in crm.url`,
    });
    expect(crm.requests).toHaveLength(1);
  });

  test.each([
    ['https://user:pw@crm/x/y?vtigersignature=1#z', 'https://crm/x/y: put that in crm.url'],
    ['http://[::bad', 'what is no address'],
  ])('of a redirect to %s neither user nor query is told', async (location, told) => {
    crm.answer(() => ({ status: 302, headers: { location } }));
    expect(await posting().send(hangup)).toMatchObject({ kind: 'refused', why: `the URL redirects to ${told}` });
  });

  test('a relative redirect is told in full', async () => {
    crm.answer(() => ({ status: 302, headers: { location: '/login' } }));
    expect(await posting().send(hangup)).toMatchObject({ why: expect.stringContaining(`${crm.url}/login`) });
  });

  test('of a long answer only the beginning is read, and the connection after it is a new one', async () => {
    const post = posting({ connections: 1 });
    crm.answer(() => ({ status: 200, body: `Sorry! Attempt ${'x'.repeat(4_000_000)}` }));
    expect(await post.send(hangup)).toMatchObject({ kind: 'notUnderstood', why: expect.stringContaining('Sorry!') });
    crm.answer(() => ok);
    expect(await post.send(hangup)).toEqual({ kind: 'accepted' });
  });

  test('an HTML page with 200 is not an answer of PBXManager', async () => {
    crm.answer(() => ({ status: 200, body: '<html><title>Maintenance</title></html>' }));
    expect(await posting().send(hangup)).toMatchObject({ kind: 'unavailable', maybeApplied: false });
  });

  test('a CRM that hangs is left after the time allowed', async () => {
    crm.answer(() => 'hang');
    expect(await posting({ timeoutMs: 150 }).send(hangup)).toEqual({
      kind: 'unavailable',
      why: `${crm.url}: no answer within 0.15 s`,
      maybeApplied: true,
      timedOut: true,
    });
  });

  test('so is one that hangs in the middle of its answer', async () => {
    crm.answer(() => ({ status: 200, body: 'x', headers: { 'content-length': '10' } }));
    expect(await posting({ timeoutMs: 150 }).send(hangup)).toMatchObject({ kind: 'unavailable', maybeApplied: true });
  });

  test.each(['reset', 'cut'] as const)('a connection that is %s may have been too late to stop it', async (reply) => {
    crm.answer(() => reply);
    expect(await posting().send(hangup)).toMatchObject({ kind: 'unavailable', maybeApplied: true });
  });

  test('where nobody listens nothing was applied', async () => {
    await crm.stop();
    const why = `${crm.url}: nobody listens there`;
    expect(await posting().send(hangup)).toEqual({ kind: 'unavailable', why, maybeApplied: false });
  });

  test('the next send after a reset works', async () => {
    const post = posting({ connections: 1 });
    crm.answer((_, index) => (index === 0 ? 'reset' : ok));
    await post.send(hangup);
    expect(await post.send(hangup)).toEqual({ kind: 'accepted' });
  });

  test('a CRM that has closed a kept connection just as it was used may have taken the callback', async () => {
    const seen: string[] = [];
    await withTcp(
      (socket) => {
        let requests = 0;
        socket.on('data', (chunk) => {
          seen.push(String(chunk));
          requests += 1;
          if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
          else socket.end();
        });
      },
      async (url) => {
        const post = posting({ url, connections: 1 });
        expect(await post.send(hangup)).toEqual({ kind: 'accepted' });
        const why = `${url}: the connection was closed before the answer was complete`;
        expect(await post.send(hangup)).toEqual({ kind: 'unavailable', why, maybeApplied: true });
        expect(await post.send(hangup)).toEqual({ kind: 'accepted' });
        // It is not for undici to send it again.
        expect(seen).toHaveLength(3);
      },
    );
  });

  test('where no connection comes about in time nothing was applied', async () => {
    await withTcp(
      () => {},
      async (url) => {
        const https = url.replace('http:', 'https:');
        const why = `${https}: no connection in time`;
        expect(await posting({ url: https, timeoutMs: 150 }).send(hangup)).toEqual({
          kind: 'unavailable',
          why,
          maybeApplied: false,
        });
      },
    );
  });

  test('what is under way when it is closed is told, and so is what comes after', async () => {
    crm.answer(() => 'hang');
    const post = posting({ connections: 1, timeoutMs: 60_000 });
    const sent = [post.send(hangup), post.send(hangup)];
    await vi.waitFor(() => expect(crm.requests).toHaveLength(1));
    await post.close();
    sent.push(post.send(hangup));
    for (const answer of await Promise.all(sent)) expect(answer).toMatchObject({ kind: 'unavailable' });
  });

  test('a host without TLS behind an https address is told', async () => {
    const answer = await posting({ url: `${crm.url.replace('http:', 'https:')}${endpoint}` }).send(hangup);
    expect(answer).toMatchObject({ kind: 'unavailable', why: expect.stringContaining('does not speak TLS') });
  });

  test('the token is in no answer', async () => {
    crm.answer(() => 'reset');
    expect(JSON.stringify(await posting().send(hangup))).not.toContain('cadabra');
  });
});

describe('which CRM it is', () => {
  const pages = () => crm.requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
  const script: Reply = { status: 200, body: 'Vtiger.Class("PBXManager_Js", {})' };

  test('is asked of pages beside PBXManager.php, without the token', async () => {
    crm.answer(({ path }) => (path.endsWith('.js') ? script : path.includes('SPAgi') ? { status: 404 } : ok));
    expect(await posting({ url: `${crm.url}/vtiger${endpoint}` }).which()).toMatchObject({ kind: 'vanilla' });
    expect(pages().sort()).toEqual([
      '/vtiger/modules/PBXManager/callbacks/SPAgi.php',
      '/vtiger/modules/PBXManager/resources/PBXManagerJS.js',
    ]);
    expect(crm.requests.map(({ params }) => params['callstatus'])).toEqual(['ConnectorProbe', undefined, undefined]);
  });

  test('cannot be told where pages do not come', async () => {
    crm.answer(({ method }) => (method === 'GET' ? 'reset' : ok));
    expect(await posting().which()).toMatchObject({ kind: 'unclear' });
  });

  test('is not asked while it takes no callbacks', async () => {
    crm.answer(() => ({ status: 404, body: 'Not Found' }));
    expect(await posting().which()).toEqual({ kind: 'away', why: expect.stringContaining('crm.url') });
    await crm.stop();
    expect(await posting().which()).toEqual({ kind: 'away', why: `${crm.url}: nobody listens there` });
    expect(pages()).toEqual([]);
  });
});

/** Of a certificate for 127.0.0.1 that signed itself, good for this test and for nothing else. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5+MBa/MSMVLOoVQJ
gZp7x5JuFNntxKsAEcWn7hmelr2hRANCAAR3lppZLeTLAOgwUAuujIEEJJ93Qfgs
PXtAQryYWAn6DqhyQDsbpZy3j5FCtBoGHHxP9qkHSNoc1+GePOSJKWjC
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBXTCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHeWmlkt5MsA6DBQ
C66MgQQkn3dB+Cw9e0BCvJhYCfoOqHJAOxulnLePkUK0GgYcfE/2qQdI2hzX4Z48
5IkpaMKjQzBBMA8GA1UdEQQIMAaHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNV
HQ4EFgQUI7aALH2MO020+Lzy6q4pVipZDCYwCgYIKoZIzj0EAwIDSQAwRgIhANwC
d+A3bOUdcFeYl+MlZ3Z04yNbotcbD+o6Q6gFWuPkAiEA1Ausa0dc+5WzahlyfGgc
JbCjJwcdYAZggP7RKjRQ1rY=
-----END CERTIFICATE-----`;

describe('over TLS', () => {
  let secure: Server;
  let url: string;

  beforeEach(async () => {
    secure = createServer({ key, cert }, (_, response) => response.end());
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    secure.closeAllConnections();
    await new Promise((resolve) => secure.close(resolve));
  });

  test('a certificate that nobody vouches for is refused before anything is sent', async () => {
    expect(await posting({ url }).send(hangup)).toEqual({
      kind: 'unavailable',
      why: `${url}: its certificate is self-signed: put the authority into crm.ca_file`,
      maybeApplied: false,
    });
  });

  test('unless its authority is in the settings', async () => {
    expect(await posting({ url, ca: cert }).send(hangup)).toEqual({ kind: 'accepted' });
  });
});

describe('a 500 without a word', () => {
  test('is that of a SalesPlatform that applies callbacks, if a callback that changes nothing is accepted', async () => {
    crm.answer(({ params }) => (params['callstatus'] === 'Hangup' ? { status: 500 } : ok));
    expect(await posting().send(hangup)).toEqual({ kind: 'emptyServerError' });
    expect(crm.requests.map((request) => request.params['callstatus'])).toEqual(['Hangup', 'ConnectorProbe']);
  });

  test('is that of a CRM that is ill, if it answers everything so', async () => {
    crm.answer(() => ({ status: 500 }));
    expect(await posting().send(hangup)).toMatchObject({ kind: 'unavailable', maybeApplied: true });
  });

  test('is forgotten, if the CRM then tells what is the matter', async () => {
    crm.answer((_, index) => ({ status: index === 0 ? 500 : 503 }));
    expect(await posting().send(hangup)).toMatchObject({ kind: 'unavailable', why: 'HTTP 503' });
  });
});
