import { type Clock, repeat } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RetentionOrder, runRetention } from './retention.ts';
import type { AgedFile, RetentionTally } from './retention-tally.ts';
import { tallyText } from './retention-words.ts';

export interface RetentionSettings {
  readonly mode: 'off' | 'dry-run' | 'delete';
  /** null: none is old enough. */
  readonly days: number | null;
}

/** What an admin has agreed to: `days` and everything older, but nothing younger. */
export interface Agreement {
  readonly days: number;
  readonly at: number;
  readonly by: string;
}

/** What is kept between two starts. */
export interface RetentionMemory {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
}

export const agreementFact = 'retention.agreed';
const lastRoundFact = 'retention.round_at';

export interface RoundsParts {
  readonly settings: RetentionSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: RetentionMemory;
  readonly run: (
    order: RetentionOrder,
    pause: () => Promise<boolean>,
    onDeleted: OnDeleted,
  ) => ReturnType<typeof runRetention>;
}

type OnDeleted = (file: AgedFile) => void;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A round each day, also where the connector is restarted at about the same time. */
const roundMs = dayMs - hourMs / 2;

/** After a start the calls that were missed come first. */
const firstMs = 60_000;

/** Between two slices, so that a hundred thousand files take some minutes and nobody notices. */
const pauseMs = 100;

/** Deletes once a day what is old enough, or says what it would delete. */
export class RetentionRounds {
  readonly #parts: RoundsParts;
  #cancel: () => void = () => {};
  #wake: () => void = () => {};
  #round: Promise<void> | null = null;
  #isStopped = false;

  constructor(parts: RoundsParts) {
    this.#parts = parts;
  }

  start(): void {
    const { settings, clock } = this.#parts;
    if (settings.mode === 'off') return;
    this.#cancel = clock.after(firstMs, () => {
      this.#cancel = repeat(clock, hourMs, () => this.#begin());
    });
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    this.#wake();
    await this.#round;
  }

  #begin(): void {
    this.#round ??= this.#oncePerDay()
      .catch((fault) => this.#parts.log.warn(`recordings could not be gone through, trying again in an hour: ${fault}`))
      .finally(() => {
        this.#round = null;
      });
  }

  async #oncePerDay(): Promise<void> {
    const { settings, clock, memory } = this.#parts;
    const begun = clock.now();
    const last = Number(await memory.get(lastRoundFact));
    if (settings.days === null || begun - last < roundMs) return;
    await this.#go(settings.days);
    if (!this.#isStopped) await memory.set(lastRoundFact, String(begun));
  }

  async #go(days: number): Promise<void> {
    const { settings, clock, log, memory, run } = this.#parts;
    const isAgreed = settings.mode === 'delete' && isAgreedTo(days, await memory.get(agreementFact));
    const rule = `older than ${days} days`;
    const order = { before: clock.now() - days * dayMs, rule, by: 'service', isDry: !isAgreed };
    const tally = await run(
      order,
      () => this.#pause(),
      (file) => this.#tellDeleted(file, rule),
    );
    this.#tellRound(tally, order, days);
    if (settings.mode === 'delete' && !isAgreed) log.warn(unagreedText(days));
  }

  #tellDeleted({ path, rows, facts }: AgedFile, rule: string): void {
    const calls = [...new Set(rows.map(({ call }) => call))];
    this.#parts.log.info(`recording deleted by retention: ${path}`, {
      linkedid: calls[0],
      calls,
      bytes: facts.size,
      rule,
    });
  }

  #tellRound(tally: RetentionTally, { isDry }: RetentionOrder, days: number): void {
    const { log } = this.#parts;
    for (const { path, why } of tally.failures) log.warn(`a recording could not be deleted: ${path}: ${why}`);
    log.info(`retention${isDry ? ', a dry run' : ''}: ${tallyText(tally, days, isDry)}`);
  }

  #pause(): Promise<boolean> {
    if (this.#isStopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(pauseMs, () => resolve(!this.#isStopped));
      this.#wake = () => {
        cancel();
        resolve(false);
      };
    });
  }
}

const unagreedText = (days: number) =>
  `recordings.retention is delete, and nothing is deleted yet: nobody has agreed to ${days} days. See what would go, and agree: ` +
  'node dist/main.js recordings confirm';

/** Who has agreed to some days has agreed to more of them too: then less is deleted. */
export function isAgreedTo(days: number, kept: string | null): boolean {
  const agreement = kept === null ? null : (JSON.parse(kept) as Agreement);
  return agreement !== null && agreement.days <= days;
}
