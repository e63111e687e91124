import type { SoundInput } from './sound-format.ts';

/** A program that converts sound, as it was found on this machine. */
export interface Transcoder {
  readonly kind: 'ffmpeg' | 'sox';
  /** From the root. */
  readonly path: string;
  /** As it says itself. */
  readonly version: string;
  /** What it makes. */
  readonly output: 'mp3' | 'wav';
}

/**
 * 16 kHz is the lowest rate that the standards of MP3 and all its decoders have in common with telephony (8 kHz is "MPEG 2.5", of no
 * standard), and what G.722 has. At a constant bit rate a player knows where in the file a second is, so seeking needs no index.
 */
const mp3 = ['-ac', '1', '-ar', '16000', '-c:a', 'libmp3lame', '-b:a', '32k', '-f', 'mp3'];

const wav = ['-ac', '1', '-c:a', 'pcm_s16le', '-f', 'wav'];

/**
 * The arguments with which it reads standard input and writes the file; null: it cannot read this. The format is always named: left
 * to guess, ffmpeg may take a file for a playlist, and open what that names. No name of a recording is among the arguments.
 *
 * @param target from the root, so that it cannot be taken for an option
 */
export function transcoderArguments(
  { kind, output }: Pick<Transcoder, 'kind' | 'output'>,
  input: SoundInput,
  target: string,
): readonly string[] | null {
  if (!target.startsWith('/')) throw new RangeError('A file to convert into must be given from the root.');
  return kind === 'ffmpeg' ? ofFfmpeg(input, output, target) : ofSox(input, target);
}

function ofFfmpeg(input: SoundInput, output: Transcoder['output'], target: string): readonly string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-threads', '1'],
    ...['-protocol_whitelist', 'pipe', ...ffmpegInput(input), '-i', 'pipe:0'],
    ...['-map', '0:a:0', '-map_metadata', '-1', '-threads', '1'],
    ...(output === 'mp3' ? mp3 : wav),
    ...['-y', `file:${target}`],
  ];
}

function ffmpegInput(input: SoundInput): readonly string[] {
  switch (input.kind) {
    case 'wav':
    case 'au':
    case 'gsm':
    case 'g722':
      return ['-f', input.kind];
    case 'ulaw':
      return ['-f', 'mulaw', '-ar', '8000'];
    case 'alaw':
      return ['-f', 'alaw', '-ar', '8000'];
    case 'sln':
      return ['-f', 's16le', '-ar', String(input.rate)];
  }
}

/** Debian's sox cannot write MP3 without libsox-fmt-mp3, so it makes what every browser plays: PCM at the rate that is there. */
function ofSox(input: SoundInput, target: string): readonly string[] | null {
  const from = soxInput(input);
  if (from === null) return null;
  return ['-V1', ...from, '-', '-t', 'wav', '-e', 'signed-integer', '-b', '16', '-c', '1', target];
}

function soxInput(input: SoundInput): readonly string[] | null {
  switch (input.kind) {
    case 'wav':
    case 'au':
    case 'gsm':
      return ['-t', input.kind];
    case 'g722':
      return null;
    case 'ulaw':
      return ['-t', 'ul', '-r', '8000', '-c', '1'];
    case 'alaw':
      return ['-t', 'al', '-r', '8000', '-c', '1'];
    case 'sln':
      return ['-t', 'raw', '-e', 'signed-integer', '-b', '16', '-L', '-r', String(input.rate), '-c', '1'];
  }
}
