import type { Linkedid } from '../call/ids.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { StoredCallback } from './callback-row.ts';
import { linkedidOf } from './last-word.ts';
import type { OutboxStore } from './outbox-store.ts';
import { hindranceIn, type SendResult } from './retry.ts';

export interface SendingSettings {
  readonly store: OutboxStore;
  readonly send: (callback: StoredCallback) => Promise<SendResult>;
  readonly clock: Clock;
  readonly log: Log;
  readonly isRepeatable: (callback: StoredCallback) => boolean;
  readonly ask?: () => Promise<SendResult>;
  /** One has been under way for so long that another may go out beside it. */
  readonly onSlow: () => void;
}

/** One that takes longer is stuck for all we know, and others do not wait for it. */
const slowMs = 2_000;

/** Stuck ones beside which others go out. More would only be stuck as well. */
export const mostSlow = 6;

/** Those under way when the connector is stopped have so long: less than the process itself has. */
const stopMs = 5_000;

/** Brings single callbacks to the CRM. Never rejects for the CRM's sake. */
export class Sending {
  readonly #settings: SendingSettings;
  readonly #slow = new Map<number, Linkedid>();
  /** Ends the wait for each of those under way. */
  readonly #abandons = new Set<() => void>();
  #isAbandoned = false;

  constructor(settings: SendingSettings) {
    this.#settings = settings;
  }

  /** How many of those under way keep nobody waiting. */
  get slow(): number {
    return Math.min(this.#slow.size, mostSlow);
  }

  /** Whether one of these is of that call. */
  isSlow(call: Linkedid): boolean {
    return this.#slow.size > 0 && [...this.#slow.values()].includes(call);
  }

  /** Those still under way after a while count as timed out. */
  async stop(underWay: Iterable<Promise<void>>): Promise<void> {
    const cancel = this.#settings.clock.after(stopMs, () => {
      this.#isAbandoned = true;
      for (const abandon of this.#abandons) abandon();
    });
    await Promise.all(underWay);
    cancel();
  }

  async send(callback: StoredCallback): Promise<SendResult> {
    const { ask, isRepeatable, send, store } = this.#settings;
    if (!isRepeatable(callback)) {
      // A proxy answers 502 for a CRM that is away and for one that failed at work: what is sent to the former would be lost.
      const hindrance = ask === undefined ? null : hindranceIn(await this.#attempt(callback, ask));
      if (hindrance !== null) return hindrance;
      await store.markSending(callback);
    }
    return this.#attempt(callback, () => send(callback));
  }

  async #attempt(callback: StoredCallback, exchange: () => Promise<SendResult>): Promise<SendResult> {
    const { clock, onSlow } = this.#settings;
    const cancel = clock.after(slowMs, () => {
      this.#slow.set(callback.id, callback.call);
      onSlow();
    });
    try {
      return await this.#answered(exchange());
    } catch (fault) {
      const { id, kind, call } = callback;
      const fields = { linkedid: linkedidOf(callback), id, fault: String(fault) };
      this.#settings.log.error(`callback ${kind} of call ${call} could not be sent`, fields);
      return { kind: 'unavailable', why: String(fault), maybeApplied: true };
    } finally {
      cancel();
      this.#slow.delete(callback.id);
    }
  }

  /** Not by a race with one promise for all: that would keep something of each request for as long as the connector runs. */
  #answered(exchange: Promise<SendResult>): Promise<SendResult> {
    let abandon = () => {};
    const abandoned = new Promise<SendResult>((resolve) => {
      abandon = () => resolve(unansweredAtStop);
    });
    if (this.#isAbandoned) abandon();
    this.#abandons.add(abandon);
    return Promise.race([exchange, abandoned]).finally(() => this.#abandons.delete(abandon));
  }
}

const unansweredAtStop: SendResult = {
  kind: 'unavailable',
  why: 'the connector was stopped before the CRM answered',
  maybeApplied: true,
  timedOut: true,
};
