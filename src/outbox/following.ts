import type { Clock } from '../clock.ts';
import type { StoredCallback } from './callback-row.ts';
import type { OutboxStore } from './outbox-store.ts';

/**
 * How a record is told whose end waits behind the callback that opens its popup: keys of all that waits of it. The edge that
 * knows the dialects has the same type: edges do not import each other.
 */
export type CatchUp = (waiting: readonly StoredCallback[]) => {
  readonly unneeded: readonly string[];
  readonly closing: readonly string[];
};

export interface FollowingSettings {
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly catchUp?: CatchUp;
}

/** A callback that waits for longer was held up, and what follows it may be waiting already. */
const promptMs = 1_000;

/**
 * What is to follow a callback at once, before it is marked: the rest of what ends a record, since that can be told again as often
 * as one likes; and all that ends one, when the call is over and only its record is not yet made.
 */
export function createFollowing({ store, clock, catchUp }: FollowingSettings) {
  return async (callback: StoredCallback): Promise<StoredCallback[]> => {
    if (isClosing(callback)) return endOf(callback);
    if (catchUp === undefined || !/^(StartApp|DialBegin)$/.test(callback.kind)) return [];
    if (clock.now() - callback.createdAt <= promptMs) return [];
    const waiting = [callback, ...(callback.behind ?? [])];
    const { unneeded, closing } = catchUp(waiting);
    if (unneeded.length > 0) await store.markUnneeded(waiting.filter(({ key }) => unneeded.includes(key)));
    return waiting.filter(({ key }) => closing.includes(key));
  };
}

function isClosing({ kind }: StoredCallback): boolean {
  return kind === 'Hangup' || kind === 'EndCall';
}

/** What ends the record and was made in the same moment. */
function endOf({ createdAt, behind = [] }: StoredCallback): StoredCallback[] {
  const other = behind.findIndex((next) => !isClosing(next) || next.createdAt !== createdAt);
  return behind.slice(0, other === -1 ? undefined : other);
}
