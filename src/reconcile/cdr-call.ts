import type { Direction, Outcome, Party } from '../call/call-event.ts';
import type { Extension, Linkedid } from '../call/ids.ts';

/** One user's part in a call, as the CDR tells it. Times are epoch milliseconds. */
export interface CdrPart {
  readonly call: Linkedid;
  readonly extension: Extension;
  readonly direction: Direction;
  readonly party: Party;
  readonly line: string;
  readonly ring: number;
  /** His rings before the one that counts, to which nobody answered. */
  readonly earlier: readonly { readonly ring: number; readonly startedAt: number; readonly endedAt: number }[];
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number;
  readonly talkedMs: number;
  readonly outcome: Outcome;
  /** When somebody else took the call, if that was after this ring had ended; null otherwise. */
  readonly lostAt: number | null;
  /** How much of this the CDR really knows. */
  readonly knows: {
    /** Whether this phone rang at all: a phone that only redirects, or is gone, leaves the same row. */
    readonly existence: boolean;
    /** When it ended: not where callers were handed on, picked up or parked. */
    readonly end: boolean;
    /** When he answered: not where a menu, a queue or his own click had answered the channel before. */
    readonly answer: boolean;
  };
}

/** Somebody called from outside and no phone rang. */
export interface CdrUnrung {
  readonly call: Linkedid;
  readonly party: Party;
  readonly line: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface CdrRecording {
  readonly call: Linkedid;
  readonly uniqueid: string;
  readonly file: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A call as the CDR tells it, which may hold parts in several of our calls where Asterisk joined them. */
export interface CdrCall {
  readonly ids: ReadonlySet<string>;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly parts: readonly CdrPart[];
  readonly unrung: CdrUnrung | null;
  readonly recordings: readonly CdrRecording[];
}
