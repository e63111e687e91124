/** Collects jobs and has them written together: while one group is being written, the next one gathers. */
export interface GroupCommit<Job> {
  /** Resolves when the job is on disk. Rejects when it is not, as does every later one. */
  add(job: Job): Promise<void>;
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

  const writeNext = async (): Promise<void> => {
    // One read from Asterisk's socket brings many events; what they lead to comes before the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    const group = entries.slice(0, largestGroup);
    await write(group.map(({ job }) => job));
    entries.splice(0, group.length);
    for (const { resolve } of group) resolve();
  };
  const run = async (): Promise<void> => {
    isWriting = true;
    try {
      while (entries.length > 0) await writeNext();
    } catch (fault) {
      failure = { fault };
      for (const { reject } of entries.splice(0)) reject(fault);
      onFatal(fault);
    }
    // In the same turn as the last look at the entries: a job either is seen by it or begins a new run.
    isWriting = false;
  };
  return {
    add(job) {
      if (failure !== null) return Promise.reject(failure.fault);
      const written = new Promise<void>((resolve, reject) => entries.push({ job, resolve, reject }));
      if (!isWriting) run().catch(onFatal);
      return written;
    },
    get waiting() {
      return entries.length;
    },
  };
}
