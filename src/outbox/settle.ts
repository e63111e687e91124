import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { StoredCallback } from './callback-row.ts';
import type { Circuit } from './circuit.ts';
import { linkedidOf, suffix } from './last-word.ts';
import type { Mark } from './marks.ts';
import type { OutboxStore } from './outbox-store.ts';
import { type Decision, next, type SendResult } from './retry.ts';

/** Something that a person must put right. Raised once, until it is cured. */
export interface Alarm {
  readonly kind: 'token' | 'url' | 'emptyServerError';
  readonly text: string;
}

export interface SettlementSettings {
  readonly store: OutboxStore;
  readonly circuit: Circuit;
  readonly clock: Clock;
  readonly log: Log;
  readonly onAlarm: (alarm: Alarm) => void;
  readonly isRepeatable: (callback: StoredCallback) => boolean;
  readonly onBack?: () => void;
  readonly onSent?: (sent: SentOutcome) => void;
}

/** What became of one send, for those who count. */
export interface SentOutcome {
  readonly kind: StoredCallback['kind'];
  readonly outcome: 'delivered' | 'presumed' | 'retried' | 'refused' | 'given_up';
  /** Since the callback was made; null: it was put off on purpose. */
  readonly ageMs: number | null;
}

export interface Sent {
  readonly callback: StoredCallback;
  readonly result: SendResult;
  /** How long the CRM took to answer. */
  readonly tookMs?: number;
}

export interface Tally {
  delivered: number;
  retried: number;
  givenUp: number;
}

const emptyServerErrorAlarm: Alarm = {
  kind: 'emptyServerError',
  text:
    'The CRM answers HTTP 500 without a word to callbacks that it applies, as SalesPlatform 7.2.0-202008 does when ' +
    "installed by its wizard: replace its modules/PBXManager/models/Record.php by that of the CRM's source tree. " +
    'Until then each callback is sent three times and then taken for delivered.',
};

/** Draws the consequences of each send: marks the callback, and tells people what they must know, once. */
export class Settlement {
  readonly tally: Tally = { delivered: 0, retried: 0, givenUp: 0 };
  readonly alarms = new Map<Alarm['kind'], Alarm>();
  readonly #settings: SettlementSettings;

  constructor(settings: SettlementSettings) {
    this.#settings = settings;
  }

  /**
   * Resolves, when it is on disk, to the time at which to send the callback again; null: it is finished.
   *
   * @param behind what was sent right after it and is on disk together with it
   * @param when `soon`: nothing of its record waits for it
   */
  async settle(first: Sent, behind: readonly Sent[] = [], when: 'now' | 'soon' = 'now'): Promise<number | null> {
    const mark = await this.#judge(first);
    const marks: Mark[] = [];
    for (const sent of behind) marks.push(await this.#judge(sent));
    await this.#settings.store.mark(marks.length === 0 ? mark : { ...mark, behind: marks }, when);
    return [mark, ...marks].reduce<number | null>((first, { as }) => ('dueAt' in as ? as.dueAt : first), null);
  }

  async #judge({ callback, result, tookMs = 0 }: Sent): Promise<Mark> {
    const { circuit, clock, isRepeatable } = this.#settings;
    if (result.kind === 'unavailable' || result.kind === 'refused') this.#unanswered(callback, result);
    else await this.#answered(result);
    const attempt = {
      number: callback.attempts + 1,
      // While the whole CRM is away no callback is to blame, however old it grows.
      ageMs: circuit.isOpen ? 0 : clock.now() - callback.createdAt,
      repeatable: isRepeatable(callback),
      jitter: (callback.id * 0.618034) % 1,
    };
    const decision = next(attempt, result);
    this.#tell(callback, outcomeOf(result, decision));
    return { ...this.#markOf(callback, result, decision), tookMs };
  }

  /** Counts as delivered what may have been, and would do harm if it were sent again. */
  async presume(callback: StoredCallback, why: string): Promise<void> {
    const { store, log } = this.#settings;
    const { kind, call } = callback;
    this.tally.delivered += 1;
    this.#tell(callback, 'presumed');
    log.warn(`callback ${kind} of call ${call} not repeated: ${why}`, { linkedid: linkedidOf(callback) });
    await store.markDelivered(callback, why);
  }

  #tell({ kind, call, createdAt }: StoredCallback, outcome: SentOutcome['outcome']): void {
    const { clock, onSent } = this.#settings;
    onSent?.({ kind, outcome, ageMs: call.endsWith(suffix) ? null : clock.now() - createdAt });
  }

  #unanswered(callback: StoredCallback, result: Extract<SendResult, { kind: 'unavailable' | 'refused' }>): void {
    const { circuit, clock, log } = this.#settings;
    const isRefused = result.kind === 'refused';
    if (isRefused) this.#raise({ kind: result.reason, text: result.why });
    const { call, attempts } = callback;
    const hasOpened = circuit.failed(clock.now(), { call, attempt: attempts + 1, isCertain: isRefused });
    if (hasOpened) log.warn(`the CRM is away, callbacks wait: ${result.why}`);
  }

  async #answered(result: SendResult): Promise<void> {
    const { circuit, clock, log, store, onBack } = this.#settings;
    if (result.kind === 'accepted') for (const kind of ['token', 'url'] as const) this.alarms.delete(kind);
    const awayMs = circuit.answered(clock.now());
    if (awayMs === null) return;
    onBack?.();
    await store.hurry();
    log.info(`the CRM is back after ${Math.round(awayMs / 1000)} s`, { waiting: await store.depth() });
  }

  #markOf(callback: StoredCallback, result: SendResult, decision: Decision): Mark {
    const { circuit, clock, log } = this.#settings;
    const { kind, call, id } = callback;
    const linkedid = linkedidOf(callback);
    const outcome = result.kind === 'unavailable' && result.timedOut === true ? 'timedOut' : result.kind;
    if (decision.kind === 'again') {
      this.tally.retried += 1;
      const dueAt = clock.now() + decision.afterMs;
      const attempts = callback.attempts + (circuit.isOpen ? 0 : 1);
      log.debug(`callback ${kind} of call ${call} not delivered`, {
        linkedid,
        id,
        attempts,
        dueAt,
        why: whyOf(result),
      });
      return { callback, as: { state: 'pending', dueAt, attempts }, outcome, detail: whyOf(result) };
    }
    if (decision.kind === 'giveUp') {
      this.tally.givenUp += 1;
      log.error(`callback ${kind} of call ${call} given up: ${decision.why}`, { linkedid, id });
      return { callback, as: { state: 'given_up' }, outcome, detail: decision.why };
    }
    const { doubt } = decision;
    this.tally.delivered += 1;
    if (result.kind === 'emptyServerError') this.#raise(emptyServerErrorAlarm);
    else if (doubt !== null) log.warn(`callback ${kind} of call ${call} not repeated: ${doubt}`, { linkedid });
    const told = doubt === null ? 'accepted' : outcome === 'timedOut' ? outcome : 'presumed';
    return { callback, as: { state: 'delivered' }, outcome: told, detail: doubt };
  }

  #raise(alarm: Alarm): void {
    if (this.alarms.has(alarm.kind)) return;
    this.alarms.set(alarm.kind, alarm);
    this.#settings.log.error(alarm.text, { alarm: alarm.kind });
    this.#settings.onAlarm(alarm);
  }
}

function outcomeOf(result: SendResult, decision: Decision): SentOutcome['outcome'] {
  if (decision.kind === 'giveUp') return 'given_up';
  if (decision.kind === 'again') return result.kind === 'refused' ? 'refused' : 'retried';
  return decision.doubt === null ? 'delivered' : 'presumed';
}

function whyOf(result: SendResult): string {
  return 'why' in result ? result.why : 'HTTP 500 without a word';
}
