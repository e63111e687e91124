import type { Clock } from '../clock.ts';
import type { ConversionEnd } from './convert.ts';

export interface SharedSettings {
  /** How many run at once. */
  readonly atOnce: number;
  /** How many may wait for their turn. */
  readonly mostWaiting: number;
  /** How long an asker is kept waiting. */
  readonly patienceMs: number;
}

/** `converting`: it goes on, and is to be asked for again. `busy`: it has not begun, as too many wait. */
export type SharedEnd = ConversionEnd | { readonly kind: 'converting' | 'busy'; readonly why: string };

export interface Conversion {
  /** Must end soon after the signal, and never reject. */
  run(signal: AbortSignal): Promise<ConversionEnd>;
  /** Called once, whatever became of it: also when it was never run. */
  release(): Promise<void>;
}

interface Job {
  readonly conversion: Conversion;
  readonly control: AbortController;
  readonly end: Promise<ConversionEnd>;
  readonly settle: (end: ConversionEnd) => void;
  waiting: number;
  /** Somebody was told to come again: it is finished for him. */
  isPromised: boolean;
}

/** A file that cannot be converted is not tried again at each click. */
const failureKeptMs = 60_000;

/** Conversions by name: one for all who ask for the same, few at once, and none that nobody waits for any more. */
export class SharedConversions {
  readonly #settings: SharedSettings;
  readonly #clock: Clock;
  readonly #jobs = new Map<string, Job>();
  readonly #queue: string[] = [];
  readonly #failures = new Map<string, { readonly at: number; readonly end: ConversionEnd }>();
  #running = 0;
  #isStopped = false;

  constructor(settings: SharedSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** @param signal the asker has left */
  async wait(name: string, signal: AbortSignal, conversion: Conversion): Promise<SharedEnd> {
    // One that was called off a moment ago is on its way out.
    for (let old = this.#jobs.get(name); old?.control.signal.aborted; old = this.#jobs.get(name)) await old.end;
    const job = this.#jobs.get(name);
    if (job !== undefined) {
      const joined = this.#join(job, signal);
      await conversion.release();
      return joined;
    }
    const refused = this.#refusal(name);
    if (refused === null) return this.#join(this.#begin(name, conversion), signal);
    await conversion.release();
    return refused;
  }

  /** Ends all, and resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const jobs = [...this.#jobs.values()];
    for (const { control } of jobs) control.abort();
    await Promise.all(jobs.map(({ end }) => end));
  }

  #refusal(name: string): SharedEnd | null {
    const now = this.#clock.now();
    for (const [old, { at }] of this.#failures) if (now - at >= failureKeptMs) this.#failures.delete(old);
    const before = this.#failures.get(name);
    if (before !== undefined) return before.end;
    if (this.#isStopped) return { kind: 'busy', why: 'the connector is stopping' };
    const isFull = this.#queue.length >= this.#settings.mostWaiting;
    return isFull ? { kind: 'busy', why: `${this.#queue.length} others wait to be converted` } : null;
  }

  #begin(name: string, conversion: Conversion): Job {
    const control = new AbortController();
    let settle: (end: ConversionEnd) => void = () => {};
    const end = new Promise<ConversionEnd>((resolve) => {
      settle = resolve;
    });
    const job = { conversion, control, end, settle, waiting: 0, isPromised: false };
    this.#jobs.set(name, job);
    this.#queue.push(name);
    control.signal.addEventListener('abort', () => this.#leaveQueue(name));
    this.#runNext();
    return job;
  }

  async #join(job: Job, signal: AbortSignal): Promise<SharedEnd> {
    job.waiting += 1;
    let cancel = () => {};
    let left = () => {};
    const early = new Promise<SharedEnd>((resolve) => {
      cancel = this.#clock.after(this.#settings.patienceMs, () => {
        job.isPromised = true;
        resolve({ kind: 'converting', why: 'it is still being converted' });
      });
      left = () => resolve({ kind: 'called-off', why: 'the asker has left' });
      signal.addEventListener('abort', left);
      if (signal.aborted) left();
    });
    const end = await Promise.race([job.end, early]);
    cancel();
    signal.removeEventListener('abort', left);
    job.waiting -= 1;
    if (job.waiting === 0 && !job.isPromised) job.control.abort();
    return end;
  }

  #leaveQueue(name: string): void {
    const place = this.#queue.indexOf(name);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    void this.#finish(name, { kind: 'called-off', why: 'nobody waits for it any more' });
  }

  #runNext(): void {
    while (this.#running < this.#settings.atOnce) {
      const name = this.#queue.shift();
      const job = name === undefined ? undefined : this.#jobs.get(name);
      if (name === undefined || job === undefined) return;
      this.#running += 1;
      void this.#run(name, job);
    }
  }

  async #run(name: string, { conversion, control }: Job): Promise<void> {
    const end = await conversion.run(control.signal);
    if (end.kind === 'failed') this.#failures.set(name, { at: this.#clock.now(), end });
    this.#running -= 1;
    await this.#finish(name, end);
    this.#runNext();
  }

  async #finish(name: string, end: ConversionEnd): Promise<void> {
    const job = this.#jobs.get(name);
    this.#jobs.delete(name);
    await job?.conversion.release().catch(() => {});
    job?.settle(end);
  }
}
