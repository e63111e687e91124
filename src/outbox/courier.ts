import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { StoredCallback } from './callback-row.ts';
import { createCircuit } from './circuit.ts';
import type { OutboxStore } from './outbox-store.ts';
import { hindranceIn, type SendResult } from './retry.ts';
import { type Alarm, Settlement, type Tally } from './settle.ts';

export interface CourierSettings {
  readonly store: OutboxStore;
  readonly send: (callback: StoredCallback) => Promise<SendResult>;
  readonly clock: Clock;
  readonly log: Log;
  /** Callbacks under way at once. PBXManager gains nothing from more than a few: they only wait within the CRM. */
  readonly lanes: number;
  readonly onAlarm: (alarm: Alarm) => void;
  /** False for a callback that does harm when it is applied twice; such a one is not repeated when its answer was lost. */
  readonly isRepeatable?: (callback: StoredCallback) => boolean;
  /** Asks the CRM something that changes nothing: a callback that must not be repeated goes out only to one that is there. */
  readonly ask?: () => Promise<SendResult>;
  /** The CRM had been away, and has dealt with a callback again. */
  readonly onBack?: () => void;
}

export interface CourierState extends Readonly<Tally> {
  readonly isCrmAway: boolean;
  readonly inFlight: number;
  readonly alarms: readonly Alarm[];
}

export interface Courier {
  readonly state: CourierState;
  start(): Promise<void>;
  /** Something was committed: look now. */
  nudge(): void;
  /** Begins no more sends, and resolves when those under way are settled. */
  stop(): Promise<void>;
}

/** At least every fourth look begins at the old end, so that a busy hour does not keep a backlog waiting. */
const looksPerOldFirst = 4;

/** Sleeps no longer than this, in case the system's clock is set back meanwhile. */
const longestSleepMs = 60_000;

/** Brings due callbacks to the CRM: one of a call at a time, calls side by side, each until it is settled. */
export function createCourier(settings: CourierSettings): Courier {
  return new LaneCourier(settings);
}

class LaneCourier implements Courier {
  readonly #settings: CourierSettings;
  readonly #circuit = createCircuit();
  readonly #settlement: Settlement;
  readonly #isRepeatable: (callback: StoredCallback) => boolean;
  readonly #inFlight = new Map<number, Promise<void>>();
  #isRunning = false;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #looks = 0;
  #alarmClock: { readonly at: number; readonly cancel: () => void } | null = null;
  /** Whether a callback may be due later that no alarm is set for. */
  #isLaterUnknown = true;

  constructor(settings: CourierSettings) {
    this.#settings = settings;
    this.#isRepeatable = settings.isRepeatable ?? (() => true);
    this.#settlement = new Settlement({ ...settings, isRepeatable: this.#isRepeatable, circuit: this.#circuit });
  }

  get state(): CourierState {
    const { tally, alarms } = this.#settlement;
    return {
      ...tally,
      isCrmAway: this.#circuit.isOpen,
      inFlight: this.#inFlight.size,
      alarms: [...alarms.values()],
    };
  }

  async start(): Promise<void> {
    await this.#settleInterrupted();
    await this.#settings.store.hurry();
    this.#isRunning = true;
    this.nudge();
  }

  /** Those that were under way when the process was killed, and would do harm if they were sent again. */
  async #settleInterrupted(): Promise<void> {
    for (const callback of await this.#settings.store.interrupted())
      await this.#settlement.presume(callback, 'the connector was ended while it was being sent');
  }

  nudge(): void {
    if (!this.#isRunning) return;
    this.#lookAgain = true;
    this.#looking ??= this.#look();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#looking;
    this.#alarmClock?.cancel();
    this.#alarmClock = null;
    await Promise.all(this.#inFlight.values());
  }

  async #look(): Promise<void> {
    try {
      while (this.#lookAgain && this.#isRunning) {
        this.#lookAgain = false;
        await this.#fillLanes();
      }
    } catch {
      // The store has told of it, and it is fatal.
      this.#isRunning = false;
    } finally {
      this.#looking = null;
    }
  }

  async #fillLanes(): Promise<void> {
    const { store } = this.#settings;
    const wanted = this.#freeLanes();
    if (wanted <= 0) return this.#wakeForNextTry();
    this.#looks += 1;
    const first = this.#looks % looksPerOldFirst === 0 ? 'old' : 'fresh';
    const found = await store.due(wanted, [...this.#inFlight.keys()], first);
    // The CRM may have gone away, or stop() been called, meanwhile.
    const allowed = this.#isRunning ? this.#freeLanes() : 0;
    for (const callback of found.slice(0, Math.max(0, allowed))) {
      this.#inFlight.set(callback.id, this.#deliver(callback));
    }
    if (found.length > allowed) this.#wakeForNextTry();
    if (found.length < wanted && this.#isLaterUnknown) {
      this.#isLaterUnknown = false;
      this.#wakeAt(await store.nextDueAt([...this.#inFlight.keys()]));
    }
  }

  #freeLanes(): number {
    const { clock, lanes } = this.#settings;
    return this.#circuit.allowed(clock.now(), lanes) - this.#inFlight.size;
  }

  /** While anything is under way no alarm is needed: its end is a nudge. */
  #wakeForNextTry(): void {
    if (this.#inFlight.size === 0) this.#wakeAt(this.#circuit.nextTryAt);
  }

  async #deliver(callback: StoredCallback): Promise<void> {
    try {
      this.#wakeAt(await this.#settlement.settle(callback, await this.#send(callback)));
    } catch {
      // Settling failed at the database, which is fatal, and the store has told of it.
      this.#isRunning = false;
    }
    this.#inFlight.delete(callback.id);
    this.nudge();
  }

  async #send(callback: StoredCallback): Promise<SendResult> {
    const { ask, send, store } = this.#settings;
    if (!this.#isRepeatable(callback)) {
      // A proxy answers 502 for a CRM that is away and for one that failed at work: what is sent to the former would be lost.
      const hindrance = ask === undefined ? null : hindranceIn(await this.#attempt(callback, ask));
      if (hindrance !== null) return hindrance;
      await store.markSending(callback);
    }
    return this.#attempt(callback, () => send(callback));
  }

  async #attempt(callback: StoredCallback, exchange: () => Promise<SendResult>): Promise<SendResult> {
    try {
      return await exchange();
    } catch (fault) {
      const { id, kind, call } = callback;
      this.#settings.log.error(`callback ${kind} of call ${call} could not be sent`, { id, fault });
      return { kind: 'unavailable', why: String(fault), maybeApplied: true };
    }
  }

  #wakeAt(at: number | null): void {
    const { clock } = this.#settings;
    if (at === null || !this.#isRunning) return;
    if (this.#alarmClock !== null && this.#alarmClock.at <= at) return;
    this.#alarmClock?.cancel();
    const wait = Math.min(Math.max(0, at - clock.now()), longestSleepMs);
    const cancel = clock.after(wait, () => {
      this.#alarmClock = null;
      this.#isLaterUnknown = true;
      this.nudge();
    });
    this.#alarmClock = { at, cancel };
  }
}
