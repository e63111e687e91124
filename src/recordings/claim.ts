import type { Linkedid } from '../call/ids.ts';
import type { Recording } from './recording.ts';

/** Whether a file holds the sound of this recording's call and of no other. */
export type Claim =
  | { readonly kind: 'own' }
  /** An earlier call that goes on may write into it yet. */
  | { readonly kind: 'undecided'; readonly by: Linkedid }
  | { readonly kind: 'overwritten'; readonly by: Linkedid };

/** No call lasts longer: one that is open still was lost, and writes no more. */
const longestCallMs = 24 * 3_600_000;

/**
 * MixMonitor empties its file when it begins, unless told to append: whoever begins later has it from then on. While an
 * earlier one still writes, the two conversations end up in each other, and the file is nobody's.
 *
 * @param sharing the recordings with the same path; the recording itself and others of its channel do not count
 * @param at epoch milliseconds
 */
export function claimOf(recording: Recording, sharing: readonly Recording[], at: number): Claim {
  const rivals = sharing.filter((other) => isRival(recording, other));
  const begun = begunAt(recording);
  const over = rivals.find((other) => begunAt(other) >= begun || lastWordAt(other) > begun);
  if (over !== undefined) return { kind: 'overwritten', by: over.call };
  const open = rivals.find((other) => other.closedAt === null && at - other.createdAt < longestCallMs);
  return open === undefined ? { kind: 'own' } : { kind: 'undecided', by: open.call };
}

/** A channel that moved into another call (a transfer) has its recording told in both. */
function isRival(recording: Recording, other: Recording): boolean {
  return other.call !== recording.call && (recording.channel === null || other.channel !== recording.channel);
}

/** A Cdr tells of it as the call ends; it was begun before the first who talked in it was rung. */
function begunAt({ from, createdAt, talks }: Recording): number {
  return from === 'variable' ? createdAt : Math.min(createdAt, ...talks.map(({ leg }) => leg.startedAt));
}

function lastWordAt({ talks }: Recording): number {
  return Math.max(...talks.map(({ until }) => until));
}
