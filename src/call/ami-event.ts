import type { BridgeId, ChannelName, Linkedid, Uniqueid } from './ids.ts';

/** Asterisk's `ChannelState` numbers that the rules look at (include/asterisk/channelstate.h). */
export const channelState = { down: 0, ring: 4, ringing: 5, up: 6 } as const;

/** What every channel event says of its channel. Asterisk's `<unknown>` has become ''. */
export interface ChannelFacts {
  readonly name: ChannelName;
  readonly uniqueid: Uniqueid;
  readonly linkedid: Linkedid;
  readonly state: number;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly exten: string;
}

/** A channel in the list of all that Asterisk has. */
export interface ListedChannel extends ChannelFacts {
  /** null: in none, or Asterisk does not say (before 13). */
  readonly bridge: BridgeId | null;
  /** Milliseconds since it began. */
  readonly ageMs: number;
}

/**
 * The events that the call core takes, decoded from AMI packets by ami/decode.
 * A new kind does not build until call/tracker has a handler for it.
 */
export type AmiEvent =
  | { readonly kind: 'newChannel'; readonly channel: ChannelFacts }
  | { readonly kind: 'newState'; readonly channel: ChannelFacts }
  /** `source` is null when an Originate dials: such a DialBegin has only Dest* headers. */
  | {
      readonly kind: 'dialBegin';
      readonly source: ChannelFacts | null;
      readonly dest: ChannelFacts;
      readonly dialString: string;
    }
  /** `DialState` (Asterisk 14+): RINGING, PROGRESS, PROCEEDING... */
  | { readonly kind: 'dialState'; readonly dest: ChannelFacts; readonly status: string }
  /** `status`: ANSWER, BUSY, NOANSWER, CANCEL, CONGESTION, CHANUNAVAIL... */
  | {
      readonly kind: 'dialEnd';
      readonly source: ChannelFacts | null;
      readonly dest: ChannelFacts;
      readonly status: string;
    }
  /** `holding`: a bridge in which nobody hears anybody, such as a parking lot (BridgeTechnology holding_bridge). */
  | {
      readonly kind: 'bridgeEnter';
      readonly bridge: BridgeId;
      readonly holding: boolean;
      readonly channel: ChannelFacts;
    }
  | { readonly kind: 'bridgeLeave'; readonly bridge: BridgeId; readonly channel: ChannelFacts }
  /** `cause`: Q.850 number, 0 where Asterisk gives none. */
  | { readonly kind: 'hangup'; readonly channel: ChannelFacts; readonly cause: number }
  /** The phone itself wants to end it; Asterisk may keep the channel for a while yet. */
  | { readonly kind: 'hangupRequest'; readonly channel: ChannelFacts }
  /** `channel` took over the ringing call of `target`, by a pick-up code. */
  | { readonly kind: 'pickup'; readonly channel: ChannelFacts; readonly target: Uniqueid }
  /** A channel variable that the configuration asks for was set; to '', it was cleared. */
  | { readonly kind: 'variable'; readonly uniqueid: Uniqueid; readonly name: string; readonly value: string }
  /** A recording's file became known: when it was begun (`VarSet MIXMONITOR_FILENAME`), or at last by `recordingpath` of a Cdr. */
  | {
      readonly kind: 'recording';
      readonly uniqueid: Uniqueid;
      readonly path: string;
      readonly from: 'variable' | 'cdr';
    }
  /** The end of an Originate. `uniqueid` is null when it failed: Asterisk then says `<unknown>`. */
  | {
      readonly kind: 'originateResponse';
      readonly actionId: string;
      readonly success: boolean;
      /** AST_CONTROL reason: 4 answered, 3 not picked up, 5 busy/declined (chan_sip), 0 failed or declined (chan_pjsip). */
      readonly reason: number;
      readonly uniqueid: Uniqueid | null;
    };

/** What the core is told: Asterisk's events, our own clicks, what is alive after a reconnect, and time. */
export type Input =
  | AmiEvent
  /** A click-to-call that Asterisk is being asked to place. `uniqueid` is the id we gave its first channel (Originate's ChannelId). */
  | {
      readonly kind: 'click';
      readonly actionId: string;
      readonly uniqueid: Uniqueid;
      readonly extension: string;
      readonly number: string;
    }
  /** The action itself was refused or never answered: there is no call. */
  | { readonly kind: 'clickRefused'; readonly actionId: string }
  /**
   * Every channel that Asterisk has (`CoreShowChannels`), after a time in which nobody listened. Channels that we saw begin
   * before `since`, and that are not among them, are gone: since when is not known, but they were there at `heardUntil`.
   */
  | {
      readonly kind: 'snapshot';
      readonly channels: readonly ListedChannel[];
      readonly since: number;
      readonly heardUntil: number;
    }
  /** The same of channels whose Hangup may have been lost while we listened; of an Asterisk that runs no more, none is left. */
  | {
      readonly kind: 'remaining';
      readonly channels: ReadonlySet<Uniqueid>;
      readonly since: number;
      readonly heardUntil: number;
    }
  | { readonly kind: 'tick' };
