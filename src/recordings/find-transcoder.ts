import { execFile } from 'node:child_process';
import { constants, promises as files } from 'node:fs';
import type { Transcoder } from './transcoder.ts';

export interface TranscoderChoice {
  readonly kind: 'auto' | 'ffmpeg' | 'sox';
  /** From the root; null: where programs usually are. */
  readonly path: string | null;
}

export type TranscoderFound = { readonly transcoder: Transcoder } | { readonly why: string };

/** Where packages put programs. Not PATH: what a supervisor gives is often shorter, and then the same command finds less. */
const folders = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/ffmpeg/bin', '/snap/bin'];

/** Starting a program that is there takes some hundredths of a second. */
const answerMs = 10_000;

/** ffmpeg goes before sox: it knows G.722, and makes a quarter of the bytes. */
const preferred = ['ffmpeg', 'sox'] as const;

/** Looks for a program that converts recordings, and what it can make. Never rejects. */
export async function findTranscoder({ kind, path }: TranscoderChoice): Promise<TranscoderFound> {
  const wanted = kind === 'auto' ? preferred : [kind];
  const places = wanted.flatMap((one) => (path === null ? usual(one) : [{ one, place: path }]));
  let why = path === null ? `there is no ${wanted.join(' and no ')} in ${folders.join(', ')}` : unstartable(path);
  for (const { one, place } of places) {
    if (!(await isProgram(place))) continue;
    const found = await askProgram(one, place);
    if ('transcoder' in found) return found;
    why = found.why;
  }
  return { why };
}

const usual = (one: Transcoder['kind']) => folders.map((folder) => ({ one, place: `${folder}/${one}` }));

const unstartable = (path: string) => `${path} is no program that this user may start`;

async function isProgram(path: string): Promise<boolean> {
  try {
    await files.access(path, constants.X_OK);
    return (await files.stat(path)).isFile();
  } catch {
    return false;
  }
}

async function askProgram(kind: Transcoder['kind'], path: string): Promise<TranscoderFound> {
  const said = await output(path, [kind === 'ffmpeg' ? '-version' : '--version']);
  const version = (kind === 'ffmpeg' ? /^ffmpeg version (\S+)/ : /SoX v?(\S+)/).exec(said ?? '')?.[1];
  if (version === undefined) return { why: `${path} does not say that it is ${kind}` };
  const encoders = kind === 'ffmpeg' ? await output(path, ['-hide_banner', '-encoders']) : null;
  const made = / libmp3lame /.test(encoders ?? '') ? 'mp3' : 'wav';
  return { transcoder: { kind, path, version: version.slice(0, 40), output: made } };
}

/** What it writes; null: it fails, or does not end. */
function output(path: string, words: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { env: {}, timeout: answerMs, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024 } as const;
    const child = execFile(path, words, options, (fault, stdout) => resolve(fault === null ? stdout : null));
    child.stdin?.end();
  });
}
