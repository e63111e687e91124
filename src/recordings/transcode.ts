import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type ConversionEnd, convert } from './convert.ts';
import { findTranscoder, type TranscoderChoice, type TranscoderFound } from './find-transcoder.ts';
import type { OpenFile } from './open.ts';
import type { RecordingId } from './recording.ts';
import { SharedConversions, type SharedEnd, type SharedSettings } from './shared-conversions.ts';
import type { SoundInput } from './sound-format.ts';
import { soundInputOf } from './sound-input.ts';
import { type CacheSettings, TranscodeCache } from './transcode-cache.ts';
import { type Transcoder, transcoderArguments } from './transcoder.ts';

export interface TranscodeSettings extends CacheSettings, SharedSettings {
  /** null: files are given as they are. */
  readonly choice: TranscoderChoice | null;
  /** How long a conversion may take. */
  readonly timeoutMs: number;
}

export interface TranscodeParts {
  readonly settings: TranscodeSettings;
  readonly clock: Clock;
  readonly log: Log;
}

/** converting: it is under way, and to be asked for again. busy: too many others are. */
export type TranscodeProblem = 'converting' | 'no-transcoder' | 'not-converted' | 'busy';

export type PlayableResult =
  | { readonly file: OpenFile }
  /** `why` is for the log. */
  | { readonly problem: TranscodeProblem; readonly why: string };

/** A recording whose format browsers do not play, and by what it is converted. */
interface Planned {
  readonly id: RecordingId;
  readonly file: OpenFile;
  readonly input: SoundInput;
  readonly by: Transcoder;
}

/** A program that was not there is looked for again after this time: it may have been installed. */
const lookAgainMs = 60_000;

/** Makes of recordings what browsers play, once, when somebody asks for one. */
export class Transcode {
  readonly #parts: TranscodeParts;
  readonly #cache: TranscodeCache;
  readonly #conversions: SharedConversions;
  #found: { readonly at: number; readonly what: Promise<TranscoderFound> } | null = null;

  constructor(parts: TranscodeParts) {
    this.#parts = parts;
    this.#cache = new TranscodeCache(parts.settings, parts.clock);
    this.#conversions = new SharedConversions(parts.settings, parts.clock);
  }

  get cache(): TranscodeCache {
    return this.#cache;
  }

  /** Clears what an earlier process left. */
  start(): Promise<void> {
    return this.#cache.begin();
  }

  /** Says what recordings will be converted by. Never rejects. */
  async tellTranscoder(): Promise<void> {
    const { settings, log } = this.#parts;
    if (settings.choice === null) return;
    const found = await this.#transcoder(settings.choice);
    if ('why' in found) log.info(`recordings in GSM, G.722 or raw formats cannot be played in browsers: ${found.why}`);
    else log.info(`recordings that browsers do not play are converted by ${inWords(found.transcoder)}`);
  }

  /** Ends what is under way. */
  stop(): Promise<void> {
    return this.#conversions.stop();
  }

  /**
   * The file itself where browsers play it, else what is made of it; the handle given is then closed.
   *
   * @param signal the asker has left
   */
  async playable(id: RecordingId, file: OpenFile, signal: AbortSignal): Promise<PlayableResult> {
    const planned = await this.#plan(id, file).catch(async (fault) => {
      await file.handle.close();
      throw fault;
    });
    if ('by' in planned) return this.#make(planned, signal);
    const isItself = 'file' in planned && planned.file === file;
    if (!isItself) await file.handle.close();
    return planned;
  }

  /** What can be said without a conversion; else the one that is needed. */
  async #plan(id: RecordingId, file: OpenFile): Promise<PlayableResult | Planned> {
    const { choice } = this.#parts.settings;
    const input = choice === null ? null : await soundInputOf(file);
    if (choice === null || input === null) return { file };
    // What was made before is played also when the program is gone.
    for (const ending of ['mp3', 'wav'] as const) {
      const kept = await this.#cached(this.#cache.name(id, file, ending), file);
      if (kept !== null) return kept;
    }
    const found = await this.#transcoder(choice);
    if ('why' in found) return { problem: 'no-transcoder', why: found.why };
    const { transcoder: by } = found;
    const isRead = transcoderArguments(by, input, '/-') !== null;
    if (!isRead) return { problem: 'no-transcoder', why: `${by.path} (${by.kind}) cannot read ${input.kind}` };
    return { id, file, input, by };
  }

  async #make(planned: Planned, signal: AbortSignal): Promise<PlayableResult> {
    const { id, file, by } = planned;
    const name = this.#cache.name(id, file, by.output);
    const run = (ended: AbortSignal) => this.#convert(name, planned, ended);
    // The handle outlives this asker where others wait for the same.
    const end = await this.#conversions.wait(name, signal, { run, release: () => file.handle.close() });
    if (end.kind !== 'done') return { problem: problems[end.kind], why: `${file.name}: ${end.why}` };
    return (await this.#cached(name, file)) ?? { problem: 'not-converted', why: 'what was made of it is gone' };
  }

  async #convert(name: string, planned: Planned, signal: AbortSignal): Promise<ConversionEnd> {
    const { clock, log } = this.#parts;
    const began = clock.now();
    const { file, input, by } = planned;
    const end = await this.#run(name, planned, signal).catch((fault) => failed(String(fault)));
    const what = `a recording of ${file.size} bytes (${input.kind})`;
    if (end.kind === 'done') log.info(`${what} converted by ${by.kind} in ${clock.now() - began} ms`);
    if (end.kind === 'failed') log.warn(`${what} cannot be converted by ${by.path}: ${end.why}`, { file: file.name });
    return end;
  }

  async #run(name: string, { file, input, by }: Planned, signal: AbortSignal): Promise<ConversionEnd> {
    const { settings, clock } = this.#parts;
    const { target, mostBytes } = await this.#cache.prepare(name);
    if (mostBytes === 0) return failed(`the disk of ${settings.folder} is nearly full`);
    const words = transcoderArguments(by, input, target) ?? [];
    const limits = { mostBytes, timeoutMs: settings.timeoutMs, signal };
    try {
      const end = await convert({ program: by.path, words, source: file.handle.fd, target, ...limits }, clock);
      if (end.kind === 'done') await this.#cache.keep(target, name);
      return end;
    } finally {
      await this.#cache.drop(target);
    }
  }

  /** With the time of the recording itself: it is not another one because it was made again. */
  async #cached(name: string, { mtimeMs, name: original }: OpenFile): Promise<{ readonly file: OpenFile } | null> {
    const kept = await this.#cache.open(name);
    if (kept === null) return null;
    return { file: { ...kept, mtimeMs, name: `${original.replace(/\.[^.]*$/, '')}${/\.[^.]*$/.exec(name)?.[0]}` } };
  }

  async #transcoder(choice: TranscoderChoice): Promise<TranscoderFound> {
    const now = this.#parts.clock.now();
    const before = await this.#found?.what;
    const isOld = before === undefined || ('why' in before && now - (this.#found?.at ?? 0) >= lookAgainMs);
    if (isOld) this.#found = { at: now, what: findTranscoder(choice) };
    return this.#found?.what ?? { why: 'it was not looked for' };
  }
}

/** One that was called off has no asker any more. */
const problems: Readonly<Record<Exclude<SharedEnd['kind'], 'done'>, TranscodeProblem>> = {
  converting: 'converting',
  busy: 'busy',
  'called-off': 'busy',
  failed: 'not-converted',
};

function failed(why: string): ConversionEnd {
  return { kind: 'failed', why };
}

function inWords({ kind, version, output, path }: Transcoder): string {
  return `${kind} ${version} to ${output === 'mp3' ? 'MP3' : 'WAV'} (${path})`;
}
