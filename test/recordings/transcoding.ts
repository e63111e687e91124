import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { type OpenFile, openFile } from '../../src/recordings/open.ts';
import type { RecordingId } from '../../src/recordings/recording.ts';
import { type PlayableResult, Transcode, type TranscodeSettings } from '../../src/recordings/transcode.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

/** Recordings in a folder, and what is made of them in another. */
export class Transcoding {
  readonly log = rememberingLog();
  readonly folder: string;
  #transcode: Transcode;
  readonly #settings: TranscodeSettings;

  private constructor(folder: string, settings: Partial<TranscodeSettings>) {
    this.folder = folder;
    this.#settings = {
      choice: { kind: 'auto', path: null },
      folder: join(folder, 'cache'),
      mostBytes: 50 * 1_048_576,
      atOnce: 1,
      mostWaiting: 3,
      timeoutMs: 20_000,
      patienceMs: 20_000,
      ...settings,
    };
    this.#transcode = this.#new();
  }

  static async start(settings: Partial<TranscodeSettings> = {}): Promise<Transcoding> {
    const folder = await mkdtemp(join(tmpdir(), 'transcoding-'));
    await mkdir(join(folder, 'monitor'));
    const started = new Transcoding(folder, settings);
    await started.#transcode.start();
    await started.#transcode.tellTranscoder();
    return started;
  }

  /** With a program in bash that does what is written in `body` after it has said its version; `$target` is what it is to make. */
  static async withProgram(body: string, settings: Partial<TranscodeSettings> = {}): Promise<Transcoding> {
    const tools = await mkdtemp(join(tmpdir(), 'program-'));
    const path = join(tools, 'ffmpeg');
    const script = [
      '#!/bin/bash',
      'case "$1" in -version) echo "ffmpeg version fake-1"; exit;; esac',
      'case "$2" in -encoders) echo " A....D libmp3lame x"; exit;; esac',
      `for target; do :; done; target="\${target#file:}"`,
      `echo "$$" >> ${tools}/started`,
      body,
    ];
    await writeFile(path, `${script.join('\n')}\n`);
    await chmod(path, 0o755);
    const started = await Transcoding.start({ choice: { kind: 'ffmpeg', path }, ...settings });
    started.#tools = tools;
    return started;
  }

  #tools: string | null = null;

  get transcode(): Transcode {
    return this.#transcode;
  }

  path(name: string): string {
    return join(this.folder, 'monitor', name);
  }

  async opened(name: string): Promise<OpenFile> {
    const result = await openFile(this.path(name), { roots: [join(this.folder, 'monitor')], pathMap: [] });
    if (result.kind !== 'open') throw new Error(result.why);
    return result.file;
  }

  async play(name: string, id = 'id', signal = new AbortController().signal): Promise<PlayableResult> {
    return this.#transcode.playable(id as RecordingId, await this.opened(name), signal);
  }

  /** What a listener gets: name and bytes; or why he gets nothing. */
  async listen(name: string, id = 'id', signal?: AbortSignal): Promise<{ name: string; bytes: Buffer } | string> {
    const result = await this.play(name, id, signal);
    if ('problem' in result) return result.problem;
    const { handle, size } = result.file;
    const { buffer } = await handle.read(Buffer.alloc(size), 0, size, 0);
    await handle.close();
    return { name: result.file.name, bytes: buffer };
  }

  cached(): Promise<string[]> {
    return readdir(join(this.folder, 'cache')).catch(() => []);
  }

  /** The processes that were started, by id. */
  async started(): Promise<number[]> {
    const text = await readFile(join(this.#tools ?? '', 'started'), 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean).map(Number);
  }

  async restart(): Promise<void> {
    await this.#transcode.stop();
    this.#transcode = this.#new();
    await this.#transcode.start();
    await this.#transcode.tellTranscoder();
  }

  async end(): Promise<void> {
    await this.#transcode.stop();
    await rm(this.folder, { recursive: true });
    if (this.#tools !== null) await rm(this.#tools, { recursive: true });
  }

  #new(): Transcode {
    return new Transcode({ settings: this.#settings, clock: systemClock, log: this.log });
  }
}
