import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FakeAsterisk } from '../test/doubles/fake-asterisk.ts';
import { MixedLoad } from './mixed-load.ts';
import { Sink } from './sink.ts';
import { cpuSeconds, type Subject, type Surroundings } from './subject.ts';

export type Kind = 'DialBegin' | 'DialAnswer' | 'Hangup';

export interface TrialSettings {
  readonly start: (surroundings: Surroundings) => Promise<Subject>;
  /** How many times as fast as they were the calls go by. */
  readonly speed: number;
  readonly scenarios?: readonly string[];
  /** Nobody hangs up. */
  readonly isEndless?: boolean;
}

/** What came of a stretch of load. */
export interface Stretch {
  readonly calls: number;
  /** Milliseconds from the write of the event to the arrival of its callback, in order of size. */
  readonly latency: Readonly<Record<Kind, readonly number[]>>;
  readonly cpuSeconds: number;
  readonly mostBacklogBytes: number;
  /** From the last write to the last callback. */
  readonly drainMs: number;
  /** Callbacks awaited that have not come. */
  readonly missing: number;
}

interface Parts {
  readonly subject: Subject;
  readonly load: MixedLoad;
  readonly sink: Sink;
  readonly asterisk: FakeAsterisk;
  readonly recordings: string;
}

interface Sent {
  readonly kind: Kind;
  readonly at: number;
}

/** A subject between an Asterisk that plays and a CRM that takes all. */
export class Trial {
  readonly subject: Subject;
  readonly load: MixedLoad;
  readonly sink: Sink;
  readonly #parts: Parts;
  /** When what must bring a callback about was written, by the callback's tag. */
  readonly #awaited: Map<string, Sent>;
  #latency: Record<Kind, number[]> = { DialBegin: [], DialAnswer: [], Hangup: [] };
  #lastCallback = 0;

  private constructor(parts: Parts, awaited: Map<string, Sent>) {
    this.subject = parts.subject;
    this.load = parts.load;
    this.sink = parts.sink;
    this.#parts = parts;
    this.#awaited = awaited;
    this.sink.onCallback = (tag, at) => this.#came(tag, at);
  }

  static async start({ start, scenarios, ...how }: TrialSettings): Promise<Trial> {
    const [asterisk, sink] = [await FakeAsterisk.start(), await Sink.start()];
    const awaited = new Map<string, Sent>();
    const onSent = (tag: string, kind: Kind, at: number) => void awaited.set(tag, { kind, at });
    const recordings = await mkdtemp(join(tmpdir(), 'bench-recordings-'));
    const load = await MixedLoad.load({ asterisk, onSent, recordings, ...how }, scenarios);
    const subject = await start({ amiPort: asterisk.port, crmUrl: sink.url, recordings });
    while (asterisk.server.clients.length === 0) await pause(20);
    await pause(settleMs);
    return new Trial({ subject, load, sink, asterisk, recordings }, awaited);
  }

  get awaited(): number {
    return this.#awaited.size;
  }

  /** Calls at a rate for some seconds, and then, if so wished, their ends. */
  async stretch(rate: number, seconds: number, toTheEnd = true): Promise<Stretch> {
    const { load, subject } = this;
    this.#latency = { DialBegin: [], DialAnswer: [], Hangup: [] };
    load.mostBacklog = 0;
    this.#awaited.clear();
    const [calls, cpu] = [load.calls, cpuSeconds(subject.pid)];
    await load.play(rate, seconds);
    if (toTheEnd) await load.finish();
    const written = performance.now();
    const missing = toTheEnd ? await this.#drained() : 0;
    return {
      calls: load.calls - calls,
      latency: {
        DialBegin: sorted(this.#latency.DialBegin),
        DialAnswer: sorted(this.#latency.DialAnswer),
        Hangup: sorted(this.#latency.Hangup),
      },
      cpuSeconds: cpuSeconds(subject.pid) - cpu,
      mostBacklogBytes: load.mostBacklog,
      drainMs: Math.max(0, this.#lastCallback - written),
      missing,
    };
  }

  async stop(): Promise<void> {
    await this.subject.stop();
    await this.#parts.asterisk.stop();
    this.sink.stop();
    await rm(this.#parts.recordings, { recursive: true, force: true });
  }

  /** Waits until all callbacks have come, or none comes any more. */
  async #drained(): Promise<number> {
    let [before, at] = [-1, performance.now()];
    while (this.#awaited.size > 0 && performance.now() - at < patienceMs) {
      if (this.sink.callbacks !== before) [before, at] = [this.sink.callbacks, performance.now()];
      await pause(10);
    }
    return this.#awaited.size;
  }

  #came(tag: string, at: number): void {
    this.#lastCallback = at;
    const sent = this.#awaited.get(tag);
    if (sent === undefined) return;
    this.#awaited.delete(tag);
    this.#latency[sent.kind].push(at - sent.at);
  }
}

/** After the login a subject has other things to do for a moment. */
const settleMs = 1_500;

/** So long after the last callback none is waited for. */
const patienceMs = 3_000;

const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
