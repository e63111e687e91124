import type { Input } from './call/ami-event.ts';
import type { CallEvent } from './call/call-event.ts';
import type { Extension, Linkedid } from './call/ids.ts';
import type { TrackerState } from './call/state.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { Dialect } from './crm/dialect.ts';
import type { LivePort } from './http/ports.ts';
import { LiveCalls } from './live/live-calls.ts';
import { type Telling, tellingOf } from './live/telling.ts';
import { dialectSettings } from './settings.ts';

export interface LiveSideParts {
  readonly state: TrackerState;
  readonly clock: Clock;
  /** In which dialect a call is told; null: it is not known yet. */
  readonly dialectOf: (call: Linkedid) => Dialect['name'] | null;
}

/** The live channel without its wire: who listens to which extension, and what he is to be told. */
export interface LiveSide extends LivePort {
  /** To be called after the core has taken an input, with what it said. */
  took(input: Input, events: readonly CallEvent[], at: number): void;
  /** The calls that were open when the connector stopped have been taken up. */
  takeUp(): void;
  clickFailed(actionId: string, state: 'failed' | 'unreachable', why: string): void;
  /** Nothing is shown that will be shown no more when time has passed. */
  readonly isAtRest: boolean;
  /** Asterisk is heard, or is no more. */
  linkIs(up: boolean): void;
}

export function createLiveSide(config: Config, parts: LiveSideParts): LiveSide {
  return new Live(config, parts);
}

interface Listened {
  readonly pushes: Set<(snapshot: string) => void>;
  /** What they were told last, without the time. */
  told: string;
}

const time = (ms: number) => new Date(ms).toISOString();

class Live implements LiveSide {
  readonly #clock: Clock;
  readonly #calls: LiveCalls;
  readonly #listened = new Map<string, Listened>();
  /** Who may have to be told something, in this turn of the event loop. */
  readonly #changed = new Set<string>();
  #isLinkUp = false;

  constructor(config: Config, { state, clock, dialectOf }: LiveSideParts) {
    this.#clock = clock;
    const tellings = new Map<string, Telling>();
    const telling = (call: Linkedid) => {
      const name = dialectOf(call) ?? 'salesplatform';
      const known = tellings.get(name) ?? tellingOf(name, dialectSettings(config, name), time);
      tellings.set(name, known);
      return known;
    };
    this.#calls = new LiveCalls({ state, tellingOf: telling, onChange: (extension) => this.#note(extension) });
  }

  took(input: Input, events: readonly CallEvent[], at: number): void {
    this.#calls.took(input, events, at);
  }

  takeUp(): void {
    this.#calls.takeUp(this.#clock.now());
  }

  clickFailed(actionId: string, state: 'failed' | 'unreachable', why: string): void {
    this.#calls.clickFailed(actionId, state, why, this.#clock.now());
  }

  get isAtRest(): boolean {
    return this.#calls.isAtRest;
  }

  linkIs(up: boolean): void {
    if (up === this.#isLinkUp) return;
    this.#isLinkUp = up;
    for (const extension of this.#listened.keys()) this.#note(extension);
  }

  snapshot(extension: string): string {
    return this.#dated(extension, this.#shown(extension));
  }

  isQuiet(extension: string): boolean {
    return this.#isLinkUp && this.#calls.isQuiet(extension as Extension);
  }

  watch(extension: string, push: (snapshot: string) => void): () => void {
    const listened = this.#listened.get(extension) ?? { pushes: new Set(), told: this.#shown(extension) };
    this.#listened.set(extension, listened);
    // What is about to be told to the others is told to them now, so that all have heard the same.
    this.#tell(extension);
    listened.pushes.add(push);
    push(this.#dated(extension, listened.told));
    return () => {
      listened.pushes.delete(push);
      if (listened.pushes.size === 0 && this.#listened.get(extension) === listened) this.#listened.delete(extension);
    };
  }

  /** Asterisk says many things of one moment in one piece: they are told as one. */
  #note(extension: string): void {
    if (!this.#listened.has(extension)) return;
    if (this.#changed.size === 0) setImmediate(() => this.#tellAll());
    this.#changed.add(extension);
  }

  #tellAll(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const extension of changed) this.#tell(extension);
  }

  #tell(extension: string): void {
    const listened = this.#listened.get(extension);
    if (listened === undefined) return;
    const now = this.#shown(extension);
    if (now === listened.told) return;
    listened.told = now;
    const snapshot = this.#dated(extension, now);
    for (const push of [...listened.pushes]) push(snapshot);
  }

  /** All that can change, in JSON. */
  #shown(extension: string): string {
    return JSON.stringify({ linkUp: this.#isLinkUp, ...this.#calls.snapshotOf(extension as Extension) });
  }

  #dated(extension: string, shown: string): string {
    return `{"extension":${JSON.stringify(extension)},"at":"${time(this.#clock.now())}",${shown.slice(1)}`;
  }
}
