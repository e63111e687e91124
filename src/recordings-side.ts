import type { Knex } from 'knex';
import { type Clock, repeat } from './clock.ts';
import type { Config } from './config/schema.ts';
import { localTimeIn } from './crm/local-time.ts';
import { createFacts } from './db/facts.ts';
import { judgeFault } from './db/fault.ts';
import type { Patience } from './db/patience.ts';
import type { FindRecordingResult, RecordingAsk } from './http/ports.ts';
import type { Log } from './log.ts';
import { retentionSettings, transcodeSettings } from './recording-settings.ts';
import { openRecording } from './recordings/find.ts';
import type { RecordingId } from './recordings/recording.ts';
import type { RecordingStore } from './recordings/recording-store.ts';
import { runRetention } from './recordings/retention.ts';
import { RetentionRounds } from './recordings/retention-rounds.ts';
import { Transcode } from './recordings/transcode.ts';
import { recordingPlaces } from './settings.ts';

export interface RecordingsParts {
  readonly knex: Knex;
  readonly recordings: RecordingStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
}

const dayMs = 86_400_000;

/** Asking a converter what it can do takes a tenth of a second of a processor. */
const tellMs = 5_000;

/** What is done with recordings once they are there: played, converted, deleted when they are old. */
export interface RecordingsSide {
  find(id: string, ask: RecordingAsk): Promise<FindRecordingResult>;
  /** Nothing is waited for. */
  start(): void;
  stop(): Promise<void>;
}

export function createRecordingsSide(config: Config, parts: RecordingsParts): RecordingsSide {
  const { clock, knex, patience } = parts;
  const log = parts.log.child({ part: 'recordings' });
  const transcode = new Transcode({ settings: transcodeSettings(config), clock, log });
  const rounds = new RetentionRounds({
    ...{ settings: retentionSettings(config), clock, log, memory: createFacts(knex, patience) },
    run: (order, pause, onDeleted) =>
      runRetention(order, {
        ...{ database: knex, places: recordingPlaces(config), clock, pause, onDeleted },
        forget: (ids) => transcode.cache.forget(ids),
      }),
  });
  let isStopped = false;
  let endSweeps = () => {};
  let cancelTelling = () => {};
  let sweep: Promise<void> = Promise.resolve();
  return {
    find: (id, ask) => find(id, ask, config, { ...parts, log, transcode }),
    start: () => {
      transcode.start().catch((fault) => log.warn(`${config.recordings.cache_path} cannot be used: ${fault}`));
      // The first seconds are the calls'.
      cancelTelling = clock.after(tellMs, () => void transcode.tellTranscoder());
      rounds.start();
      endSweeps = repeat(clock, dayMs, () => {
        sweep = sweepCache(config, parts, transcode, () => isStopped).catch((fault) =>
          log.debug('what was converted could not be gone through', { fault: String(fault) }),
        );
      });
    },
    stop: async () => {
      isStopped = true;
      endSweeps();
      cancelTelling();
      await Promise.all([rounds.stop(), transcode.stop(), sweep]);
    },
  };
}

/** What was made of a recording goes when the recording has gone, whoever has removed it. */
async function sweepCache(
  config: Config,
  { recordings }: RecordingsParts,
  { cache }: Transcode,
  isStopped: () => boolean,
): Promise<void> {
  for (const id of await cache.ids()) {
    if (isStopped()) return;
    const found = await openRecording(id, recordings, recordingPlaces(config));
    if ('file' in found) await found.file.handle.close();
    else if (['gone', 'deleted', 'unknown'].includes(found.problem)) await cache.forget(new Set([id]));
  }
}

interface FindParts extends RecordingsParts {
  readonly transcode: Transcode;
}

async function find(id: string, ask: RecordingAsk, config: Config, parts: FindParts): Promise<FindRecordingResult> {
  const { recordings, transcode } = parts;
  const found = await orUnavailable(id, parts, () => openRecording(id, recordings, recordingPlaces(config)));
  if ('file' in found) {
    if (ask.asIs) return found;
    const playable = await transcode.playable(id as RecordingId, found.file, ask.signal);
    return 'problem' in playable ? { ...playable, call: found.call } : playable;
  }
  // Whoever has removed the recording has not meant that it should still be heard.
  if (found.problem === 'gone') await transcode.cache.forget(new Set([id]));
  if (!('at' in found)) return found;
  const on = localTimeIn(config.crm.time_zone)(found.at).slice(0, 10);
  const { problem, why, call } = found;
  return { problem, why, call, said: `This recording was deleted by retention on ${on}.` };
}

type Unavailable = { readonly problem: 'unavailable'; readonly why: string };

async function orUnavailable<Found>(
  id: string,
  { patience, recordings, log }: FindParts,
  look: () => Promise<Found>,
): Promise<Found | Unavailable> {
  try {
    return await look();
  } catch (fault) {
    if (judgeFault(fault).kind === 'ours') throw fault;
    // Damage may be met here first.
    if (patience.state.state === 'well') patience.persist(() => recordings.byId(id)).catch(() => {});
    log.debug('a recording could not be looked up', { id, fault: String(fault) });
    return { problem: 'unavailable', why: judgeFault(fault).problem };
  }
}
