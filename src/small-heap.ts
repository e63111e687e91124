import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 take less memory than it would, on a machine whose memory belongs to Asterisk. What the connector keeps is about 30 MB
 * however much it has to do.
 *
 * The young generation is left alone: it grows with the load only. One that is kept at 1 MB takes for old what is on its way to the
 * database and back, and the old one must be gone through all the time (an eighth of all processor time at 700 calls/s).
 */
export function keepHeapSmall(): void {
  // The old generation is looked through when it has doubled; by default it may grow to four times as much.
  setFlagsFromString('--heap-growing-percent=100');
  // By default code that was not run for some collections is thrown away: at 50 calls/s it is compiled again and again.
  setFlagsFromString('--no-flush-bytecode');
  // What the optimising compiler takes to begin with, 7 MB, it keeps for good. Few connectors ever need it: see `optimiseWhenBusy`.
  setFlagsFromString('--no-opt');
}

/** 200 events a second for five seconds are three or four calls a second. */
const busy = { events: 1_000, ms: 5_000 };

/** @returns to be called for each event from Asterisk: when they come thick and fast, V8 may optimise what they run through. */
export function optimiseWhenBusy(now: () => number): () => void {
  let events = 0;
  let since = now();
  let isOn = false;
  return () => {
    if (isOn) return;
    events += 1;
    if (events < busy.events) return;
    const at = now();
    isOn = at - since < busy.ms;
    if (isOn) setFlagsFromString('--opt');
    events = 0;
    since = at;
  };
}
