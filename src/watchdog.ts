import { type Clock, repeat } from './clock.ts';

export interface WatchdogParts {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Resolves if all goes on; never, or with a rejection, if something hangs. */
  readonly isAlive: () => Promise<void>;
  readonly beat: () => void;
}

/**
 * Beats as long as what it asks answers. A timer alone would go on beating over a database that hangs; one question at a time,
 * or those that hang would gather.
 *
 * @returns ends it
 */
export function startWatchdog({ clock, everyMs, isAlive, beat }: WatchdogParts): () => void {
  let isAsking = false;
  let isOver = false;
  const ask = async () => {
    isAsking = true;
    try {
      await isAlive();
      if (!isOver) beat();
    } catch {
      // No beat: whoever waits for it acts.
    } finally {
      isAsking = false;
    }
  };
  const stop = repeat(clock, everyMs, () => {
    if (!isAsking) void ask();
  });
  return () => {
    isOver = true;
    stop();
  };
}
