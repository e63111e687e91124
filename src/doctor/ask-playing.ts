import { promises as files } from 'node:fs';
import type { Knex } from 'knex';
import type { Config } from '../config/schema.ts';
import { createFacts } from '../db/facts.ts';
import { openForReading } from '../db/read.ts';
import { findTranscoder } from '../recordings/find-transcoder.ts';
import { openFile } from '../recordings/open.ts';
import { agreementFact, isAgreedTo } from '../recordings/retention-rounds.ts';
import type { SoundInput } from '../recordings/sound-format.ts';
import { soundInputOf } from '../recordings/sound-input.ts';
import { transcoderArguments } from '../recordings/transcoder.ts';
import { recordingPlaces } from '../settings.ts';
import type { PlayingSeen, RetentionSeen } from './playing.ts';
import type { RootSeen } from './recordings.ts';

/** Which of the newest files browsers do not play, and what would convert them. Never rejects. */
export async function askPlaying(config: Config, roots: readonly RootSeen[]): Promise<PlayingSeen> {
  const { transcoder: kind, transcoder_path: path } = config.recordings;
  const newest = roots.flatMap((root) => root.newest.filter(({ problem, size }) => problem === null && size > 0));
  const unplayed: { readonly name: string; readonly input: SoundInput }[] = [];
  for (const { name } of newest) {
    const input = await inputOf(name, config);
    if (input !== null) unplayed.push({ name, input });
  }
  const found = kind === 'off' ? { why: '' } : await findTranscoder({ kind, path });
  const unread =
    'transcoder' in found
      ? unplayed.find(({ input }) => transcoderArguments(found.transcoder, input, '/-') === null)
      : undefined;
  const names = unplayed.map(({ name }) => name);
  const common = { files: newest.length, unplayed: names, isOff: kind === 'off' };
  if (!('transcoder' in found)) return { ...common, converter: null, why: found.why };
  const { kind: by, version, path: place } = found.transcoder;
  if (unread !== undefined) return { ...common, converter: null, why: `${by} cannot read ${unread.input.kind}` };
  return { ...common, converter: `${by} ${version} (${place})`, why: '' };
}

async function inputOf(name: string, { recordings }: Config): Promise<SoundInput | null> {
  const opened = await openFile(name, { roots: recordings.roots, pathMap: [] });
  if (opened.kind !== 'open') return null;
  const { handle } = opened.file;
  try {
    return await soundInputOf({ handle, name });
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

/** Whether old recordings may be deleted, and by this user. Never rejects. */
export async function askRetention(config: Config): Promise<RetentionSeen> {
  const { retention: mode, delete_older_than_days: days } = config.recordings;
  const locked: string[] = [];
  for (const root of recordingPlaces(config).roots)
    if (!(await mayWrite(root)) && (await isThere(root))) locked.push(root);
  const isAgreed = mode === 'delete' && days !== null ? await askAgreement(config, days) : null;
  return { mode, days, isAgreed, locked };
}

const isThere = (path: string) => files.stat(path).then(Boolean, () => false);

const mayWrite = (path: string) =>
  files.access(path, files.constants.W_OK | files.constants.X_OK).then(
    () => true,
    () => false,
  );

async function askAgreement({ database: { path } }: Config, days: number): Promise<boolean | null> {
  let database: Knex | null = null;
  try {
    database = await openForReading(path, 'facts');
    return isAgreedTo(days, await createFacts(database).get(agreementFact));
  } catch {
    return null;
  } finally {
    await database?.destroy();
  }
}
