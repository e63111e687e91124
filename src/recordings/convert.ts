import { type ChildProcess, spawn } from 'node:child_process';
import { promises as files } from 'node:fs';
import { constants as os, setPriority } from 'node:os';
import type { Clock } from '../clock.ts';

/** One run of a program that reads the open file `source` and writes `target`. */
export interface ConversionOrder {
  readonly program: string;
  readonly words: readonly string[];
  /** A descriptor at the file's beginning, read to its end. */
  readonly source: number;
  readonly target: string;
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

export type ConversionEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed' | 'called-off'; readonly why: string };

/** How often the size of what is made is looked at. */
const lookMs = 500;

/** What a program says of its failure is kept up to here. */
const mostSaid = 2_000;

/**
 * Runs it without a shell, with an empty environment and at low priority, for so long and for so many bytes at most. Resolves when
 * the program is gone, and never rejects.
 */
export async function convert(order: ConversionOrder, clock: Clock): Promise<ConversionEnd> {
  if (order.signal.aborted) return { kind: 'called-off', why: leftText };
  const child = spawn(order.program, order.words, { env: {}, stdio: [order.source, 'ignore', 'pipe'] });
  lowerPriority(child);
  const ended = endOf(child);
  let stopped: ConversionEnd | null = null;
  const stop = (end: ConversionEnd) => {
    stopped ??= end;
    child.kill('SIGKILL');
  };
  const leave = () => stop({ kind: 'called-off', why: leftText });
  order.signal.addEventListener('abort', leave);
  const cancel = watch(order, clock, stop);
  const said = await ended;
  cancel();
  order.signal.removeEventListener('abort', leave);
  if (stopped !== null) return stopped;
  return said === null ? judgeMade(order) : { kind: 'failed', why: said };
}

const leftText = 'nobody waits for it any more';

function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, os.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or there is no such thing here.
  }
}

/** Resolves when it is gone: null, or what it said of its failure. */
function endOf(child: ChildProcess): Promise<string | null> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, mostSaid);
  });
  return new Promise((resolve) => {
    child.once('error', (fault) => resolve(`it could not be started: ${fault.message}`));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(null);
      const end = code === null ? `it was ended by ${signal}` : `it ended with ${code}`;
      resolve(`${end}: ${said.replace(/\s+/g, ' ').trim() || 'without a word'}`);
    });
  });
}

function watch(order: ConversionOrder, clock: Clock, stop: (end: ConversionEnd) => void): () => void {
  const { target, timeoutMs, mostBytes } = order;
  const late = `it was not done within ${Math.round(timeoutMs / 1000)} s`;
  const cancelTimeout = clock.after(timeoutMs, () => stop({ kind: 'failed', why: late }));
  let cancelLook = () => {};
  const look = () => {
    cancelLook = clock.after(lookMs, look);
    files.stat(target).then(
      ({ size }) => size > mostBytes && stop({ kind: 'failed', why: tooLarge(mostBytes) }),
      () => {},
    );
  };
  look();
  return () => {
    cancelTimeout();
    cancelLook();
  };
}

const tooLarge = (mostBytes: number) => `what it makes is larger than ${Math.floor(mostBytes / 1_048_576)} MB`;

async function judgeMade({ target, mostBytes }: ConversionOrder): Promise<ConversionEnd> {
  const size = await files.stat(target).then(
    (stat) => stat.size,
    () => 0,
  );
  if (size === 0) return { kind: 'failed', why: 'it made nothing' };
  return size > mostBytes ? { kind: 'failed', why: tooLarge(mostBytes) } : { kind: 'done' };
}
