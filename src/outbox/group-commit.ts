/** Collects jobs and has them written together: while one group is being written, the next one gathers. */
export interface GroupCommit<Job> {
  /**
   * Resolves when the job is on disk. Rejects when it is not, as does every later one.
   *
   * @param when `soon`: nobody waits for it, so it goes with the next that somebody waits for, or after `soonMs`
   */
  add(job: Job, when?: 'now' | 'soon'): Promise<void>;
  /** Somebody waits for what was to be written soon. */
  hurry(): void;
  /** Jobs that are not yet on disk. */
  readonly waiting: number;
}

interface Entry<Job> {
  readonly job: Job;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

/** Jobs in one transaction at most, so that what gathered in an outage does not keep readers waiting for its whole length. */
const largestGroup = 500;

/**
 * How long what nobody waits for may wait for company. A kill in that time costs what one so much earlier would have cost: what
 * Asterisk said in it is not known, or what the CRM answered in it is asked again.
 */
const soonMs = 20;

/**
 * A commit waits for the disk, however little it holds, so many small ones that come together share one.
 *
 * @param write writes all of a group, in the order of their coming, or nothing
 * @param onFatal told of a group that could not be written; nothing is written after it, since what came later may
 *   rest on what was lost
 */
export function createGroupCommit<Job>(
  write: (jobs: readonly Job[]) => Promise<void>,
  onFatal: (fault: unknown) => void,
): GroupCommit<Job> {
  return new Groups(write, onFatal);
}

class Groups<Job> implements GroupCommit<Job> {
  readonly #write: (jobs: readonly Job[]) => Promise<void>;
  readonly #onFatal: (fault: unknown) => void;
  readonly #entries: Entry<Job>[] = [];
  #failure: { readonly fault: unknown } | null = null;
  #isWriting = false;
  /** Somebody waits for one of the entries. */
  #isHurried = false;
  #later: NodeJS.Timeout | null = null;

  constructor(write: (jobs: readonly Job[]) => Promise<void>, onFatal: (fault: unknown) => void) {
    this.#write = write;
    this.#onFatal = onFatal;
  }

  get waiting(): number {
    return this.#entries.length;
  }

  add(job: Job, when: 'now' | 'soon' = 'now'): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure.fault);
    const written = new Promise<void>((resolve, reject) => this.#entries.push({ job, resolve, reject }));
    if (when === 'now') this.hurry();
    else if (!this.#isWriting) this.#plan();
    return written;
  }

  hurry(): void {
    this.#isHurried = true;
    this.#begin();
  }

  #plan(): void {
    this.#later ??= setTimeout(() => this.#begin(), soonMs);
  }

  #begin(): void {
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    if (!this.#isWriting && this.#entries.length > 0) this.#run().catch(this.#onFatal);
  }

  async #run(): Promise<void> {
    this.#isWriting = true;
    try {
      do await this.#writeNext();
      while (this.#isHurried);
    } catch (fault) {
      this.#failure = { fault };
      for (const { reject } of this.#entries.splice(0)) reject(fault);
      this.#onFatal(fault);
    }
    // In the same turn as the last look at the entries: a job either is seen by it or begins a new run.
    this.#isWriting = false;
    if (this.#entries.length > 0) this.#plan();
  }

  async #writeNext(): Promise<void> {
    // One read from Asterisk's socket brings many events; what they lead to comes before the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    const group = this.#entries.slice(0, largestGroup);
    this.#isHurried = group.length < this.#entries.length;
    await this.#write(group.map(({ job }) => job));
    this.#entries.splice(0, group.length);
    for (const { resolve } of group) resolve();
  }
}
