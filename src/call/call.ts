import type { Direction, LegFacts, Outcome, Party, Variables } from './call-event.ts';
import type { Endpoint } from './classify.ts';
import type { BridgeId, ChannelName, Extension, Linkedid, Uniqueid } from './ids.ts';

/** One channel that Asterisk has, or had in a call that is not closed yet. Values are replaced, never changed. */
export interface Channel {
  readonly name: ChannelName;
  readonly uniqueid: Uniqueid;
  readonly call: Linkedid;
  readonly endpoint: Endpoint;
  /** It came from there, rather than being dialled by us. */
  readonly incoming: boolean;
  /** Who is at its end: the caller of an incoming one, or the number that was dialled. */
  readonly party: Party;
  /** The extension it was made for: what a phone dialled, or the DID that a trunk asked for. Later Extens are the dialplan's own way. */
  readonly dialled: string;
  readonly createdAt: number;
  readonly alive: boolean;
  /** Its phone has hung up, though Asterisk may keep the channel for a while. */
  readonly leaving: boolean;
  readonly up: boolean;
  /** It has been heard to ring. */
  readonly rings: boolean;
  /** Which channel dials it. */
  readonly dialler: Uniqueid | null;
  readonly bridge: BridgeId | null;
  /** Why the last dial of this channel ended, until its Hangup says more. */
  readonly dialStatus: string | null;
  /** Whose part in which call it is, which need not be the call that Asterisk counts it in (a consultation that became a transfer). */
  readonly part: { readonly call: Linkedid; readonly extension: Extension } | null;
}

/** What a user does in the call: his phone is rung, or he is the one who dials. */
export type Role = 'rung' | 'dials';

export interface LegBase {
  readonly extension: Extension;
  readonly role: Role;
  readonly direction: Direction;
  readonly party: Party;
  /** With whom from outside he was last heard to talk. */
  readonly outsider: Uniqueid | null;
  /** Which ring of this user in this call it is, from 1: a queue may ring him again and again. */
  readonly ring: number;
  /** He dialled while he had a customer on the line: a consultation, of which the CRM hears only if it proves to be a call of its own. */
  readonly aside: boolean;
  /** His part before this ring. What he talked in it stays in his record, whatever becomes of the ring. */
  readonly previous: EndedLeg | null;
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
      readonly answeredAt: number;
      readonly talkedMs: number /** null while no one is at the other end */;
      readonly since: number | null;
    })
  | EndedLeg;

export type EndedLeg = LegBase & {
  readonly phase: 'ended';
  readonly outcome: Outcome;
  readonly answeredAt: number | null;
  readonly endedAt: number;
  readonly talkedMs: number;
};

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
  /** The number (DID) that a caller from outside dialled; '' in other calls. */
  readonly line: string;
  readonly click: Click | null;
  /** In the order in which the users got their parts, one for each of them. */
  readonly legs: readonly Leg[];
  readonly alive: number;
  readonly channels: readonly Uniqueid[];
  readonly recordings: readonly string[];
  readonly variables: Variables;
  /** When the last dialled party dropped out without an answer, for the end of an unanswered outgoing call. */
  readonly lastDialEnd: { readonly at: number; readonly status: string | null; readonly cause: number } | null;
  /** When the first part in it that was told began. */
  readonly firstAt: number | null;
  /** When a conversation with the caller last began: those who were rung before that have missed nothing. */
  readonly lastAnswerAt: number | null;
  /** Asterisk has moved channels of it into another call. */
  readonly merged: boolean;
  /** How often it has been told as finished, and whether anything was told since. */
  readonly finishes: number;
  readonly told: boolean;
}

export function isEnded(leg: Leg): leg is EndedLeg {
  return leg.phase === 'ended';
}

/** What part this user has in the call. */
export function legOf({ legs }: Call, extension: Extension): Leg | undefined {
  return legs.find((leg) => leg.extension === extension);
}

/** The part of a leg that goes into call events. */
export function legFacts({ id: call, line, variables }: Call, leg: Leg): LegFacts {
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
