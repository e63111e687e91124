import { randomBytes } from 'node:crypto';
import { promises as fs, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FindRecordingResult } from '../../src/http/ports.ts';
import { recordingKey } from '../../src/http/recording-key.ts';
import { openFile } from '../../src/recordings/open.ts';
import { ask } from './request.ts';
import { encodedSecret, type Serving, secret, serve } from './serving.ts';

let folder: string;
let serving: Serving;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recording-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => serving.server.close());

const sound = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 251));

/** Serves the folder's files by name: `id` is the name. */
async function find(id: string): Promise<FindRecordingResult> {
  const result = await openFile(join(folder, id), { roots: [folder], pathMap: [] });
  return result.kind === 'open' ? { file: result.file } : { problem: 'gone', why: result.why };
}

async function serveFile(name: string, content: Buffer = sound): Promise<string> {
  await fs.writeFile(join(folder, name), content);
  await fs.utimes(join(folder, name), 1_795_000_000.25, 1_795_000_000.25);
  serving = await serve({ findRecording: find });
  return `/recording?id=${encodeURIComponent(name)}&secret=${encodedSecret}`;
}

/** An answer of which nothing is read yet. */
function opened(link: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port: serving.port, host: '127.0.0.1', path: link, agent: false }, resolve);
    outgoing.once('error', reject).end();
  });
}

async function openHandles(name: string): Promise<number> {
  const descriptors = await fs.readdir('/proc/self/fd');
  const targets = descriptors.map((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`);
    } catch {
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(join(folder, name))).length;
}

describe('a whole recording', () => {
  it('comes with all that a player and the CRM want to know', async () => {
    const link = await serveFile('a.wav');
    const { status, headers, body } = await ask(serving.port, link);
    expect(status).toBe(200);
    expect(body).toEqual(sound);
    expect(headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '1000',
      'content-disposition': 'inline; filename="a.wav"',
      'accept-ranges': 'bytes',
      'last-modified': 'Wed, 18 Nov 2026 11:06:40 GMT',
      'cache-control': 'private',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[0-9a-f]+-[0-9a-f]+"$/),
    });
    expect(headers).not.toHaveProperty('content-range');
    await expect.poll(() => openHandles('a.wav')).toBe(0);
  });

  it('by HEAD has the same headers and no body, even with a Range', async () => {
    const link = await serveFile('h.wav');
    const { date: _date, connection: _connection, ...whole } = (await ask(serving.port, link)).headers;
    const head = await ask(serving.port, link, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect(head.status).toBe(200);
    expect(head.headers).toMatchObject(whole);
    expect(head.body).toHaveLength(0);
    await expect.poll(() => openHandles('h.wav')).toBe(0);
  });

  it('of no bytes is empty', async () => {
    const link = await serveFile('empty.gsm', Buffer.alloc(0));
    expect(await ask(serving.port, link)).toMatchObject({ status: 200, text: '', headers: { 'content-length': '0' } });
    expect(await ask(serving.port, link, { headers: { range: 'bytes=0-' } })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */0' },
    });
    await expect.poll(() => openHandles('empty.gsm')).toBe(0);
  });

  it('may bring the secret as a bearer token', async () => {
    await fs.writeFile(join(folder, 'b.wav'), sound);
    serving = await serve({ findRecording: find }, { secret: 'plain' });
    const answer = await ask(serving.port, '/recording?id=b.wav', { headers: { authorization: 'Bearer plain' } });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['x.WAV', 'audio/wav'],
    ['x.mp3', 'audio/mpeg'],
    ['x.ogg', 'audio/ogg'],
    ['x.opus', 'audio/ogg'],
    ['x.gsm', 'audio/x-gsm'],
    ['x.g722', 'application/octet-stream'],
    ['x.html', 'application/octet-stream'],
    ['x.constructor', 'application/octet-stream'],
    ['x', 'application/octet-stream'],
  ])('%s is %s', async (name, type) => {
    const link = await serveFile(name);
    expect((await ask(serving.port, link)).headers['content-type']).toBe(type);
  });
});

describe('a hostile file name', () => {
  it.each([
    [';rm -rf $(id).wav', /^inline; filename=";rm -rf \$\(id\)\.wav"$/],
    ['quo"te.wav', /^inline; filename="quo\\"te\.wav"$/],
    ['back\\slash.wav', /^inline; filename="back\\\\slash\.wav"$/],
    [
      'cr\r\nSet-Cookie: a=b.wav',
      /^inline; filename="cr\?\?Set-Cookie: a=b\.wav"; filename\*=UTF-8''cr%0D%0ASet-Cookie%3A%20a%3Db\.wav$/,
    ],
    ['звонок.wav', /^inline; filename="\?{6}\.wav"; filename\*=UTF-8''%D0%B7.*\.wav$/],
    ['📞.wav', /^inline; filename="\?\?\.wav"; filename\*=UTF-8''%F0%9F%93%9E\.wav$/],
    ['%41.wav', /^inline; filename="%41\.wav"; filename\*=UTF-8''%2541\.wav$/],
  ])('%j stays inside its header', async (name, disposition) => {
    const link = await serveFile(name);
    const { status, headers, body } = await ask(serving.port, link);
    expect(status).toBe(200);
    expect(body).toEqual(sound);
    expect(headers['content-disposition']).toMatch(disposition);
    expect(headers).not.toHaveProperty('set-cookie');
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=900-', 900, 999],
    ['bytes=990-5000', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-5000', 0, 999],
    ['bytes=0-0', 0, 0],
    ['Bytes=1-1', 1, 1],
  ])('%s', async (range, start, end) => {
    const link = await serveFile('r.wav');
    const { status, headers, body } = await ask(serving.port, link, { headers: { range } });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${start}-${end}/1000`);
    expect(headers['content-length']).toBe(String(end - start + 1));
    expect(body).toEqual(sound.subarray(start, end + 1));
    await expect.poll(() => openHandles('r.wav')).toBe(0);
  });

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('%s cannot be satisfied', async (range) => {
    const link = await serveFile('r.wav');
    const { status, headers, text } = await ask(serving.port, link, { headers: { range } });
    expect(status).toBe(416);
    expect(headers['content-range']).toBe('bytes */1000');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toBe('The recording has 1000 bytes.\n');
    await expect.poll(() => openHandles('r.wav')).toBe(0);
  });

  it.each(['bytes=0-1,5-6', 'bytes=9-3', 'bytes=x-', 'bytes=', 'lines=1-2', 'bytes=1 - 2', 'bytes=0x1-2'])(
    '%s is ignored',
    async (range) => {
      const link = await serveFile('r.wav');
      const { status, body } = await ask(serving.port, link, { headers: { range } });
      expect(status).toBe(200);
      expect(body).toEqual(sound);
    },
  );

  it('depends on If-Range', async () => {
    const link = await serveFile('r.wav');
    const { etag, 'last-modified': modified } = (await ask(serving.port, link)).headers;
    const status = async (condition: string) =>
      (await ask(serving.port, link, { headers: { range: 'bytes=0-9', 'if-range': condition } })).status;
    expect(await status(String(etag))).toBe(206);
    expect(await status(String(modified))).toBe(206);
    expect(await status('"other"')).toBe(200);
    expect(await status(`W/${etag}`)).toBe(200);
    expect(await status('Wed, 18 Nov 2020 11:06:40 GMT')).toBe(200);
  });
});

describe('a known recording', () => {
  it.each([
    ['if-none-match', 'etag'],
    ['if-modified-since', 'last-modified'],
  ])('by %s is 304, without content', async (condition, validator) => {
    const link = await serveFile('k.wav');
    const value = String((await ask(serving.port, link)).headers[validator]);
    const answer = await ask(serving.port, link, { headers: { [condition]: value, range: 'bytes=0-9' } });
    expect(answer.status).toBe(304);
    expect(answer.body).toHaveLength(0);
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(answer.headers.etag).toBeDefined();
    await expect.poll(() => openHandles('k.wav')).toBe(0);
  });

  it('that has changed is sent anew', async () => {
    const link = await serveFile('c.wav');
    const { etag } = (await ask(serving.port, link)).headers;
    await fs.appendFile(join(folder, 'c.wav'), 'more');
    const answer = await ask(serving.port, link, { headers: { 'if-none-match': String(etag) } });
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(1004);
  });
});

describe('refusals', () => {
  it.each([
    ['', 401, 'missing'],
    ['&secret=', 401, 'missing'],
    ['&secret=x', 403, 'wrong'],
  ])('with %j: %i', async (part, status, word) => {
    await serveFile('s.wav');
    const answer = await ask(serving.port, `/recording?id=s.wav${part}`);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(word);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  it.each([
    ['unknown', 404, /no recording with this id/, 'info'],
    ['gone', 404, /no longer/, 'info'],
    ['empty', 404, /no sound/, 'info'],
    ['overwritten', 404, /another call was recorded into the same file/, 'info'],
    ['changed', 404, /written again/, 'warn'],
    ['unreadable', 404, /cannot be read/, 'warn'],
    ['not-ready', 409, /not finished/, 'info'],
  ] as const)('%s: %i, a clear text, and why in the log', async (problem, status, text, level) => {
    const why = 'call 1.1, /m/secret-place/a.wav: because';
    serving = await serve({ findRecording: async () => ({ problem, why }) });
    const answer = await ask(serving.port, `/recording?id=x&secret=${encodedSecret}`);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    expect(answer.text).not.toContain('secret-place');
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(serving.log).toContainEqual({
      level,
      text: `recording not played, ${problem}: ${why}`,
      fields: { address: '127.0.0.1' },
    });
  });

  it('asks nobody before the secret is right', async () => {
    let asked = 0;
    serving = await serve({
      async findRecording() {
        asked += 1;
        return { problem: 'unknown', why: 'no such id' };
      },
    });
    await ask(serving.port, '/recording?id=x&secret=wrong');
    await ask(serving.port, '/recording?id=x');
    expect(asked).toBe(0);
  });
});

describe('a link with a key of its own, for a browser without the secret', () => {
  it('opens that recording and no other', async () => {
    await serveFile('k.wav');
    const key = recordingKey(secret, 'k.wav');
    expect(key).toMatch(/^[\w-]{22}$/);
    expect((await ask(serving.port, `/recording?id=k.wav&key=${key}`)).body).toEqual(sound);
    for (const other of [recordingKey(secret, 'j.wav'), recordingKey('another secret', 'k.wav'), 'x'])
      expect((await ask(serving.port, `/recording?id=k.wav&key=${other}`)).status).toBe(403);
  });

  it('that is wrong, however often, stops neither right ones nor clicks: many may come from one address', async () => {
    await serveFile('k.wav');
    const key = recordingKey(secret, 'k.wav');
    for (let n = 0; n < 20; n += 1) {
      const answer = await ask(serving.port, `/recording?id=k.wav&key=${n}`);
      expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('crm.token has changed') });
    }
    expect((await ask(serving.port, `/recording?id=k.wav&key=${key}`)).status).toBe(200);
    expect((await ask(serving.port, `/recording?id=k.wav&secret=${encodedSecret}`)).status).toBe(200);
    const click = `/makecall?secret=${encodedSecret}&from=101&to=200`;
    expect((await ask(serving.port, click)).text).toBe('Success');
    expect(serving.log.filter(({ text }) => text === 'recording refused: wrong key')).toHaveLength(1);
  });

  it('opens though others guess the secret from the same address, and so do clicks', async () => {
    await serveFile('k.wav');
    for (let n = 0; n < 20; n += 1) await ask(serving.port, `/recording?id=k.wav&secret=guess${n}`);
    expect((await ask(serving.port, `/recording?id=k.wav&secret=${encodedSecret}`)).status).toBe(429);
    expect((await ask(serving.port, `/recording?id=k.wav&key=${recordingKey(secret, 'k.wav')}`)).status).toBe(200);
    const click = `/makecall?secret=${encodedSecret}&from=101&to=200`;
    expect((await ask(serving.port, click)).text).toBe('Success');
  });

  it('is refused where the module alone may play, as is the secret in an address', async () => {
    await serveFile('k.wav');
    await serving.server.close();
    serving = await serve({ findRecording: find }, { players: 'module' });
    const paths = [`key=${recordingKey(secret, 'k.wav')}`, `secret=${encodedSecret}`];
    for (const path of paths) {
      const answer = await ask(serving.port, `/recording?id=k.wav&${path}`);
      expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('recordings.players') });
    }
    const headers = { authorization: `Bearer ${Buffer.from(secret).toString('latin1')}` };
    expect((await ask(serving.port, '/recording?id=k.wav', { headers })).body).toEqual(sound);
  });

  it('does not help a wrong secret, nor click-to-call', async () => {
    await serveFile('k.wav');
    const key = recordingKey(secret, 'k.wav');
    expect((await ask(serving.port, `/recording?id=k.wav&key=${key}&secret=wrong`)).status).toBe(403);
    const click = await ask(serving.port, `/makecall?from=101&to=200&key=${recordingKey(secret, '')}`);
    expect(click.text).toBe('Authentication Failure');
    expect(serving.placed).toEqual([]);
  });
});

describe('a long recording', () => {
  const size = 60 * 1024 * 1024;

  it('is served by Range from its very end', async () => {
    const link = await serveFile('end.wav', Buffer.alloc(0));
    await fs.truncate(join(folder, 'end.wav'), size);
    const answer = await ask(serving.port, link, { headers: { range: `bytes=${size - 1000}-` } });
    expect(answer.status).toBe(206);
    expect(answer.body).toHaveLength(1000);
  });

  it('comes byte for byte, also to one who stops again and again, and in parts that end anywhere', async () => {
    // More than the kernel takes for a reader who waits.
    const content = randomBytes(24_000_001);
    const link = await serveFile('bytes.wav', content);
    const parts: Buffer[] = [];
    for await (const chunk of await opened(link)) {
      parts.push(Buffer.from(chunk as Buffer));
      if (parts.length % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(Buffer.concat(parts).equals(content)).toBe(true);
    for (const [start, end] of [
      [0, 65_535],
      [1, 65_537],
      [65_535, 300_000],
      [131_072, 700_000],
    ] as const) {
      const answer = await ask(serving.port, link, { headers: { range: `bytes=${start}-${end}` } });
      expect(answer.body.equals(content.subarray(start, end + 1)), `${start}-${end}`).toBe(true);
    }
    await expect.poll(() => openHandles('bytes.wav')).toBe(0);
  });

  it('is read no further than the listener takes it', async () => {
    const link = await serveFile('long.wav', Buffer.alloc(0));
    await fs.truncate(join(folder, 'long.wav'), size);
    await serving.server.close();
    let read = 0;
    serving = await serve({
      async findRecording(id) {
        const result = await find(id);
        if ('problem' in result) return result;
        const { handle } = result.file;
        const original = handle.read.bind(handle) as (...parts: unknown[]) => Promise<{ bytesRead: number }>;
        const counted = async (...parts: unknown[]) => {
          const outcome = await original(...parts);
          read += outcome.bytesRead;
          return outcome;
        };
        Object.assign(handle, { read: counted });
        return result;
      },
    });
    const response = await opened(link);
    response.pause();
    let before = -1;
    while (before !== read) {
      before = read;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(size / 3);
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;
    expect(received).toBe(size);
    expect(read).toBe(size);
  });

  it('is let go of when the listener leaves', async () => {
    const link = await serveFile('left.wav', Buffer.alloc(0));
    await fs.truncate(join(folder, 'left.wav'), size);
    for (let n = 0; n < 5; n += 1) {
      await new Promise<void>((resolve) => {
        const outgoing = request({ port: serving.port, host: '127.0.0.1', path: link, agent: false }, (response) => {
          response.once('data', () => {
            outgoing.destroy();
            resolve();
          });
          response.on('error', () => {});
        });
        outgoing.on('error', () => {});
        outgoing.end();
      });
    }
    await expect.poll(() => openHandles('left.wav')).toBe(0);
    expect(serving.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    expect((await ask(serving.port, '/health')).status).toBe(200);
  });

  it('is let go of by a listener who left before it was found', async () => {
    await serveFile('late.wav');
    await serving.server.close();
    let found = () => {};
    const gate = new Promise<void>((resolve) => {
      found = resolve;
    });
    let asked = () => {};
    const inside = new Promise<void>((resolve) => {
      asked = resolve;
    });
    serving = await serve({
      async findRecording(id) {
        asked();
        await gate;
        return find(id);
      },
    });
    const outgoing = request({
      port: serving.port,
      host: '127.0.0.1',
      path: `/recording?id=late.wav&secret=${encodedSecret}`,
    });
    outgoing.on('error', () => {});
    outgoing.end();
    await inside;
    outgoing.destroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    found();
    await expect.poll(() => serving.log.some(({ text }) => text.startsWith('GET /recording 200'))).toBe(true);
    await expect.poll(() => openHandles('late.wav')).toBe(0);
  });
});

describe('a file that changes while it is played', () => {
  /** Opens, then lets the test do something to the file before it is read. */
  async function serveAfter(name: string, meddle: () => Promise<void>): Promise<string> {
    const link = await serveFile(name);
    await serving.server.close();
    serving = await serve({
      async findRecording(id) {
        const result = await find(id);
        await meddle();
        return result;
      },
    });
    return link;
  }

  it('is sent as it was when it grows', async () => {
    const link = await serveAfter('grow.wav', () => fs.appendFile(join(folder, 'grow.wav'), 'more'));
    const answer = await ask(serving.port, link);
    expect(answer.headers['content-length']).toBe('1000');
    expect(answer.body).toEqual(sound);
  });

  it('is sent to its end when it is deleted', async () => {
    const link = await serveAfter('deleted.wav', () => fs.rm(join(folder, 'deleted.wav')));
    expect((await ask(serving.port, link)).body).toEqual(sound);
  });

  it('cuts the connection when it shrinks, instead of letting the client wait', async () => {
    const link = await serveAfter('shrink.wav', () => fs.truncate(join(folder, 'shrink.wav'), 10));
    // On a kept connection: one that is to be closed anyway is cut in any case. The server closes idle ones after 5 s.
    const answer = ask(serving.port, link, { headers: { connection: 'keep-alive' } });
    const waited = new Promise((resolve) => setTimeout(resolve, 3000, 'waited'));
    await expect(Promise.race([answer, waited])).rejects.toThrow();
    expect(serving.log.some(({ level, text }) => level === 'warn' && text.includes('shorter'))).toBe(true);
    await expect.poll(() => openHandles('shrink.wav')).toBe(0);
  });
});
