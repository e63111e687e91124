import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { StoredCallback } from './callback-row.ts';
import { createCircuit } from './circuit.ts';
import { type CatchUp, createFollowing } from './following.ts';
import { createLanes, type Lanes } from './lanes.ts';
import type { OutboxStore } from './outbox-store.ts';
import { Ready } from './ready.ts';
import type { SendResult } from './retry.ts';
import { Sending } from './sending.ts';
import { type Alarm, type Sent, type SentOutcome, Settlement, type Tally } from './settle.ts';
import { UnderWay } from './under-way.ts';

export interface CourierSettings {
  readonly store: OutboxStore;
  readonly send: (callback: StoredCallback) => Promise<SendResult>;
  readonly clock: Clock;
  readonly log: Log;
  /** Callbacks that may be under way at once in any case. */
  readonly lanes: number;
  /** And at most, where the CRM has time for them; absent: no more than those. */
  readonly mostLanes?: number;
  readonly onAlarm: (alarm: Alarm) => void;
  /** False for a callback that does harm when it is applied twice; such a one is not repeated when its answer was lost. */
  readonly isRepeatable?: (callback: StoredCallback) => boolean;
  /** Asks the CRM something that changes nothing: a callback that must not be repeated goes out only to one that is there. */
  readonly ask?: () => Promise<SendResult>;
  /** The CRM had been away, and has dealt with a callback again. */
  readonly onBack?: () => void;
  /** Told of what became of each send. */
  readonly onSent?: (sent: SentOutcome) => void;
  /** How a record is told whose end waits behind the callback that opens its popup: keys of all that waits of it. */
  readonly catchUp?: CatchUp;
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

/** What has been answered and not been marked would be told again after a kill: never more than this. */
const mostSettling = 32;

/** A look into the database takes as long for these as for one. */
const fewestLookedFor = 16;

/** From so many on nobody's mark waits for company. */
const manySettling = 8;

/** Sleeps no longer than this, in case the system's clock is set back meanwhile. */
const longestSleepMs = 60_000;

/** Brings due callbacks to the CRM: one of a record at a time, records side by side, each until it is settled. */
export function createCourier(settings: CourierSettings): Courier {
  return new LaneCourier(settings);
}

class LaneCourier implements Courier {
  readonly #settings: CourierSettings;
  readonly #circuit = createCircuit();
  readonly #settlement: Settlement;
  readonly #sending: Sending;
  readonly #underWay: UnderWay;
  readonly #ready = new Ready();
  readonly #lanes: Lanes;
  readonly #following: ReturnType<typeof createFollowing>;
  #isRunning = false;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #alarmClock: { readonly at: number; readonly cancel: () => void } | null = null;
  /** Whether a callback may be due later that no alarm is set for. */
  #isLaterUnknown = true;

  constructor(settings: CourierSettings) {
    this.#settings = settings;
    const { lanes: least, mostLanes: most = least } = settings;
    this.#lanes = createLanes({ least, most });
    this.#following = createFollowing(settings);
    const isRepeatable = settings.isRepeatable ?? (() => true);
    this.#settlement = new Settlement({ ...settings, isRepeatable, circuit: this.#circuit });
    this.#sending = new Sending({ ...settings, isRepeatable, onSlow: () => this.#wake() });
    this.#underWay = new UnderWay((call) => this.#sending.isSlow(call));
    settings.store.onDue = (due) => this.#came(due);
    settings.store.onLater = () => {
      this.#isLaterUnknown = true;
      this.#wake();
    };
  }

  get state(): CourierState {
    const { tally, alarms } = this.#settlement;
    return {
      ...tally,
      isCrmAway: this.#circuit.isOpen,
      inFlight: this.#underWay.size,
      alarms: [...alarms.values()],
    };
  }

  async start(): Promise<void> {
    await this.#settleInterrupted();
    await this.#settings.store.moveUp();
    await this.#settings.store.hurry();
    this.#isRunning = true;
    this.#isLaterUnknown = true;
    this.nudge();
  }

  /** Those that were under way when the process was killed, and would do harm if they were sent again. */
  async #settleInterrupted(): Promise<void> {
    for (const callback of await this.#settings.store.interrupted())
      await this.#settlement.presume(callback, 'the connector was ended while it was being sent');
  }

  nudge(): void {
    this.#ready.clear();
    this.#underWay.forget();
    this.#wake();
  }

  #came(due: readonly StoredCallback[]): void {
    for (const callback of due) {
      const seen = this.#underWay.saw(callback);
      if (seen === 'new') this.#ready.came(callback);
      if (seen === 'awaited') this.#settings.store.hurryMarks();
    }
    this.#wake();
  }

  #wake(): void {
    if (!this.#isRunning) return;
    this.#lookAgain = true;
    this.#looking ??= this.#look();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#looking;
    this.#alarmClock?.cancel();
    this.#alarmClock = null;
    await this.#sending.stop(this.#underWay.all);
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
    while (this.#isRunning) {
      if (this.#freeLanes() <= 0) return this.#wakeForNextTry();
      if (this.#ready.isLookNeeded) await this.#lookIntoDatabase();
      // The CRM may have gone away, or stop() been called, meanwhile.
      if (!this.#isRunning || this.#freeLanes() <= 0) continue;
      const callback = this.#ready.take();
      if (callback === undefined && !this.#ready.mayBeMore) return this.#wakeLater();
      if (callback !== undefined) this.#underWay.begin(callback, () => this.#deliver(callback));
    }
  }

  async #lookIntoDatabase(): Promise<void> {
    const { clock, store } = this.#settings;
    const wanted = Math.max(fewestLookedFor, 2 * this.#circuit.allowed(clock.now(), this.#lanes.allowed));
    this.#ready.mayBeMore = false;
    const found = await store.due(wanted, [...this.#underWay.ids, ...this.#ready.ids], this.#ready.turn);
    this.#ready.found(found);
    if (found.length >= wanted) this.#ready.mayBeMore = true;
  }

  async #wakeLater(): Promise<void> {
    if (!this.#isLaterUnknown) return;
    this.#isLaterUnknown = false;
    this.#wakeAt(await this.#settings.store.nextDueAt(this.#underWay.ids));
  }

  #freeLanes(): number {
    return this.#circuit.allowed(this.#settings.clock.now(), this.#lanes.allowed) - this.#taken;
  }

  /** Lanes in which a callback is on its way, and not stuck. */
  get #taken(): number {
    return this.#underWay.size - this.#underWay.settling - this.#sending.slow;
  }

  /** While anything is on its way no alarm is needed: its end is a nudge. */
  #wakeForNextTry(): void {
    if (this.#taken <= 0) this.#wakeAt(this.#circuit.nextTryAt);
  }

  async #deliver(callback: StoredCallback): Promise<void> {
    try {
      const closing = await this.#following(callback);
      this.#underWay.takesAlong(callback.id, closing.length);
      const begun = this.#settings.clock.now();
      const result = await this.#sending.send(callback);
      const tookMs = Math.max(0, this.#settings.clock.now() - begun);
      this.#learn(callback, result, tookMs);
      const wasAway = this.#circuit.isOpen;
      const behind = result.kind === 'accepted' ? await this.#sendBehind(closing) : [];
      const settled = this.#settlement.settle({ callback, result, tookMs }, behind, this.#howSoon(callback, behind));
      this.#freeLaneOf(callback);
      const againAt = await settled;
      if (againAt === null) this.#underWay.fails(callback.call, false);
      this.#wakeAt(againAt);
      // Others may have been hurried.
      if (wasAway) {
        this.#ready.mayBeMore = true;
        this.#isLaterUnknown = true;
      }
    } catch {
      // Settling failed at the database, which is fatal, and the store has told of it.
      this.#isRunning = false;
    }
    for (const waiting of this.#underWay.end(callback)) this.#ready.came(waiting);
    this.#wake();
  }

  /** What the answer says of how many the CRM has time for. */
  #learn(callback: StoredCallback, { kind }: SendResult, tookMs: number): void {
    this.#underWay.fails(callback.call, kind === 'unavailable');
    if (kind === 'unavailable') return this.#lanes.failed();
    // One that must not go out twice is asked for first, and marked.
    const { isRepeatable = () => true } = this.#settings;
    if (kind === 'refused' || !isRepeatable(callback)) return;
    this.#lanes.answered(tookMs, this.#taken, this.#ready.size > 0 || this.#ready.mayBeMore);
  }

  /** Whether anything waits for the mark of what was sent. */
  #howSoon({ id, behind: known = [] }: StoredCallback, sent: readonly Sent[]): 'now' | 'soon' {
    const isFollowed = this.#underWay.isFollowed(id) || known.length > sent.length;
    return isFollowed || this.#underWay.settling >= manySettling ? 'now' : 'soon';
  }

  /** The CRM is done with it. That it waits for the disk keeps no other callback from going out. */
  #freeLaneOf(callback: StoredCallback): void {
    if (this.#underWay.settling >= mostSettling) return;
    this.#underWay.settles(callback.id);
    this.#wake();
  }

  async #sendBehind(closing: readonly StoredCallback[]): Promise<Sent[]> {
    const sent: Sent[] = [];
    for (const callback of closing) {
      if (!this.#isRunning) break;
      const result = await this.#sending.send(callback);
      sent.push({ callback, result });
      if (result.kind !== 'accepted') break;
    }
    return sent;
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
      this.#ready.mayBeMore = true;
      this.#wake();
    });
    this.#alarmClock = { at, cancel };
  }
}
