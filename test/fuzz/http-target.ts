import type { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRequest, LivePort } from '../../src/http/ports.ts';
import { liveLimits } from '../../src/http/ports.ts';
import { recordingKey } from '../../src/http/recording-key.ts';
import { openFile } from '../../src/recordings/open.ts';
import { chanceOf } from '../faults/chance.ts';
import { ask } from '../http/request.ts';
import { type Serving, serve } from '../http/serving.ts';
import { httpInput } from './http-input.ts';
import { type FuzzTarget, Tally } from './target.ts';

const secret = 'Geheimnis7331derTelefonanlage';
const sound = 'KLANG'.repeat(2_000);

/** The real HTTP side on a socket, with a recording, a live channel and a PBX that takes every call. */
export class HttpTarget extends Tally implements FuzzTarget {
  readonly longestTurnMs = null;
  readonly #serving: Serving;
  readonly #folder: string;
  readonly #watched: Set<string>;
  readonly #openLeft: { count: number };

  private constructor(serving: Serving, folder: string, watched: Set<string>, openLeft: { count: number }) {
    super();
    this.#serving = serving;
    this.#folder = folder;
    this.#watched = watched;
    this.#openLeft = openLeft;
  }

  static async start(): Promise<HttpTarget> {
    const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
    const path = join(folder, 'known.wav');
    await writeFile(path, sound);
    const watched = new Set<string>();
    const openLeft = { count: 0 };
    const serving = await serve(
      {
        async findRecording(id) {
          const result = id === 'known' ? await openFile(path, { roots: [folder], pathMap: [] }) : null;
          if (result?.kind !== 'open') return { problem: 'unknown', why: 'no such id' };
          openLeft.count += 1;
          const { handle } = result.file;
          (handle as unknown as EventEmitter).once('close', () => {
            openLeft.count -= 1;
          });
          return { file: result.file };
        },
        live: () => liveOf(watched),
      },
      {
        secret,
        live: { ...liveLimits, streams: 50 },
        doubleClickMs: 0,
        clicksPerSecond: 1000,
        trustedProxies: ['127.0.0.1'],
      },
    );
    return new HttpTarget(serving, folder, watched, openLeft);
  }

  async run(seed: number): Promise<readonly string[]> {
    const chance = chanceOf(seed);
    const now = Date.UTC(2026, 10, 20) + this.#passed;
    const keys = { secret, recordingKey: recordingKey(secret, 'known'), now };
    const input = httpInput(keys, chance);
    const { server: _, ...serving } = this.#serving;
    const answer = await this.#exchange(input.bytes);
    const faults = [
      ...faultsInAnswer(answer),
      ...serving.log.flatMap(({ level, text, fields }) => faultsInLog(level, text, fields)),
    ];
    if (!input.mayPlace && serving.placed.length > 0)
      faults.push(`a call was placed: ${JSON.stringify(serving.placed)}`);
    for (const call of serving.placed) faults.push(...faultsInCall(call));
    if (!input.mayHear && answer.includes('KLANG')) faults.push('a recording was played');
    if (!input.mayWatch && answer.includes('{"extension":')) faults.push('calls were shown');
    this.#count(answer, serving.placed.length);
    serving.log.length = 0;
    serving.placed.length = 0;
    // What one has guessed wrong does not shut the next one out.
    this.#pass(61_000);
    if (seed % 20 === 0) faults.push(...(await this.#stillServes()));
    return faults;
  }

  async close(): Promise<void> {
    await this.#serving.server.close();
    await rm(this.#folder, { recursive: true });
  }

  #passed = 0;

  #pass(ms: number): void {
    this.#passed += ms;
    this.#serving.pass(ms);
  }

  #count(answer: string, placed: number): void {
    this.add(answer === '' ? 'no answer' : `answers ${/^HTTP\/1\.1 (\d)/.exec(answer)?.[1] ?? '?'}xx`);
    if (placed > 0) this.add('calls placed', placed);
    if (answer.includes('KLANG')) this.add('recordings played');
    if (answer.includes('event: calls')) this.add('live streams');
  }

  async #stillServes(): Promise<string[]> {
    const { status } = await ask(this.#serving.port, '/health');
    // A busy machine takes its time to tell that a client has left.
    for (let tries = 0; tries < 200 && this.#openLeft.count + this.#watched.size > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const faults = status === 200 ? [] : [`/health answers ${status}`];
    if (this.#openLeft.count > 0) faults.push(`${this.#openLeft.count} recordings stay open`);
    if (this.#watched.size > 0) faults.push(`${this.#watched.size} live streams stay open`);
    return faults;
  }

  /** What the server says until it closes, or has been silent for a while: then we leave, as it may wait for more. */
  #exchange(bytes: Buffer): Promise<string> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(this.#serving.port, '127.0.0.1', () => socket.write(bytes));
      const leave = () => socket.destroy();
      let silence = setTimeout(leave, 40);
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        clearTimeout(silence);
        silence = setTimeout(leave, 15);
      });
      // It may close while we still write.
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(silence);
        resolve(Buffer.concat(chunks).toString('latin1'));
      });
    });
  }
}

function liveOf(watched: Set<string>): LivePort {
  let serial = 0;
  return {
    isQuiet: () => true,
    snapshot: (extension) => JSON.stringify({ extension, calls: [] }),
    watch(extension, push) {
      serial += 1;
      const id = `${serial} ${extension}`;
      watched.add(id);
      push(JSON.stringify({ extension, calls: [] }));
      return () => watched.delete(id);
    },
  };
}

const knownHeaders = new Set(
  `content-type content-length date connection keep-alive x-content-type-options allow www-authenticate retry-after
  cache-control etag last-modified accept-ranges content-range content-disposition transfer-encoding x-accel-buffering
  cross-origin-resource-policy`.split(/\s+/),
);

/** Each header that the server ever sends is known: another one would be somebody's own. */
function faultsInAnswer(answer: string): string[] {
  const faults = answer.includes(secret) ? ['the secret is told'] : [];
  if (/HTTP\/1\.1 500 /.test(answer)) faults.push('answered 500');
  for (const [head] of answer.matchAll(/HTTP\/1\.[01] \d{3} [\s\S]*?\r\n\r\n/g)) {
    if (head.length > 4_000) faults.push('a head of over 4,000 characters');
    for (const line of head.split('\r\n').slice(1, -2)) {
      const [, name = ''] = /^([A-Za-z-]+): [\x20-\x7e]*$/.exec(line) ?? [];
      if (!knownHeaders.has(name.toLowerCase())) faults.push(`header ${JSON.stringify(line)}`);
    }
  }
  return faults;
}

function faultsInLog(level: string, text: string, fields: object | undefined): string[] {
  const line = `${text} ${JSON.stringify(fields)}`;
  const faults = level === 'error' ? [`logged as an error: ${line}`] : [];
  // Where a damaged path has grown together with it nobody could know it for one.
  if (new RegExp(`(?<!\\w)${secret}`).test(line)) faults.push(`the secret is in the log: ${line}`);
  if (line.length > 1_000) faults.push(`a log line of ${line.length} characters`);
  return faults;
}

function faultsInCall({ from, to, context, variables }: CallRequest): string[] {
  const faults: string[] = [];
  if (!/^\d{2,6}$/.test(from)) faults.push(`from ${JSON.stringify(from)}`);
  if (!/^\+?[0-9*#]{1,32}$/.test(to)) faults.push(`to ${JSON.stringify(to)}`);
  if (context !== null && !['vtiger', 'office'].includes(context)) faults.push(`context ${JSON.stringify(context)}`);
  const entries = Object.entries(variables);
  if (entries.length > 16) faults.push(`${entries.length} variables`);
  for (const [name, value] of entries) {
    if (name !== 'record' && !/^CRM_[A-Za-z][A-Za-z0-9_]{0,31}$/.test(name))
      faults.push(`variable ${JSON.stringify(name)}`);
    if (!/^[\p{L}\p{M}\p{N} _.@:+/#*-]{0,128}$/u.test(value)) faults.push(`value ${JSON.stringify(value)}`);
  }
  return faults;
}
