import { StartCalledOff } from './called-off.ts';
import type { Log } from './log.ts';

/** What runs with one configuration. */
export interface Running {
  stop(): Promise<void>;
}

/** What was read of the settings: them, or all that is wrong with them, one fault an entry. */
export type Read<Settings> =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

export interface ReloadParts<Settings> {
  /** Those to begin with. */
  readonly settings: Settings;
  readonly read: () => Promise<Read<Settings>>;
  /** Rejects with StartCalledOff if `signal` calls off a start that waits. */
  readonly start: (settings: Settings, signal: AbortSignal) => Promise<Running>;
  readonly log: Log;
  /** They are about to be used. */
  readonly onUse: (settings: Settings) => void;
  /** What a change of the settings comes to, in sentences without any value that is secret. */
  readonly changes: (before: Settings, after: Settings) => readonly string[];
  readonly onReloading: () => void;
  /** The end of a reload. `settings`: with which ones it runs. */
  readonly onReloaded: (settings: 'new' | 'old') => void;
  /** Neither the new settings nor the old ones can be run with. */
  readonly onFatal: (fault: unknown) => void;
  /** A fault of a start, for people. */
  readonly inWords: (fault: unknown) => string;
  /** How long what runs may take to stop. */
  readonly stopLimitMs: number;
}

/** Something that runs, and goes on with other settings when it is told to, in the same process. */
export class Reloads<Settings> implements Running {
  readonly #parts: ReloadParts<Settings>;
  #settings: Settings;
  #running: Running | null = null;
  /** Asked to read the settings again, and has not yet. Several that ask meanwhile are answered by one reading. */
  #isAsked = false;
  #isEnding = false;
  #waiting = new AbortController();
  #working: Promise<void> | null = null;

  constructor(parts: ReloadParts<Settings>) {
    this.#parts = parts;
    this.#settings = parts.settings;
  }

  /**
   * @param calledOff ends it before it has started
   * @throws the fault of a start, or StartCalledOff
   */
  async start(calledOff: AbortSignal): Promise<void> {
    calledOff.addEventListener('abort', () => this.#end());
    if (calledOff.aborted) this.#end();
    this.#parts.onUse(this.#settings);
    const starting = this.#start(this.#settings).catch(async (fault) => {
      if (!(fault instanceof StartCalledOff) || this.#isEnding) throw fault;
    });
    this.#working = starting.then(() => this.#work()).finally(() => this.#rest());
    this.#working.catch(() => {});
    await this.#working;
    if (this.#running === null) throw new StartCalledOff();
  }

  /** Reads the settings again; if they are in order, what runs is stopped and started with them. Never throws. */
  reload(): void {
    if (this.#isEnding) return;
    this.#isAsked = true;
    // A start that waits for its database may be waiting for just these settings.
    this.#waiting.abort();
    if (this.#working !== null) return;
    this.#working = this.#work()
      .catch(this.#parts.onFatal)
      .finally(() => this.#rest());
  }

  async stop(): Promise<void> {
    this.#end();
    await this.#working?.catch(() => {});
    await this.#running?.stop();
    this.#running = null;
  }

  #end(): void {
    this.#isEnding = true;
    this.#waiting.abort();
  }

  #rest(): void {
    this.#working = null;
  }

  /** Until the settings that were last asked for are those with which it runs. */
  async #work(): Promise<void> {
    while (this.#isAsked && !this.#isEnding) {
      this.#isAsked = false;
      this.#parts.onReloading();
      const next = await this.#read();
      if (next !== null || this.#running === null) await this.#exchange(next ?? this.#settings);
      if (!this.#isEnding) this.#parts.onReloaded(this.#settings === next ? 'new' : 'old');
    }
  }

  /** null: they are at fault, which has been said. */
  async #read(): Promise<Settings | null> {
    const { log, read } = this.#parts;
    const found = await read();
    if (found.ok) return found.settings;
    const faults = found.problems.length === 1 ? '1 fault' : `${found.problems.length} faults`;
    log.error(`reload: the new settings have ${faults}; the connector goes on with those it has`);
    for (const problem of found.problems) log.error(`reload: ${problem}`);
    return null;
  }

  async #exchange(next: Settings): Promise<void> {
    const { log, changes, onUse } = this.#parts;
    const before = this.#settings;
    await this.#stopRunning();
    if (this.#isEnding) return;
    onUse(next);
    try {
      await this.#start(next);
      this.#settings = next;
      for (const change of changes(before, next)) log.info(`reload: ${change}`);
    } catch (fault) {
      if (fault instanceof StartCalledOff) return onUse(before);
      await this.#goBack(before, fault);
    }
  }

  async #goBack(before: Settings, fault: unknown): Promise<void> {
    const { log, inWords, onUse } = this.#parts;
    onUse(before);
    log.error(`reload: not started with the new settings: ${inWords(fault)}`);
    if (this.#isEnding) return;
    try {
      await this.#start(before);
    } catch (second) {
      if (second instanceof StartCalledOff) return;
      throw second;
    }
    log.warn('reload: the connector goes on with the settings it had');
  }

  async #start(settings: Settings): Promise<void> {
    this.#waiting = new AbortController();
    if (this.#isEnding || this.#isAsked) this.#waiting.abort();
    this.#running = await this.#parts.start(settings, this.#waiting.signal);
  }

  /** One that does not end keeps the database locked and hears nothing: then only a new process helps. */
  async #stopRunning(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    const { stopLimitMs, onFatal } = this.#parts;
    const late = () => onFatal(new Error(`reload: not stopped within ${stopLimitMs / 1000} s`));
    const limit = setTimeout(late, stopLimitMs);
    await running.stop().finally(() => clearTimeout(limit));
  }
}
