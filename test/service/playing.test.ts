import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { connect } from '../../src/db/connect.ts';
import { RetentionStore } from '../../src/recordings/retention-store.ts';
import { isAlive } from '../asterisk/claim.ts';
import { command } from '../asterisk/command.ts';
import { ask } from '../http/request.ts';
import { describeSound } from '../recordings/describe-sound.ts';
import { openOffice, token, type WholeOffice } from './office.ts';
import { closedAt, recordedInto } from './recorded.ts';

/** The whole connector, asked over HTTP for recordings that browsers do not play. */
await describeSound('a connector whose recordings are GSM', () => {
  let sounds: string;
  let office: WholeOffice;

  beforeAll(async () => {
    sounds = await mkdtemp(join(tmpdir(), 'sounds-'));
    const words = ['-n', '-r', '8000', '-c', '1', join(sounds, 'a.gsm'), 'synth', '60', 'sine', '440'];
    const made = await command('sox', words);
    if (!made.ok) throw new Error(made.output);
  });
  afterAll(() => rm(sounds, { recursive: true }));
  beforeEach(async () => {
    office = await openOffice();
  });
  afterEach(() => office.close());

  async function settings(recordings: Partial<Config['recordings']>): Promise<void> {
    const { config } = office;
    Object.assign(office, { config: { ...config, recordings: { ...config.recordings, ...recordings } } });
    await office.restart();
  }

  const recorded = async (id: string, name: string) =>
    recordedInto(office, id, name, await readFile(join(sounds, 'a.gsm')));

  const get = (id: string, headers: Record<string, string> = {}, more = '', method = 'GET') =>
    ask(office.service.httpPort, `/recording?id=${id}&secret=${token}${more}`, { method, headers });

  const cached = () => readdir(office.config.recordings.cache_path).catch(() => []);

  it('plays them as MP3, with length, type, seeking and a tag that stays', async () => {
    await recorded('one', 'IN_84951112233.gsm');
    const head = await get('one', {}, '', 'HEAD');
    const whole = await get('one');
    expect(whole).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'audio/mpeg',
        'content-length': String(whole.body.length),
        'content-disposition': 'inline; filename="IN_84951112233.mp3"',
        'accept-ranges': 'bytes',
        'last-modified': new Date(closedAt).toUTCString(),
      },
    });
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(whole.body.length) } });
    // 60 s at 32 kbit/s, and a frame or two.
    expect(Math.abs(whole.body.length - 240_000)).toBeLessThan(2000);
    const range = `bytes=${whole.body.length - 1000}-`;
    const part = await get('one', { range });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(
      `bytes ${whole.body.length - 1000}-${whole.body.length - 1}/${whole.body.length}`,
    );
    expect(part.body).toEqual(whole.body.subarray(-1000));
    const tag = String(whole.headers.etag);
    expect((await get('one', { 'if-none-match': tag })).status).toBe(304);
    expect((await get('one', { range: 'bytes=0-9', 'if-range': tag })).status).toBe(206);
    expect((await get('one', { range: 'bytes=9999999-' })).status).toBe(416);
    await office.restart();
    expect((await get('one', { 'if-none-match': tag })).status).toBe(304);
    expect(office.log.lines.filter(({ text }) => text.includes('converted by ffmpeg in'))).toHaveLength(1);
  });

  it('gives the file itself when asked to, and where conversion is off', async () => {
    await recorded('one', 'a.gsm');
    const original = { status: 200, headers: { 'content-type': 'audio/x-gsm', 'content-length': '99000' } };
    expect(await get('one', {}, '&raw=1')).toMatchObject(original);
    expect(await cached()).toEqual([]);
    await settings({ transcoder: 'off' });
    expect(await get('one')).toMatchObject(original);
  });

  it('says what is missing where nothing can convert them, with the cure', async () => {
    await recorded('one', 'a.gsm');
    await settings({ transcoder: 'ffmpeg', transcoder_path: '/nowhere/ffmpeg' });
    const answer = await get('one');
    expect(answer.status).toBe(501);
    expect(answer.text).toContain('install ffmpeg');
    expect(answer.text).toContain('raw=1');
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(office.log.lines.some(({ level, text }) => level === 'warn' && text.includes('/nowhere/ffmpeg'))).toBe(true);
  });

  it('ends a conversion when the client leaves', async () => {
    const program = join(office.folder, 'ffmpeg');
    const lines = ['#!/bin/bash', 'case "$1" in -version) echo ffmpeg version 1; exit;; esac'];
    const rest = ['case "$2" in -encoders) exit;; esac', `echo $$ > ${office.folder}/started`, 'exec sleep 60'];
    await writeFile(program, [...lines, ...rest, ''].join('\n'), { mode: 0o755 });
    await recorded('one', 'a.gsm');
    await settings({ transcoder: 'ffmpeg', transcoder_path: program });
    const asking = request({ port: office.service.httpPort, path: `/recording?id=one&secret=${token}` });
    asking.on('error', () => {});
    asking.end();
    const started = async () => Number((await command('cat', [join(office.folder, 'started')])).output);
    await expect.poll(started, { timeout: 5000 }).toBeGreaterThan(0);
    asking.destroy();
    const process = await started();
    await expect.poll(() => isAlive(process), { timeout: 5000 }).toBe(false);
  });

  it('answers 410 with the day when retention has deleted one, and nothing made of it is left', async () => {
    await recorded('one', 'a.gsm');
    await get('one');
    expect(await cached()).toHaveLength(1);
    const { recordings } = await import('../../src/tools/recordings-command.ts');
    const request = { id: null, reason: '', limit: 50, json: false, now: Date.now() };
    const pruned = await recordings(office.config, { ...request, action: 'prune', olderThanDays: 365, yes: true });
    expect(pruned).toMatchObject({ isFound: true, text: expect.stringContaining('1 file (97 KB)') });
    expect(await cached()).toEqual([]);
    const answer = await get('one');
    expect(answer.status).toBe(410);
    expect(answer.text).toMatch(/^This recording was deleted by retention on 20\d\d-\d\d-\d\d\.\n$/);
    expect((await get('one', {}, '&raw=1')).status).toBe(410);
    await expect(stat(join(office.monitor, 'a.gsm'))).rejects.toThrow('ENOENT');
  });

  it('forgets what it made of one that somebody else has deleted', async () => {
    await recorded('one', 'a.gsm');
    await get('one');
    await rm(join(office.monitor, 'a.gsm'));
    expect((await get('one')).status).toBe(404);
    expect(await cached()).toEqual([]);
  });

  it('lets none be deleted that is kept', async () => {
    await recorded('one', 'a.gsm');
    const database = connect(office.config.database.path);
    await new RetentionStore(database).keep({ call: 'call-one', since: 1, by: 'root', reason: '' });
    await database.destroy();
    const { recordings } = await import('../../src/tools/recordings-command.ts');
    const request = { id: null, reason: '', limit: 50, json: false, now: Date.now() };
    await recordings(office.config, { ...request, action: 'prune', olderThanDays: 1, yes: true });
    expect((await get('one')).status).toBe(200);
  });
});
