import { setTimeout as pause } from 'node:timers/promises';
import type { AmiServer } from './ami-server.ts';
import type { Capture } from './capture.ts';

export interface Performance {
  readonly server: AmiServer;
  /** 1: as fast as it was. */
  readonly speed: number;
  readonly signal: AbortSignal;
  /** Told of what was sent, moment by moment. */
  readonly onSent: (packets: Capture) => void;
}

/** Plays a capture with its true timing until it ends or is broken off; true: to its end. */
export async function perform(capture: Capture, { server, speed, signal, onSent }: Performance): Promise<boolean> {
  const began = Date.now();
  const first = capture[0]?.atMs ?? 0;
  for (const moment of new Set(capture.map(({ atMs }) => atMs))) {
    // Against the begin and not the last moment: delays must not add up.
    const wait = began + (moment - first) / speed - Date.now();
    if (!(await waited(wait, signal))) return false;
    const packets = capture.filter(({ atMs }) => atMs === moment);
    await server.play(packets);
    onSent(packets);
  }
  return true;
}

/** False: broken off. */
export async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms <= 0 || signal.aborted) return !signal.aborted;
  return pause(ms, true, { signal }).catch(() => false);
}
