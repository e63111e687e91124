import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Environment } from './config/process-environment.ts';

/** Whoever has started this process and wants to know how it is: systemd, by a unit with Type=notify. */
export interface Supervisor {
  readonly isThere: boolean;
  /** How often it wants to hear that all is well; null: not at all. */
  readonly watchdogMs: number | null;
  /** @param state as in sd_notify(3): `READY=1`, `WATCHDOG=1` */
  tell(...state: readonly string[]): void;
}

const nobody: Supervisor = { isThere: false, watchdogMs: null, tell: () => {} };

/** Runs a program to its end. */
type Run = (program: string, args: readonly string[]) => Promise<unknown>;

/** One that hangs must not keep those behind it waiting for ever. */
const limitMs = 10_000;

const runIt: Run = (program, args) => promisify(execFile)(program, args, { timeout: limitMs });

/**
 * The supervisor that the environment names, or one that is told nothing.
 *
 * systemd is told by its own program systemd-notify: Node.js 20 cannot open a datagram socket of the Unix kind, and a native
 * module for it would have to be compiled on most machines. It is one short process for each message, that is every 30 s with
 * our unit. The unit needs NotifyAccess=all for it, as the message comes from a child.
 */
export function supervisorOf(
  env: Environment,
  pid: number,
  onFault: (fault: Error) => void,
  run: Run = runIt,
): Supervisor {
  if ((env['NOTIFY_SOCKET'] ?? '') === '') return nobody;
  let hasFailed = false;
  let last: Promise<unknown> = Promise.resolve();
  const failed = (fault: Error) => {
    if (!hasFailed) onFault(fault);
    hasFailed = true;
  };
  return {
    isThere: true,
    watchdogMs: watchdogOf(env, pid),
    // One after the other: READY=1 must not overtake RELOADING=1.
    tell(...state) {
      last = last.then(() => run('systemd-notify', state)).catch(failed);
    },
  };
}

/** WATCHDOG_USEC is inherited by children, for whom it is not meant: then WATCHDOG_PID names somebody else. */
function watchdogOf(env: Environment, pid: number): number | null {
  const { WATCHDOG_USEC, WATCHDOG_PID } = env;
  const ms = Number(WATCHDOG_USEC) / 1000;
  const isForUs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid;
  return isForUs && ms > 0 ? ms : null;
}
