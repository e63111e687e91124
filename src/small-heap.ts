import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 take less memory than it would, on a machine whose memory belongs to Asterisk. What the connector keeps is about 20 MB
 * and 2 KiB for each open call.
 *
 * The young generation is left alone: it grows with the load only. One that is kept at 1 MB takes for old what is on its way to the
 * database and back, and the old one must be gone through all the time (an eighth of all processor time at 700 calls/s).
 */
export function keepHeapSmall(): void {
  // The old generation is looked through when it has grown by half; by default it may grow to four times as much.
  setFlagsFromString('--heap-growing-percent=50');
  // By default code that was not run for some collections is thrown away: at 50 calls/s it is compiled again and again.
  setFlagsFromString('--no-flush-bytecode');
  // What the optimising compiler takes to begin with, 7 MB, it keeps for good. Few connectors ever need it: see `optimiseWhenBusy`.
  setFlagsFromString('--no-opt');
}

/** A tenth of a core for three seconds: some seven calls a second, or somebody who listens to a long recording. */
const busy = { share: 0.1, looks: 3 };
const lookMs = 1_000;

/** Has V8 optimise what is run from when there is much to do. @param cpuMs processor time of the process so far, in milliseconds */
export function optimiseWhenBusy(cpuMs: () => number = ownCpuMs): void {
  let before = Number.POSITIVE_INFINITY;
  let inARow = 0;
  const timer = setInterval(() => {
    const now = cpuMs();
    inARow = now - before > lookMs * busy.share ? inARow + 1 : 0;
    before = now;
    if (inARow < busy.looks) return;
    clearInterval(timer);
    setFlagsFromString('--opt');
  }, lookMs);
  timer.unref();
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
