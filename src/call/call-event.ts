import type { Extension, Linkedid, Uniqueid } from './ids.ts';

export type Direction = 'inbound' | 'outbound' | 'internal';

/** The other end of the call. `number` is as Asterisk had it ('' when withheld or unknown), not yet fit for a CRM. */
export interface Party {
  readonly number: string;
  readonly name: string;
}

/** One user's part in one call: the unit of a CRM record. */
export interface LegFacts {
  readonly call: Linkedid;
  readonly extension: Extension;
  readonly direction: Direction;
  /** The customer, or for an internal call the colleague. */
  readonly party: Party;
  /** The number that an inbound caller dialled (DID); '' otherwise. */
  readonly line: string;
  /** Which ring of this user in this call, from 1: a queue may ring him more than once. */
  readonly ring: number;
  /** When this user's phone began to ring, or he began to dial: epoch milliseconds. */
  readonly startedAt: number;
  /** The channel variables that the configuration asks for, as far as the dialplan has set them in this call. */
  readonly variables: Variables;
}

/** Channel variables by name; values as Asterisk had them, not yet fit for a CRM. */
export type Variables = Readonly<Record<string, string>>;

/** A user's conversation in a call that is over. */
export interface Talk {
  readonly leg: LegFacts;
  /** From his first word to his last, holds included. */
  readonly from: number;
  readonly until: number;
  /** He had the call last: it is his where a CRM keeps one record for a call. */
  readonly last: boolean;
}

/** How a user's part ended, in words of the CRM's own list where it has one. */
export type Outcome = 'completed' | 'no-answer' | 'busy' | 'answered-elsewhere';

/** What happened, in the order in which it happened. All times are epoch milliseconds of the connector's clock. */
export type CallEvent =
  /** The user's phone rings, or the user dials. */
  | {
      readonly kind: 'rang';
      readonly leg: LegFacts;
      readonly at: number;
      /** `first`: the first of the call · `waiting`: others were rung before, nobody took it · `handedOn`: somebody has had it. */
      readonly turn: 'first' | 'waiting' | 'handedOn';
      /** Milliseconds since the first ring or dial of the call. */
      readonly waitedMs: number;
    }
  | { readonly kind: 'answered'; readonly leg: LegFacts; readonly at: number }
  | {
      readonly kind: 'ended';
      readonly leg: LegFacts;
      readonly at: number;
      readonly outcome: Outcome;
      /** Milliseconds in conversation with the party; 0 where nobody answered. */
      readonly talkedMs: number;
      /** Absent where nobody answered, and where it is not known when. */
      readonly answeredAt?: number;
    }
  /**
   * A file into which the call is recorded became known. It may not be final, nor hold sound. `from` variable: it is begun
   * now. `from` cdr: it was begun we know not when, and is told of as the call ends.
   */
  | {
      readonly kind: 'recorded';
      readonly call: Linkedid;
      readonly channel: Uniqueid;
      readonly path: string;
      readonly from: 'variable' | 'cdr';
      readonly at: number;
    }
  /**
   * The call as a whole is over: nobody rings or talks in it any more and its last channel is gone. For a CRM that keeps
   * one record for a call. `owner` is the part of who had the call last, or else of who was rung or dialled last.
   */
  | {
      readonly kind: 'finished';
      readonly call: Linkedid;
      readonly owner: LegFacts;
      /** When the first part in it began. */
      readonly startedAt: number;
      readonly at: number;
      readonly outcome: Exclude<Outcome, 'answered-elsewhere'>;
      /** Milliseconds in conversation, of all parts together. */
      readonly talkedMs: number;
      /** 1; more if somebody was rung in it again after all. */
      readonly round: number;
    }
  /** Somebody called from outside and was gone before any phone rang, and no extension is configured to have missed it. */
  | {
      readonly kind: 'unrung';
      readonly call: Linkedid;
      readonly party: Party;
      readonly line: string;
      readonly startedAt: number;
      readonly at: number;
      /** false: it ended while nobody listened, and phones may have rung before. */
      readonly isEndHeard: boolean;
    }
  /** The last channel of the call is gone and its late events have had their time. `talked`: the parts that had a conversation. */
  | { readonly kind: 'closed'; readonly call: Linkedid; readonly talked: readonly Talk[]; readonly at: number }
  /** Asterisk said what the rules do not expect. Changes nothing; for the log. */
  | { readonly kind: 'surprise'; readonly call: Linkedid | null; readonly text: string; readonly at: number };
