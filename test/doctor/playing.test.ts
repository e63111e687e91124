import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFacts } from '../../src/db/facts.ts';
import { openDatabase } from '../../src/db/open.ts';
import { askPlaying, askRetention } from '../../src/doctor/ask-playing.ts';
import { askRoots } from '../../src/doctor/ask-recordings.ts';
import { judgePlaying, type PlayingSeen, type RetentionSeen } from '../../src/doctor/playing.ts';
import { agreementFact } from '../../src/recordings/retention-rounds.ts';
import { configOf } from '../service/office.ts';

const playing: PlayingSeen = { files: 5, unplayed: [], converter: null, why: 'there is no ffmpeg', isOff: false };
const retention: RetentionSeen = { mode: 'off', days: null, isAgreed: null, locked: [] };
const verdicts = (seen: Partial<PlayingSeen>, kept: Partial<RetentionSeen> = {}) =>
  judgePlaying({ ...playing, ...seen }, { ...retention, ...kept }).map(({ verdict }) => verdict);

describe('the verdict', () => {
  test.each<[Partial<PlayingSeen>, string]>([
    [{ files: 0 }, 'skipped'],
    [{}, 'ok'],
    [{ unplayed: ['a.gsm'], converter: 'ffmpeg 5.1' }, 'ok'],
    [{ unplayed: ['a.gsm'] }, 'warning'],
    [{ unplayed: ['a.gsm'], isOff: true }, 'warning'],
  ])('of formats %j: %s', (seen, verdict) => expect(verdicts(seen)[0]).toBe(verdict));

  test.each<[Partial<RetentionSeen>, string]>([
    [{}, 'ok'],
    [{ mode: 'dry-run', days: 365, locked: ['/m'] }, 'ok'],
    [{ mode: 'delete', days: 365, isAgreed: true }, 'ok'],
    [{ mode: 'delete', days: 365, isAgreed: false }, 'warning'],
    [{ mode: 'delete', days: 365, isAgreed: null }, 'skipped'],
    [{ mode: 'delete', days: 365, isAgreed: true, locked: ['/m'] }, 'fault'],
  ])('of retention %j: %s', (seen, verdict) => expect(verdicts({}, seen)[1]).toBe(verdict));
});

describe('what is seen', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const config = (recordings = '') =>
    configOf(`
ami: { username: a, secret: b }
crm: { url: 'http://crm', token: c, time_zone: Europe/Moscow }
recordings: { roots: ['${folder}']${recordings && `, ${recordings}`} }
database: { path: '${join(folder, 'connector.db')}' }`);

  test('of files: by what is in them, and what a program cannot read', async () => {
    await writeFile(join(folder, 'a.gsm'), 'sound');
    await writeFile(join(folder, 'b.wav'), 'sound');
    const seen = (more?: string) => askRoots([folder]).then((roots) => askPlaying(config(more), roots));
    const where = "transcoder_path: '/nowhere'";
    expect(await seen(where)).toMatchObject({ files: 2, unplayed: [join(folder, 'a.gsm')], converter: null });
    expect(await seen('transcoder: off')).toMatchObject({ isOff: true, converter: null });
    const sox = join(folder, 'sox');
    await writeFile(sox, '#!/bin/sh\necho "sox: SoX v14"\n', { mode: 0o755 });
    expect(await seen(`transcoder: sox, transcoder_path: '${sox}'`)).toMatchObject({ converter: `sox 14 (${sox})` });
    await writeFile(join(folder, 'c.g722'), 'sound');
    const unread = { converter: null, why: 'sox cannot read g722' };
    expect(await seen(`transcoder: sox, transcoder_path: '${sox}'`)).toMatchObject(unread);
  });

  test('of retention: whether it was agreed to', async () => {
    const deleting = config('retention: delete, delete_older_than_days: 365');
    expect(await askRetention(deleting)).toEqual({ mode: 'delete', days: 365, isAgreed: null, locked: [] });
    const database = await openDatabase(join(folder, 'connector.db'));
    expect((await askRetention(deleting)).isAgreed).toBe(false);
    await createFacts(database).set(agreementFact, JSON.stringify({ days: 90, at: 1, by: 'root' }));
    expect((await askRetention(deleting)).isAgreed).toBe(true);
    await database.destroy();
  });
});
