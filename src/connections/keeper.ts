import { type Clock, waitAfter } from '../clock.ts';
import type { Log } from '../log.ts';

/** What runs for one connection. */
export interface Running {
  /** Resolves if its database answers, or is known to fail and waited for; not at all if it hangs. */
  isAlive(): Promise<void>;
  stop(): Promise<void>;
}

export interface KeeperParts {
  readonly log: Log;
  readonly clock: Clock;
  /** Rejects where it cannot be had. `onFatal`: it cannot go on; `signal`: calls off a start that waits. */
  readonly start: (onFatal: (fault: unknown) => void, signal: AbortSignal) => Promise<Running>;
  /** It does not run, and why. */
  readonly onDown: (why: string) => void;
}

/** Between two starts; the last one repeats. */
const waits = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
/** One that ran for so long was well: its next fault is a first one. */
const wellMs = 60_000;
/** A part that does not end keeps its database locked, and the next start waits for it; nothing else does. */
const stopLimitMs = 10_000;

/** Keeps one of several connections running, whatever befalls it, and touches none of the others. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #calledOff = new AbortController();
  #running: Running | null = null;
  #keeping: Promise<void> = Promise.resolve();
  /** Ends what is waited for. */
  #wake: () => void = () => {};

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#keeping = this.#keep();
  }

  /** One that does not run yet, or for the moment, is waited for already. */
  async isAlive(): Promise<void> {
    await this.#running?.isAlive();
  }

  async stop(): Promise<void> {
    this.#calledOff.abort();
    this.#wake();
    await this.#keeping;
  }

  get #isEnding(): boolean {
    return this.#calledOff.signal.aborted;
  }

  async #keep(): Promise<void> {
    const { clock, log, onDown } = this.#parts;
    for (let tries = 0; !this.#isEnding; tries += 1) {
      const startedAt = clock.now();
      const fault = await this.#run();
      if (this.#isEnding) return;
      if (clock.now() - startedAt >= wellMs) tries = 0;
      const wait = waitAfter(tries, waits);
      const why = fault instanceof Error ? fault.message : String(fault);
      log.error(`this connection does not run: ${why} It is started again in ${wait / 1000} s; the others go on.`, {
        stack: fault instanceof Error ? fault.stack : undefined,
      });
      onDown(why);
      await this.#pause(wait);
    }
  }

  /** @returns why it runs no more */
  async #run(): Promise<unknown> {
    let onFatal: (fault: unknown) => void = () => {};
    const failed = new Promise<unknown>((resolve) => {
      onFatal = resolve;
    });
    try {
      const running = await this.#parts.start(onFatal, this.#calledOff.signal);
      this.#running = running;
      const fault = await Promise.race([failed, this.#called()]);
      this.#running = null;
      await this.#stopRunning(running);
      return fault;
    } catch (fault) {
      return fault;
    }
  }

  /** One at a time waits for it. */
  #called(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#isEnding) resolve();
    });
  }

  /** At the end of the process whoever ends it has a limit of his own. */
  async #stopRunning(running: Running): Promise<void> {
    const { clock, log } = this.#parts;
    if (this.#isEnding) return running.stop();
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(stopLimitMs, () => {
        log.error(`this connection has not stopped within ${stopLimitMs / 1000} s`);
        resolve();
      });
    });
    await Promise.race([running.stop(), late]).finally(() => cancel());
  }

  #pause(ms: number): Promise<void> {
    let cancel = () => {};
    const over = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(ms, resolve);
    });
    return Promise.race([over, this.#called()]).finally(() => cancel());
  }
}
