import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Capture, firstUniqueid, loadCapture, type Renaming, renameCapture } from './capture.ts';
import { bytesPerSecond, wavHeaderBytes } from './conversation.ts';

/** The package's folder, from src/ as well as from dist/. */
export const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** One captured call, and what really happened in it. */
export interface Scene {
  readonly capture: Capture;
  /** The customer's number; null: withheld. */
  readonly customer: string | null;
  /** The length of its recording. */
  readonly talkSeconds: number;
}

/** Who takes part when a scene is played again. */
export interface Cast {
  readonly extension: string;
  readonly agentName: string;
  /** The customer's number as the PBX shows it. */
  readonly number: string;
  /** What an Originate asked for, if the call comes of one. */
  readonly originate?: { readonly channelId: string; readonly actionId: string };
}

interface Truth {
  readonly calls: readonly { readonly customer: string | null }[];
  readonly recordings: readonly { readonly bytes: number }[];
}

export async function loadScene(name: string): Promise<Scene> {
  const folder = join(packageRoot, 'test/captures/22', name);
  const truth = JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as Truth;
  return {
    capture: await loadCapture(folder),
    customer: truth.calls[0]?.customer ?? null,
    talkSeconds: Math.max(0, (truth.recordings[0]?.bytes ?? 0) - wavHeaderBytes) / bytesPerSecond,
  };
}

/** The agent whom all captures ring, and the ActionID of those that begin with a click. */
const captured = { extension: '101', agentName: 'Ivan Petrov', actionId: 'c2c-1' };

/** The scene's events with other people, under ids that were not used before. */
export function castScene({ capture, customer }: Scene, cast: Cast, { epoch, serial }: Renaming): Capture {
  const words: Record<string, string> = {
    // Where a colleague takes part as well, the two change places.
    [cast.extension]: captured.extension,
    [captured.extension]: cast.extension,
    [captured.agentName]: cast.agentName,
    ...(customer === null ? {} : { [customer]: cast.number }),
  };
  const date = /_(\d{8}_\d\d-\d\d)_/.exec(recordingName(capture) ?? '')?.[1];
  // Two calls of one customer in the same minute would share one file.
  if (date !== undefined) words[date] = `${stamp(new Date(epoch * 1000))}-${serial}`;
  if (cast.originate !== undefined) {
    const own = firstUniqueid(capture)?.split('.')[1];
    words[`${epoch}.${own}`] = cast.originate.channelId;
    words[captured.actionId] = cast.originate.actionId;
  }
  return renameCapture(capture, { epoch, serial, words });
}

/** The file that Asterisk records to, without its folder; null: the call is not recorded. */
export function recordingName(capture: Capture): string | null {
  for (const { text } of capture) {
    const name = /\/monitor\/([^/\s,]+\.wav)/.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}

function stamp(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = `${two(now.getDate())}${two(now.getMonth() + 1)}${now.getFullYear()}`;
  return `${date}_${two(now.getHours())}-${two(now.getMinutes())}`;
}
