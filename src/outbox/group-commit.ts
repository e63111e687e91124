/** Collects jobs and has them written together: while one group is being written, the next one gathers. */
export interface GroupCommit<Job> {
  /** Resolves when the job is on disk. Rejects when it is not, as does every later one. */
  add(job: Job): Promise<void>;
}

interface Group<Job> {
  readonly jobs: Job[];
  readonly written: Promise<void>;
}

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
  let gathering: Group<Job> | null = null;
  let last: Promise<void> = Promise.resolve();

  const writeAfter = async (previous: Promise<void>, jobs: readonly Job[]): Promise<void> => {
    await previous;
    // One read from Asterisk's socket brings many events; what they lead to comes before the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    gathering = null;
    await write(jobs);
  };
  const begin = (): Group<Job> => {
    const jobs: Job[] = [];
    last = writeAfter(last, jobs);
    last.catch(onFatal);
    return { jobs, written: last };
  };
  return {
    add(job) {
      gathering ??= begin();
      gathering.jobs.push(job);
      return gathering.written;
    },
  };
}
