import type { Clock } from '../../src/clock.ts';

/** A clock on which time runs `speed` times as fast, for tests in which real input and output take real time. */
export function fastClock(speed: number): Clock {
  const begin = performance.now();
  const epoch = Date.UTC(2026, 10, 20, 22, 36, 12);
  return {
    now: () => Math.floor(epoch + (performance.now() - begin) * speed),
    after(ms, run) {
      const timer = setTimeout(run, ms / speed);
      return () => clearTimeout(timer);
    },
  };
}
