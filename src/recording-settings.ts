import type { Config } from './config/schema.ts';
import type { RetentionSettings } from './recordings/retention-rounds.ts';
import type { TranscodeSettings } from './recordings/transcode.ts';

/** One for a listener who waits, and one for another; the calls have the rest of the machine. */
const conversionsAtOnce = 2;

/** A page of calls whose players all ask at once; more are told to come again. */
const mostWaiting = 20;

/** Hours of sound are done in a minute or two, also at low priority. */
const conversionMs = 600_000;

/** The CRM's player gives up after 15 s. */
const patienceMs = 10_000;

export function transcodeSettings({ recordings }: Config): TranscodeSettings {
  const { transcoder: kind, transcoder_path: path, cache_path: folder, cache_mb: megabytes } = recordings;
  return {
    choice: kind === 'off' ? null : { kind, path },
    folder,
    mostBytes: megabytes * 1_048_576,
    atOnce: conversionsAtOnce,
    mostWaiting,
    timeoutMs: conversionMs,
    patienceMs,
  };
}

export function retentionSettings({ recordings }: Config): RetentionSettings {
  return { mode: recordings.retention, days: recordings.delete_older_than_days };
}
