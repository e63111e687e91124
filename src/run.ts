import process from 'node:process';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { StartCalledOff } from './called-off.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { DatabaseRefused } from './db/refusal.ts';
import type { Log } from './log.ts';

/** How long a stop may take: what is being sent to the CRM is finished first. */
export const stopLimitMs = 10_000;

/** How long a start that was refused is waited with to be tried again. */
const refusedPauseMs = 5_000;

const failure = 1;

export interface Stoppable {
  stop(): Promise<void>;
}

export interface Signals {
  /** SIGHUP. Without it, it ends the process. */
  readonly onHangup?: () => void;
  /** A stop was asked for. */
  readonly onStopping?: () => void;
}

/**
 * Runs something until a signal asks for its end, or it fails.
 *
 * @returns the exit code of a start that failed; null: it runs, and ends the process itself
 */
export async function runUntilStopped(
  start: (log: Log, onFatal: (fault: unknown) => void, calledOff: AbortSignal) => Promise<Stoppable>,
  log: Log,
  { onHangup, onStopping = () => {} }: Signals = {},
): Promise<number | null> {
  const onFatal = (fault: unknown) => {
    log.error(`the connector cannot go on: ${String(fault)}`, {
      stack: fault instanceof Error ? fault.stack : undefined,
    });
    exit(failure);
  };
  process.on('uncaughtException', onFatal);
  process.on('unhandledRejection', onFatal);
  // Begun a turn later: much of a start does not yield (SQLite is loaded), and a signal is to be heard before it.
  const calledOff = new AbortController();
  const starting = Promise.resolve().then(() => start(log, onFatal, calledOff.signal));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, stopOnce(starting, log, signal));
    process.on(signal, () => calledOff.abort());
    process.on(signal, onStopping);
  }
  // A terminal that is closed sends it to what runs there, which is to end then.
  if (onHangup !== undefined && !process.stdout.isTTY) process.on('SIGHUP', onHangup);
  try {
    await starting;
    return null;
  } catch (fault) {
    if (fault instanceof StartCalledOff) log.info('stopped');
    else log.error(`not started: ${inWords(fault)}`);
    return notStarted(fault, calledOff.signal);
  }
}

/** With what to exit. A supervisor that starts it again at once would fill its log, or give up after a few tries. */
async function notStarted(fault: unknown, calledOff: AbortSignal): Promise<number> {
  if (fault instanceof StartCalledOff) return 0;
  if (fault instanceof DatabaseRefused && fault.reason === 'settings') return exitCodes.configuration;
  // Somebody who looks on needs no pause.
  if (process.stdout.isTTY) return failure;
  await setTimeoutPromise(refusedPauseMs, undefined, { signal: calledOff }).catch(() => {});
  return failure;
}

/** The first signal drains, a second one ends at once. */
function stopOnce(starting: Promise<Stoppable>, log: Log, signal: string): () => void {
  return () => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.removeAllListeners(name);
      process.on(name, () => exit(failure));
    }
    log.info(`${signal}: stopping`);
    setTimeout(() => {
      log.error(`not stopped within ${stopLimitMs / 1000} s: ending without waiting any longer`);
      exit(failure);
    }, stopLimitMs).unref();
    stop(starting, log).catch((fault) => {
      log.error(`stopping failed: ${String(fault)}`);
      exit(failure);
    });
  };
}

/** What has not yet started is let go as soon as it has; a start that fails is told where it is awaited. */
async function stop(starting: Promise<Stoppable>, log: Log): Promise<void> {
  const running = await starting.catch(() => null);
  if (running === null) return;
  await running.stop();
  log.info('stopped');
  exit(0);
}

/** Lets the log's last lines out first: on a pipe they are written after this turn of the loop. */
export function exit(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), 20);
}

/** Of a fault of listening: the address, or the name that no address was found for. */
interface Place {
  readonly address: string;
  readonly port: number;
  readonly hostname: string;
}

/** The faults of a start that an operator can mend, without a stack. */
export function inWords(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const { code, address, port, hostname } = fault as NodeJS.ErrnoException & Partial<Place>;
  if (code === 'EADDRINUSE') return `${address}:${port} is taken by another program: see http.port`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return `${address}:${port} cannot be listened on (${code}): see http.bind and http.port`;
  if (hostname !== undefined) return `${hostname} is not found (${code}): see http.bind`;
  return fault.message;
}
