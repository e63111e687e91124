import type { FileFacts } from './judge.ts';
import type { Irremovable, Place } from './removable.ts';
import type { AgedRow } from './retention-store.ts';

/** One file that is old enough, with the recordings that are in it. */
export interface AgedFile {
  readonly path: string;
  readonly rows: readonly AgedRow[];
  readonly place: Place;
  readonly facts: FileFacts;
}

export type KeptReason =
  | Irremovable
  | 'kept by hand (recordings keep)'
  | 'a younger call has the same file'
  | 'its call or its file may not be finished'
  | 'the file was written later';

/** What a round has found and done. */
export interface RetentionTally {
  readonly files: number;
  readonly bytes: number;
  /** When the call of the oldest ended; null: there is none. */
  readonly oldestAt: number | null;
  readonly newestAt: number | null;
  /** Those that stay although they are old enough, with one of them as an example. */
  readonly kept: ReadonlyMap<KeptReason, { readonly count: number; readonly example: string }>;
  /** Recordings whose file is not there. */
  readonly absent: number;
  /** Those that could not be deleted after all. */
  readonly failures: readonly { readonly path: string; readonly why: string }[];
}

export type Stays = { readonly why: KeptReason } | { readonly kind: 'absent' };

/** As many failures are named. */
export const mostFailures = 20;

/** While it is being counted. */
export type Tally = { -readonly [Key in keyof RetentionTally]: RetentionTally[Key] } & {
  kept: Map<KeptReason, { count: number; example: string }>;
  failures: { path: string; why: string }[];
};

export function newTally(): Tally {
  return { files: 0, bytes: 0, oldestAt: null, newestAt: null, kept: new Map(), absent: 0, failures: [] };
}

export function count(tally: Tally, path: string, stays: Stays): void {
  if (!('why' in stays)) {
    tally.absent += 1;
    return;
  }
  const { count: before, example } = tally.kept.get(stays.why) ?? { count: 0, example: path };
  tally.kept.set(stays.why, { count: before + 1, example });
}

export function add(tally: Tally, { rows, facts }: AgedFile): void {
  tally.files += 1;
  tally.bytes += facts.size;
  for (const { closed_at: closedAt } of rows) {
    if (closedAt === null) continue;
    tally.oldestAt = Math.min(tally.oldestAt ?? closedAt, closedAt);
    tally.newestAt = Math.max(tally.newestAt ?? closedAt, closedAt);
  }
}
