import type { AmiEvent, ChannelFacts } from './ami-event.ts';
import type { Call, Channel, Click, Leg } from './call.ts';
import type { CallEvent } from './call-event.ts';
import type { Rules } from './classify.ts';
import { createDeadlines, type Deadlines } from './deadlines.ts';
import type { BridgeId, ChannelName, Extension, Linkedid, Uniqueid } from './ids.ts';

/**
 * All that the core knows. Calls, channels and legs are values that are replaced, never changed; only the indexes
 * are updated in place, because copying them for every event would cost more the more calls are open.
 */
export interface TrackerState {
  readonly rules: Rules;
  readonly channels: Map<Uniqueid, Channel>;
  readonly calls: Map<Linkedid, Call>;
  /** The calls in which each user has a part, in the order in which he got them. */
  readonly callsOfUsers: Map<Extension, Set<Linkedid>>;
  readonly bridges: Map<BridgeId, readonly Uniqueid[]>;
  /** Local channels by name, for the way from one half of a pair to the other. */
  readonly halves: Map<ChannelName, Uniqueid>;
  /** Clicks whose channel has not been seen yet, by ActionID. */
  readonly clicks: Map<string, Click>;
  readonly deadlines: Deadlines;
  /** The time of the last step. */
  lastAt: number;
}

/** One input being worked on: where handlers put what they find out. */
export interface Step {
  readonly state: TrackerState;
  /** Epoch milliseconds of the connector's clock. */
  readonly at: number;
  readonly events: CallEvent[];
  /** Calls whose record-worthy state changed, and which the service therefore stores. */
  readonly touched: Set<Linkedid>;
  /** Since when channels have been there that are found only now. */
  readonly found: Map<Uniqueid, number>;
  /** Whether Asterisk tells of the ends itself, rather than no longer having what we had. */
  readonly areEndsHeard: boolean;
}

export type AmiHandlers = {
  readonly [Kind in AmiEvent['kind']]: (step: Step, event: Extract<AmiEvent, { kind: Kind }>) => void;
};

export function createState(rules: Rules): TrackerState {
  return {
    rules,
    channels: new Map(),
    calls: new Map(),
    callsOfUsers: new Map(),
    bridges: new Map(),
    halves: new Map(),
    clicks: new Map(),
    deadlines: createDeadlines(),
    lastAt: 0,
  };
}

/** The call of a known channel. Every known channel is in one: they are made, moved and forgotten together. */
export function callOf(step: Step, channel: Channel): Call {
  const call = step.state.calls.get(channel.call);
  if (call === undefined) throw new Error(`channel ${channel.name} (${channel.uniqueid}) is in no call`);
  return call;
}

/** A channel that must be known, because something of ours still names it. */
export function channelOf(step: Step, uniqueid: Uniqueid): Channel {
  const channel = step.state.channels.get(uniqueid);
  if (channel === undefined) throw new Error(`channel ${uniqueid} is not known`);
  return channel;
}

/** The channels in a bridge. */
export function insideOf({ state }: Step, bridge: BridgeId): readonly Uniqueid[] {
  return state.bridges.get(bridge) ?? [];
}

export function setChannel(step: Step, channel: Channel): Channel {
  step.state.channels.set(channel.uniqueid, channel);
  return channel;
}

export function setCall(step: Step, call: Call): Call {
  step.state.calls.set(call.id, call);
  return call;
}

/** Replaces one user's part; the call is then stored. */
export function setLeg(step: Step, call: Call, leg: Leg): Call {
  step.touched.add(call.id);
  noteUser(step.state, leg.extension, call.id);
  const at = call.legs.findIndex(({ extension }) => extension === leg.extension);
  return setCall(step, { ...call, legs: at < 0 ? call.legs.concat(leg) : call.legs.with(at, leg) });
}

export function noteUser(state: TrackerState, extension: Extension, call: Linkedid): void {
  const calls = state.callsOfUsers.get(extension);
  if (calls === undefined) state.callsOfUsers.set(extension, new Set([call]));
  else calls.add(call);
}

function forgetUser(state: TrackerState, extension: Extension, call: Linkedid): void {
  const calls = state.callsOfUsers.get(extension);
  calls?.delete(call);
  if (calls?.size === 0) state.callsOfUsers.delete(extension);
}

/** The calls in which a user has a part, however it stands. */
export function callsOfUser(step: Step, extension: Extension): Call[] {
  const calls = Array.from(step.state.callsOfUsers.get(extension) ?? [], (id) => step.state.calls.get(id));
  return calls.filter((call) => call !== undefined);
}

export function dropLeg(step: Step, call: Call, extension: Leg['extension']): Call {
  const legs = call.legs.filter((leg) => leg.extension !== extension);
  forgetUser(step.state, extension, call.id);
  return setCall(step, { ...call, legs });
}

/** Forgets a call and its channels. */
export function forgetCall(step: Step, call: Call): void {
  for (const uniqueid of call.channels) {
    const channel = step.state.channels.get(uniqueid);
    if (channel?.endpoint.kind === 'local') step.state.halves.delete(channel.name);
    step.state.channels.delete(uniqueid);
  }
  for (const { extension } of call.legs) forgetUser(step.state, extension, call.id);
  step.touched.add(call.id);
  step.state.calls.delete(call.id);
}

export function surprise(step: Step, call: Linkedid | null, text: string): void {
  step.events.push({ kind: 'surprise', call, text, at: step.at });
}

export function describe(facts: ChannelFacts): string {
  return `${facts.name} (${facts.uniqueid})`;
}
