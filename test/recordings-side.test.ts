import { access, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFacts } from '../src/db/facts.ts';
import { noPatience, type Patience } from '../src/db/patience.ts';
import { recordingsTable } from '../src/recordings/recording-row.ts';
import { RecordingStore } from '../src/recordings/recording-store.ts';
import { agreementFact } from '../src/recordings/retention-rounds.ts';
import { RetentionStore } from '../src/recordings/retention-store.ts';
import { createRecordingsSide, type RecordingsSide } from '../src/recordings-side.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import { rememberingLog } from './doubles/silent-log.ts';
import { type TempDb, tempDb } from './doubles/temp-db.ts';
import { configOf } from './service/office.ts';

let db: TempDb;
let clock: ManualClock;
let side: RecordingsSide;
beforeEach(async () => {
  db = await tempDb();
  clock = new ManualClock();
  await mkdir(monitor());
  await mkdir(cache());
});
afterEach(async () => {
  await side.stop();
  await db.remove();
});

const monitor = () => join(db.folder, 'monitor');
const cache = () => join(db.folder, 'cache');
const dayMs = 86_400_000;

function start(): void {
  const config = configOf(`
ami: { username: a, secret: b }
crm: { url: 'http://crm', token: c, time_zone: Europe/Moscow }
recordings: { roots: ['${monitor()}'], cache_path: '${cache()}', retention: delete, delete_older_than_days: 365 }
database: { path: '${db.path}' }`);
  const [recordings, log] = [new RecordingStore(db.knex), rememberingLog()];
  const patience = { ...noPatience, state: { state: 'well' } } as Patience;
  side = createRecordingsSide(config, { knex: db.knex, recordings, clock, log, patience });
  side.start();
}

/** With what was made of it. */
async function recorded(id: string, days: number): Promise<string> {
  const [at, path] = [clock.now() - days * dayMs, join(monitor(), `${id}.gsm`)];
  const row = {
    id,
    call: `c${id}`,
    path,
    talks: '[]',
    state: 'ready',
    created_at: at,
    closed_at: at,
    announced_at: at,
  };
  await db.knex(recordingsTable).insert(row);
  await writeFile(path, 'recording');
  await utimes(path, at / 1000, at / 1000);
  await writeFile(join(cache(), `r-${id}-9-${Math.trunc(at).toString(16)}.mp3`), 'made of it');
  return path;
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
const ask = () => ({ asIs: false, signal: new AbortController().signal });

test('a minute after its start it deletes what is old, with what was made of it, and answers for it', async () => {
  const [old, young] = [await recorded('old', 400), await recorded('young', 1)];
  const agreement = { days: 365, at: 1, by: 'command as root' };
  await createFacts(db.knex).set(agreementFact, JSON.stringify(agreement));
  start();
  await clock.advance(30_000);
  expect(await isThere(old)).toBe(true);
  await clock.advance(31_000);
  await expect.poll(() => isThere(old)).toBe(false);
  await expect.poll(() => readdir(cache())).toEqual([expect.stringContaining('r-young-')]);
  expect(await isThere(young)).toBe(true);
  await expect
    .poll(() => new RetentionStore(db.knex).deletions(9))
    .toMatchObject([{ by: 'service', outcome: 'deleted' }]);
  expect(await side.find('old', ask())).toMatchObject({
    problem: 'deleted',
    said: 'This recording was deleted by retention on 2026-11-21.',
  });
  const found = await side.find('young', ask());
  if ('problem' in found) throw new Error(found.why);
  expect(found.file.name).toBe('young.mp3');
  await found.file.handle.close();
});

test('what was made of a recording that somebody else has removed goes with the next look', async () => {
  const gone = await recorded('gone', 1);
  await recorded('there', 1);
  await writeFile(join(cache(), 'r-unknown-1-1.mp3'), 'of a database that is no more');
  await writeFile(join(cache(), 'of somebody else.mp3'), 'x');
  await rm(gone);
  start();
  await expect.poll(() => readdir(cache())).toEqual(['of somebody else.mp3', expect.stringContaining('r-there-')]);
});
