import { type Clock, repeat } from './clock.ts';
import type { Supervisor } from './notify.ts';
import { startWatchdog } from './watchdog.ts';

export interface SupervisedParts {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  /** Resolves if what runs goes on; while nothing runs yet, at once. */
  readonly isAlive: () => Promise<void>;
}

/** What a supervisor is told of a process's life. */
export interface Supervised {
  /** @param status in words, for who looks at the service */
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
}

/** A start that waits for its database is not to be given up by the supervisor, however long; one that hangs is. */
const extendEveryMs = 30_000;
const extension = `EXTEND_TIMEOUT_USEC=${3 * extendEveryMs * 1000}`;

/** A beat may come late on a machine under load. */
const beatsPerLimit = 4;

export function createSupervised({ supervisor, clock, isAlive }: SupervisedParts): Supervised {
  const { isThere, watchdogMs, tell } = supervisor;
  if (!isThere) return { ready: () => {}, reloading: () => {}, stopping: () => {} };
  let stopExtending = () => {};
  const extend = () => {
    stopExtending();
    stopExtending = repeat(clock, extendEveryMs, () => tell(extension));
  };
  extend();
  const beat = () => tell('WATCHDOG=1');
  const everyMs = watchdogMs === null ? null : watchdogMs / beatsPerLimit;
  const stopWatchdog = everyMs === null ? () => {} : startWatchdog({ clock, everyMs, isAlive, beat });
  return {
    ready(status) {
      stopExtending();
      tell('READY=1', `STATUS=${status}`);
    },
    reloading() {
      // systemd 253 and later (Type=notify-reload) wants to know since when.
      tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`, 'STATUS=takes up its new settings');
      extend();
    },
    stopping() {
      stopExtending();
      stopWatchdog();
      tell('STOPPING=1', 'STATUS=stops');
    },
  };
}
