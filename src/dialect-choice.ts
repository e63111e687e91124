import type { CallEvent } from './call/call-event.ts';
import type { Linkedid } from './call/ids.ts';
import { type Clock, waitAfter } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { Dialect } from './crm/dialect.ts';
import { salesPlatform } from './crm/salesplatform.ts';
import { vanilla } from './crm/vanilla.ts';
import type { Which } from './crm/which.ts';
import type { Facts } from './db/facts.ts';
import type { Log } from './log.ts';
import { dialectSettings } from './settings.ts';

export type DialectName = Dialect['name'];

export interface DialectChoiceParts {
  readonly which: () => Promise<Which>;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
  /** The calls that the CRM has been told of and that go on. */
  readonly openCalls: () => Iterable<Linkedid>;
  /** Tells the CRM, in this dialect, what was held back so far, and calls `done` in the very turn in which nothing is held any more. */
  readonly release: (dialect: Dialect, done: () => void) => Promise<void>;
  /** The dialect has become known. */
  readonly onKnown: () => void;
}

/** In what words each call is told. `crm.dialect: auto` is found out by asking the CRM, and remembered. */
export interface DialectChoice {
  /** null: not known yet; what happens meanwhile is held back. */
  readonly name: DialectName | null;
  /** The dialect in which a call is told; without one, it is not told yet. */
  of(call: Linkedid): Dialect | null;
  start(): Promise<void>;
  /** To be called when the CRM was away and is back: it may have become another one. */
  askAgain(): void;
  stop(): Promise<void>;
}

const factName = 'crm.dialect';
/** While it is away; the last one repeats. Short at first, as popups wait for it. */
const awayMs = [1_000, 2_000, 5_000, 10_000];
/** A page may have failed to come once; asked for more often, it gets the connector shut out where many 404 are taken for an attack. */
const unclearMs = 600_000;

export function createDialectChoice(config: Config, parts: DialectChoiceParts): DialectChoice {
  return config.crm.dialect === 'auto' ? new Asked(config, parts) : new Configured(config, config.crm.dialect, parts);
}

export function dialectNamed(name: DialectName, config: Config): Dialect {
  const settings = dialectSettings(config, name);
  return name === 'vanilla' ? vanilla(settings) : salesPlatform(settings);
}

/** What an event would make of callbacks in either dialect. */
export function isTold(event: CallEvent): boolean {
  return 'leg' in event || event.kind === 'finished';
}

class Configured implements DialectChoice {
  readonly name: DialectName;
  readonly #dialect: Dialect;
  readonly #parts: DialectChoiceParts;

  constructor(config: Config, name: DialectName, parts: DialectChoiceParts) {
    this.name = name;
    this.#dialect = dialectNamed(name, config);
    this.#parts = parts;
  }

  of(): Dialect {
    return this.#dialect;
  }

  async start(): Promise<void> {
    // From a time when it was `auto` and not known.
    await this.#parts.release(this.#dialect, () => this.#parts.onKnown());
  }

  askAgain(): void {}

  async stop(): Promise<void> {}
}

class Asked implements DialectChoice {
  readonly #config: Config;
  readonly #parts: DialectChoiceParts;
  #dialect: Dialect | null = null;
  /** Calls that were begun in another dialect are told in it to their end. */
  #before: { readonly dialect: Dialect; readonly calls: ReadonlySet<Linkedid> } | null = null;
  #asking: Promise<void> | null = null;
  #isWanted = false;
  #cancelTimer: () => void = () => {};
  #isStopped = false;
  #isWarned = false;
  #awayAnswers = 0;

  constructor(config: Config, parts: DialectChoiceParts) {
    this.#config = config;
    this.#parts = parts;
  }

  get name(): DialectName | null {
    return this.#dialect?.name ?? null;
  }

  of(call: Linkedid): Dialect | null {
    return this.#before?.calls.has(call) === true ? this.#before.dialect : this.#dialect;
  }

  async start(): Promise<void> {
    const known = await this.#parts.facts.get(factName);
    if (known === 'salesplatform' || known === 'vanilla') await this.#become(known);
    this.askAgain();
  }

  askAgain(): void {
    this.#isWanted = true;
    this.#asking ??= this.#askWhileWanted();
  }

  async #askWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      await this.#ask();
    }
    this.#asking = null;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const { which, log } = this.#parts;
    this.#cancelTimer();
    const found = await which();
    if (this.#isStopped) return;
    if (found.kind === 'away') return this.#waitForCrm(found.why);
    this.#awayAnswers = 0;
    if (found.kind === 'unclear') {
      if (this.name === null || !this.#isWarned) log.warn(unclear(found.why, this.name ?? 'salesplatform'));
      this.#isWarned = true;
      this.#askAfter(unclearMs);
      return this.#become(this.name ?? 'salesplatform');
    }
    if (this.name !== found.kind) log.info(`the CRM is ${titles[found.kind]}: ${found.why}`);
    await this.#become(found.kind);
    await this.#parts.facts.set(factName, found.kind);
  }

  /** Also for one that was known before: it may come back as another one before the courier has missed it. */
  #waitForCrm(why: string): void {
    const { log } = this.#parts;
    if (this.name === null && !this.#isWarned) {
      log.warn(`it is not known yet whether the CRM is SalesPlatform or vTiger: ${why}. Calls are kept until it is.`);
      this.#isWarned = true;
    }
    this.#askAfter(waitAfter(this.#awayAnswers, awayMs));
    this.#awayAnswers += 1;
  }

  #askAfter(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#parts.clock.after(ms, () => this.askAgain());
  }

  async #become(name: DialectName): Promise<void> {
    const { release, onKnown, openCalls, log } = this.#parts;
    const old = this.#dialect;
    if (old?.name === name) return;
    const dialect = dialectNamed(name, this.#config);
    if (old === null) {
      return release(dialect, () => {
        this.#dialect = dialect;
        onKnown();
      });
    }
    log.warn(
      `the CRM has become another one: ${titles[name]} in place of ${titles[old.name]}. Calls that begin now are told in its way.`,
    );
    this.#before = { dialect: old, calls: new Set(openCalls()) };
    this.#dialect = dialect;
  }
}

const titles: Readonly<Record<DialectName, string>> = { salesplatform: 'SalesPlatform', vanilla: 'vTiger' };

function unclear(why: string, taken: DialectName): string {
  return `the CRM does not show whether it is SalesPlatform or vTiger (${why}); it is taken for ${titles[taken]}. Set crm.dialect to salesplatform or vanilla to be sure.`;
}
