import type { OpenFileResult } from './open.ts';
import type { Recording, Sighting } from './recording.ts';

export interface WatchSettings {
  /** How long a file must have stayed as it is to be final: MixMonitor's thread ends shortly after the hang-up. */
  readonly settleMs: number;
  /** How long after the end of the call a file is waited for. */
  readonly giveUpMs: number;
}

export interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
}

export type Judgement =
  | { readonly kind: 'wait'; readonly sighting: Sighting | null; readonly afterMs: number }
  | { readonly kind: 'ready' | 'empty'; readonly sighting: Sighting }
  | { readonly kind: 'missing' | 'overwritten'; readonly sighting: Sighting | null; readonly why: string };

export const longestWaitMs = 60_000;

/** A first look so long after the call's end comes after an outage of ours. */
const outageMs = 30_000;

/** MixMonitor's thread ends, and a conversion too mostly, within this time of the last word. */
const lastWriteMs = 30_000;

/** What follows from one look at a closed call's file. */
export function judge(
  recording: Recording,
  seen: FileFacts | Exclude<OpenFileResult, { kind: 'open' }>,
  at: number,
  settings: WatchSettings,
): Judgement {
  const late = at - (recording.closedAt ?? at) >= settings.giveUpMs;
  if ('kind' in seen) return judgeProblem(recording, seen, late, settings);
  if (isWrittenUnwatched(recording, seen.mtimeMs, at)) return { kind: 'overwritten', sighting: null, why: unwatched };
  const before = recording.sighting;
  // Against what was seen before and not against the present: a file server's clock may be ahead of ours.
  const unchanged = before !== null && before.size === seen.size && before.mtimeMs === seen.mtimeMs;
  if (unchanged && at - before.since >= settings.settleMs) {
    return { kind: seen.size > headerBytes(recording.path) ? 'ready' : 'empty', sighting: before };
  }
  if (unchanged) return { kind: 'wait', sighting: before, afterMs: before.since + settings.settleMs - at };
  const sighting = { size: seen.size, mtimeMs: seen.mtimeMs, since: at };
  // One more look for a file that is first seen late, as after an outage of the connector.
  if (late && before !== null) return { kind: 'missing', sighting, why: 'it is still being written' };
  return { kind: 'wait', sighting, afterMs: settings.settleMs };
}

/** Whether this is the first look, and in time: a file that is there cannot be told final then, and needs no closer look. */
export function isFirstLook({ looks, sighting, closedAt }: Recording, at: number, settings: WatchSettings): boolean {
  return looks === 0 && sighting === null && at - (closedAt ?? at) < settings.giveUpMs;
}

const unwatched = 'it was written again after the call, while the connector did not run';

/**
 * Another call may have been recorded into it without our seeing it. A time that lies ahead of ours is another machine's
 * and says nothing; nor does the time of a file that was not there at the first look, and so was moved there.
 */
function isWrittenUnwatched({ looks, closedAt, talks }: Recording, mtimeMs: number, at: number): boolean {
  if (looks > 0 || at - (closedAt ?? at) < outageMs || mtimeMs > at) return false;
  return mtimeMs > Math.max(...talks.map(({ until }) => until)) + lastWriteMs;
}

/**
 * Whether a file is no longer the one that was found final, so that another call's sound may be in it: also a call that
 * nobody told us of, as the connector did not run. A copy that has lost its time has kept its size, and a conversion that
 * keeps the time (`touch -r`) may change the size. Both times are the file server's, so its clock may be wrong.
 */
export function isWrittenSince({ state, sighting }: Recording, seen: FileFacts): boolean {
  if (state !== 'ready' || sighting === null || seen.size === sighting.size) return false;
  return seen.mtimeMs > sighting.mtimeMs + lastWriteMs;
}

function judgeProblem(
  recording: Recording,
  problem: { readonly kind: string; readonly why: string },
  late: boolean,
  settings: WatchSettings,
): Judgement {
  if (late || problem.kind === 'refused') return { kind: 'missing', sighting: null, why: problem.why };
  return { kind: 'wait', sighting: null, afterMs: backoffMs(recording.looks, settings.settleMs) };
}

/** Doubles from `firstMs` with every look, up to a minute. */
export function backoffMs(looks: number, firstMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(looks, 16), longestWaitMs);
}

/**
 * What Asterisk writes before the first sound: 44 bytes of RIFF header in .wav (also 16 kHz), 60 in .WAV, which is GSM in a
 * WAV file; raw formats have none. An unanswered call leaves just that (Asterisk 16 and 22, captured).
 */
export function headerBytes(path: string): number {
  if (path.endsWith('.WAV') || path.endsWith('.wav49')) return 60;
  return /\.wav(16)?$/.test(path) ? 44 : 0;
}
