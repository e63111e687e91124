import type { Knex } from 'knex';
import { type Clock, waitAfter } from '../clock.ts';
import type { Log } from '../log.ts';
import { roomFor } from './disk.ts';
import { type Fault, isOfTheFile, judgeFault, spoilsConnection } from './fault.ts';
import { replaceConnection } from './transaction.ts';

export interface DatabaseState {
  readonly state: 'well' | 'failing';
  /** Epoch milliseconds. */
  readonly since: number;
  /** In a few words, while it fails. */
  readonly problem: string | null;
  /** When a damaged file was last exchanged; null: never since the start. */
  readonly mendedAt: number | null;
}

/** What waits in memory while the database cannot be written, and what found no room in it. */
export interface Waiting {
  /** Changes. */
  readonly kept: number;
  readonly droppedCalls: number;
}

export interface PatienceSettings {
  readonly knex: Knex;
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Puts a sound database in the place of a damaged one. */
  readonly mend: () => Promise<unknown>;
}

/** Lets what the database is asked to do wait for as long as the disk, or another program, is in its way. */
export interface Patience {
  readonly state: DatabaseState;
  /** What is kept meanwhile; set by whoever keeps it. */
  waiting: () => Waiting;
  /** Called when a new file has taken the place of a damaged one. */
  onMended: () => void;
  /**
   * Does `work` again and again until it succeeds. It must be something that can be repeated as a whole. Rejects with what is
   * our own mistake, and after `stop` with whatever fault there is.
   */
  persist<Result>(work: () => Promise<Result>): Promise<Result>;
  /** What cannot be done at once now is not done any more. */
  stop(): void;
}

/** For what is done by a command, or a test, that rather fails. */
export const noPatience: Pick<Patience, 'persist'> = { persist: (work) => work() };

/** Between two tries; the last one repeats. */
const waits = [250, 500, 1_000, 2_000, 5_000];

/** How often it is said that it still fails. */
const reminderMs = 60_000;

/** A fault that comes again so soon after the last one is more of the same: said once a minute, and tried seldom. */
const relapseMs = 60_000;

/** A file that is damaged again so soon after it was made anew is not what is broken: it would be made anew for ever. */
const mendAgainMs = 3_600_000;

export function createPatience(settings: PatienceSettings): Patience {
  return new WaitingPatience(settings);
}

class WaitingPatience implements Patience {
  readonly #settings: PatienceSettings;
  /** What was tried in vain, and is waiting to be tried again. */
  readonly #struggling = new Set<object>();
  readonly #wakers = new Set<() => void>();
  #state: Omit<DatabaseState, 'mendedAt'>;
  #mendedAt: number | null = null;
  #mends = 0;
  #isStopped = false;
  #hasToldEnd = false;
  #cancelReminder: () => void = () => {};
  #wellAgainAt = Number.NEGATIVE_INFINITY;
  #mending: Promise<void> | null = null;
  waiting = () => ({ kept: 0, droppedCalls: 0 });
  onMended = () => {};

  constructor(settings: PatienceSettings) {
    this.#settings = settings;
    this.#state = { state: 'well', since: settings.clock.now(), problem: null };
  }

  get state(): DatabaseState {
    return { ...this.#state, mendedAt: this.#mendedAt };
  }

  async persist<Result>(work: () => Promise<Result>): Promise<Result> {
    const one = {};
    for (let tries = 0; ; tries += 1) {
      const begunAfter = this.#mends;
      try {
        const result = await work();
        this.#succeeded(one);
        return result;
      } catch (thrown) {
        const fault = judgeFault(thrown);
        if (!isOfTheFile(fault) || this.#isStopped) {
          this.#giveUp(one, fault);
          throw thrown;
        }
        await this.#failed(one, fault);
        // What it found damaged is no longer there.
        if (fault.kind === 'damaged' && begunAfter !== this.#mends) continue;
        await this.#prepare(fault, tries);
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelReminder();
    for (const wake of this.#wakers) wake();
  }

  #giveUp(one: object, fault: Fault): void {
    const { path, log } = this.#settings;
    this.#struggling.delete(one);
    const { kept } = this.waiting();
    const isHarmless = fault.kind === 'closed' && kept === 0;
    if (fault.kind === 'ours' || isHarmless || this.#hasToldEnd) return;
    this.#hasToldEnd = true;
    log.error(`ending while the database ${path} cannot be written (${fault.problem}): ${kept} changes are lost`);
  }

  /** For the next try. */
  async #prepare(fault: Fault, tries: number): Promise<void> {
    if (spoilsConnection(fault)) await replaceConnection(this.#settings.knex);
    // The first sight of damage may have been that of a page in memory, or of the file before it was mended.
    if (fault.kind === 'damaged' && tries === 0) return;
    if (fault.kind === 'damaged' && this.#mayMend()) return this.#mend();
    const step = this.#isRelapse() ? waits.length : tries;
    await this.#wait(waitAfter(step, waits));
  }

  #isRelapse(): boolean {
    return this.#state.since - this.#wellAgainAt < relapseMs;
  }

  #mayMend(): boolean {
    if (this.#mending !== null || this.#mendedAt === null) return true;
    return this.#settings.clock.now() - this.#mendedAt > mendAgainMs;
  }

  async #mend(): Promise<void> {
    const { clock, log, mend } = this.#settings;
    this.#mending ??= mend().then(
      () => {
        this.#mendedAt = clock.now();
        this.#mends += 1;
        this.onMended();
      },
      async (fault) => {
        log.error(`a new database could not be made: ${judgeFault(fault).problem}`, { fault: String(fault) });
        await this.#wait(waits.at(-1) ?? 0);
      },
    );
    await this.#mending;
    this.#mending = null;
  }

  #wait(ms: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.#wakers.delete(wake);
        resolve();
      };
      const cancel = this.#settings.clock.after(ms, wake);
      this.#wakers.add(wake);
    });
  }

  async #failed(one: object, fault: Fault): Promise<void> {
    this.#struggling.add(one);
    if (this.#state.state === 'failing') {
      this.#state = { ...this.#state, problem: fault.problem };
      return;
    }
    this.#state = { state: 'failing', since: this.#settings.clock.now(), problem: fault.problem };
    this.#cancelReminder();
    this.#cancelReminder = this.#settings.clock.after(reminderMs, () => this.#remind(fault));
    if (!this.#isRelapse()) await this.#tell(fault, 'cannot be read or written');
  }

  #remind(fault: Fault): void {
    const { clock } = this.#settings;
    this.#cancelReminder = clock.after(reminderMs, () => this.#remind(fault));
    const minutes = Math.round((clock.now() - this.#state.since) / 60_000);
    this.#tell(fault, `still cannot be read or written, for ${minutes} min`).catch(() => {});
  }

  async #tell(fault: Fault, what: string): Promise<void> {
    const { path, log } = this.#settings;
    const problem = this.#state.problem ?? fault.problem;
    const room = await roomFor(path);
    const { kept, droppedCalls } = this.waiting();
    const dropped = droppedCalls === 0 ? '' : ` ${droppedCalls} calls could not be kept any more.`;
    const mending = fault.advice === '' ? '' : `: ${fault.advice}`;
    log.error(
      `the database ${path} ${what}: ${problem} (${fault.code}, ${room})${mending}. Calls are tracked and kept in memory ` +
        `meanwhile (${kept} changes so far), and the CRM is told of them when it can be written again.${dropped}`,
    );
  }

  #succeeded(one: object): void {
    if (!this.#struggling.delete(one) || this.#struggling.size > 0) return;
    const { path, clock, log } = this.#settings;
    const seconds = Math.round((clock.now() - this.#state.since) / 1000);
    const level = this.#isRelapse() ? 'info' : 'warn';
    this.#cancelReminder();
    this.#wellAgainAt = clock.now();
    this.#state = { state: 'well', since: clock.now(), problem: null };
    const { kept, droppedCalls } = this.waiting();
    const dropped =
      droppedCalls === 0 ? 'nothing was lost' : `${droppedCalls} calls were lost: see the command reconcile`;
    log[level](
      `the database ${path} is well again after ${seconds} s: ${kept} changes kept in memory are being written, ${dropped}`,
    );
  }
}
