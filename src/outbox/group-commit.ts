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
  const entries: Entry<Job>[] = [];
  let failure: { readonly fault: unknown } | null = null;
  let isWriting = false;
  let isHurried = false;
  let later: NodeJS.Timeout | null = null;

  const writeNext = async (): Promise<void> => {
    // One read from Asterisk's socket brings many events; what they lead to comes before the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    const group = entries.slice(0, largestGroup);
    isHurried = group.length < entries.length;
    await write(group.map(({ job }) => job));
    entries.splice(0, group.length);
    for (const { resolve } of group) resolve();
  };
  const run = async (): Promise<void> => {
    isWriting = true;
    try {
      do await writeNext();
      while (isHurried);
    } catch (fault) {
      failure = { fault };
      for (const { reject } of entries.splice(0)) reject(fault);
      onFatal(fault);
    }
    // In the same turn as the last look at the entries: a job either is seen by it or begins a new run.
    isWriting = false;
    if (entries.length > 0) plan();
  };
  const begin = (): void => {
    if (later !== null) clearTimeout(later);
    later = null;
    if (!isWriting && entries.length > 0) run().catch(onFatal);
  };
  const plan = (): void => {
    later ??= setTimeout(begin, soonMs);
  };
  const hurry = (): void => {
    isHurried = true;
    begin();
  };
  return {
    add(job, when = 'now') {
      if (failure !== null) return Promise.reject(failure.fault);
      const written = new Promise<void>((resolve, reject) => entries.push({ job, resolve, reject }));
      if (when === 'now') hurry();
      else if (!isWriting) plan();
      return written;
    },
    hurry,
    get waiting() {
      return entries.length;
    },
  };
}
