import type { Direction, LegFacts, Outcome, Party, Variables } from './call-event.ts';
import type { Endpoint } from './classify.ts';
import type { BridgeId, ChannelName, Extension, Linkedid, Uniqueid } from './ids.ts';

/** One channel that Asterisk has, or had in a call that is not closed yet. Values are replaced, never changed. */
export interface Channel {
  readonly name: ChannelName;
  readonly uniqueid: Uniqueid;
  readonly call: Linkedid;
  readonly endpoint: Endpoint;
  readonly callerNumber: string;
  readonly callerName: string;
  /** The extension it was made for: what a phone dialled, or the DID that a trunk asked for. Later Extens are the dialplan's own way. */
  readonly dialled: string;
  readonly createdAt: number;
  readonly alive: boolean;
  readonly up: boolean;
  readonly bridge: BridgeId | null;
  /** Why the last dial of this channel ended, until its Hangup says more. */
  readonly dialStatus: string | null;
}

/** What a user does in the call: his phone is rung, or he is the one who dials. */
export type Role = 'rung' | 'dials';

interface LegBase {
  readonly extension: Extension;
  readonly role: Role;
  readonly direction: Direction;
  readonly party: Party;
  /** Which ring of this user in this call it is, from 1: a queue may ring him again and again. */
  readonly ring: number;
  readonly startedAt: number;
  /** His channels of this ring: one for each registered contact. */
  readonly channels: readonly Uniqueid[];
}

/** One user's part, by phase: there is an answer time only where there was an answer. */
export type Leg =
  /** Invited, but nothing rings yet: a phone that only redirects, or is gone, never gets further. The CRM knows nothing of it. */
  | (LegBase & { readonly phase: 'dialled' })
  | (LegBase & { readonly phase: 'ringing' })
  | (LegBase & {
      readonly phase: 'talking';
      readonly talkedMs: number /** null while no one is at the other end */;
      readonly since: number | null;
    })
  | (LegBase & {
      readonly phase: 'ended';
      readonly outcome: Outcome;
      readonly endedAt: number;
      readonly talkedMs: number;
    });

/** A click-to-call of ours that became this call. */
export interface Click {
  readonly actionId: string;
  readonly uniqueid: Uniqueid;
  readonly extension: string;
  readonly number: string;
  readonly clickedAt: number;
}

export interface Call {
  readonly id: Linkedid;
  readonly first: Uniqueid;
  readonly click: Click | null;
  readonly legs: ReadonlyMap<Extension, Leg>;
  readonly alive: number;
  readonly channels: readonly Uniqueid[];
  readonly recordings: readonly string[];
  readonly variables: Variables;
  /** When the last dialled party dropped out without an answer, for the end of an unanswered outgoing call. */
  readonly lastDialEnd: { readonly at: number; readonly status: string | null; readonly cause: number } | null;
}

export function isOpen(leg: Leg): boolean {
  return leg.phase !== 'ended';
}

/** The part of a leg that goes into call events. */
export function legFacts({ id: call, variables }: Call, leg: Leg, line: string): LegFacts {
  const { extension, direction, party, ring, startedAt } = leg;
  return { call, extension, direction, party, line, ring, startedAt, variables };
}

/** Milliseconds in conversation up to `at`. */
export function talkedUntil(leg: Leg, at: number): number {
  if (leg.phase === 'ended') return leg.talkedMs;
  if (leg.phase !== 'talking') return 0;
  // A clock that was set back makes no negative talk.
  return leg.talkedMs + (leg.since === null ? 0 : Math.max(0, at - leg.since));
}
