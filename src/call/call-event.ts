import type { Extension, Linkedid } from './ids.ts';

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
}

/** How a user's part ended, in words of the CRM's own list where it has one. */
export type Outcome = 'completed' | 'no-answer' | 'busy' | 'answered-elsewhere';

/** What happened, in the order in which it happened. All times are epoch milliseconds of the connector's clock. */
export type CallEvent =
  /** The user's phone rings, or the user dials. */
  | { readonly kind: 'rang'; readonly leg: LegFacts; readonly at: number }
  | { readonly kind: 'answered'; readonly leg: LegFacts; readonly at: number }
  | {
      readonly kind: 'ended';
      readonly leg: LegFacts;
      readonly at: number;
      readonly outcome: Outcome;
      /** Milliseconds in conversation with the party; 0 where nobody answered. */
      readonly talkedMs: number;
    }
  /** A file into which the call is recorded became known. It may not be final, nor hold sound. */
  | { readonly kind: 'recorded'; readonly call: Linkedid; readonly path: string; readonly at: number }
  /** The last channel of the call is gone and its late events have had their time. `talked`: the legs that had a conversation. */
  | { readonly kind: 'closed'; readonly call: Linkedid; readonly talked: readonly LegFacts[]; readonly at: number }
  /** Asterisk said what the rules do not expect. Changes nothing; for the log. */
  | { readonly kind: 'surprise'; readonly call: Linkedid | null; readonly text: string; readonly at: number };
