/** Where the edges get their time and timers from, so that tests can turn it by hand. Milliseconds everywhere. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Runs something now and again every `ms`; the returned function ends it. */
export function repeat(clock: Clock, ms: number, run: () => void): () => void {
  let cancel = () => {};
  const round = () => {
    cancel = clock.after(ms, round);
    run();
  };
  round();
  return () => cancel();
}

/** How long to wait before the next try, after so many in vain; the last of `waits` repeats. */
export function waitAfter(tries: number, waits: readonly number[]): number {
  return waits[Math.min(tries, waits.length - 1)] ?? 0;
}
