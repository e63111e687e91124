import type { Log } from './log.ts';

/** A log that writes through another one, which may be exchanged for one with other settings. */
export interface SuccessiveLog extends Log {
  use(next: Log): void;
}

export function createSuccessiveLog(first: Log): SuccessiveLog {
  let now = first;
  return {
    error: (...of) => now.error(...of),
    warn: (...of) => now.warn(...of),
    info: (...of) => now.info(...of),
    debug: (...of) => now.debug(...of),
    // One that was asked for before an exchange stays as it is.
    child: (fields) => now.child(fields),
    use(next) {
      now = next;
    },
  };
}
