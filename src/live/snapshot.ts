import type { Direction, Outcome } from '../call/call-event.ts';

/** What an agent's page is told of his calls: docs/live-channel.md. Times are ISO 8601. */
export interface Snapshot {
  readonly calls: readonly LiveCall[];
  readonly ended: readonly EndedCall[];
  readonly clicks: readonly LiveClick[];
}

export interface LiveCall {
  /** The callUUID that the CRM is told for this user's part; a further ring of his in the same call has the same. */
  readonly id: string;
  readonly call: string;
  readonly direction: Direction;
  readonly phase: 'ringing' | 'talking';
  /** He dialled, rather than was rung. */
  readonly initiator: boolean;
  readonly number: string;
  readonly name: string;
  readonly line: string;
  readonly ring: number;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly transferredBy: { readonly extension: string } | null;
  readonly click: string | null;
}

export interface EndedCall {
  readonly id: string;
  readonly ring: number;
  readonly outcome: Outcome;
  /** Who took it, of a call that was answered elsewhere. */
  readonly by: string | null;
  readonly talkedSeconds: number;
  readonly at: string;
}

export type ClickState =
  | 'calling-you'
  | 'your-phone-rings'
  | 'ringing'
  | 'talking'
  | 'you-did-not-answer'
  | 'you-are-busy'
  | 'busy'
  | 'no-answer'
  | 'ended'
  | 'failed'
  | 'unreachable';

export interface LiveClick {
  readonly id: string;
  readonly number: string;
  readonly state: ClickState;
  /** The `id` of its call. */
  readonly callId: string | null;
  /** Since when it is in this state. */
  readonly at: string;
  /** Why it failed, in words; '' otherwise. */
  readonly why: string;
  /** The hangup cause (Q.850) behind `why`, for a page in another language. */
  readonly cause: number | null;
}
