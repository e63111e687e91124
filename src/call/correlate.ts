import { type ChannelFacts, channelState } from './ami-event.ts';
import type { Call, Channel } from './call.ts';
import type { Variables } from './call-event.ts';
import { endpointOf } from './classify.ts';
import type { Linkedid, Uniqueid } from './ids.ts';
import { callOf, type Step, setCall, setChannel } from './state.ts';

/** The channel an event speaks of, known or not: events of a channel whose beginning we never saw are let go. */
export function known(step: Step, facts: ChannelFacts): Channel | undefined {
  const channel = step.state.channels.get(facts.uniqueid);
  return channel === undefined ? undefined : refresh(step, channel, facts);
}

/** The channel an event speaks of, made known if it was not. Only for events that a channel's life can begin with. */
export function seen(step: Step, facts: ChannelFacts): Channel {
  const channel = step.state.channels.get(facts.uniqueid);
  return channel === undefined ? begin(step, facts) : refresh(step, channel, facts);
}

function begin(step: Step, facts: ChannelFacts): Channel {
  const { name, uniqueid, linkedid, state, callerNumber, callerName, exten } = facts;
  const endpoint = endpointOf(name, step.state.rules);
  const channel = setChannel(step, {
    name,
    uniqueid,
    call: linkedid,
    endpoint,
    incoming: endpoint.kind === 'trunk' && state === channelState.ring,
    party: { number: callerNumber, name: callerName },
    dialled: exten,
    createdAt: step.at,
    alive: true,
    leaving: false,
    up: state === channelState.up,
    rings: state === channelState.ringing,
    dialler: null,
    bridge: null,
    dialStatus: null,
    part: null,
  });
  if (endpoint.kind === 'local') step.state.halves.set(name, uniqueid);
  join(step, channel);
  return channel;
}

function refresh(step: Step, channel: Channel, facts: ChannelFacts): Channel {
  const moved = channel.alive && facts.linkedid !== channel.call;
  // chan_sip makes its channels as Down, and says Ring in a Newstate of its own.
  const incoming = channel.incoming || (channel.endpoint.kind === 'trunk' && facts.state === channelState.ring);
  const isNamed = isPartyKnownNow(channel, incoming);
  const up = channel.up || facts.state === channelState.up;
  if (!moved && !isNamed && incoming === channel.incoming && up === channel.up) return channel;
  const next = setChannel(step, {
    ...channel,
    call: moved ? facts.linkedid : channel.call,
    incoming,
    party: isNamed ? { number: facts.callerNumber, name: facts.callerName } : channel.party,
    up,
  });
  if (moved) {
    const { variables } = callOf(step, channel);
    leave(step, channel);
    join(step, next, variables);
    // Both are stored anew, or a restart would find the channel in two calls.
    step.touched.add(channel.call).add(next.call);
  }
  return next;
}

/** A channel that Dial makes gets the number that it calls a moment after its Newchannel (16 and 22). */
function isPartyKnownNow({ incoming: wasIncoming, party }: Channel, incoming: boolean): boolean {
  return incoming ? !wasIncoming : party.number === '';
}

/** @param brought what the dialplan had set in the call that the channel comes from */
function join(step: Step, channel: Channel, brought: Variables = none): void {
  const call = step.state.calls.get(channel.call) ?? emptyCall(channel.call);
  const variables = brought === none ? call.variables : { ...brought, ...call.variables };
  const line = channel.uniqueid === call.first && channel.endpoint.kind === 'trunk' ? channel.dialled : call.line;
  setCall(step, { ...call, line, variables, alive: call.alive + 1, channels: call.channels.concat(channel.uniqueid) });
}

/** Takes a channel out of the call that it was counted in, when Asterisk has merged it into another. */
function leave(step: Step, channel: Channel): void {
  const call = callOf(step, channel);
  const channels = call.channels.filter((uniqueid) => uniqueid !== channel.uniqueid);
  countOut(step, setCall(step, { ...call, channels, merged: true }));
}

/** Counts one channel of a call as gone; the last one starts the wait for late events. */
export function countOut(step: Step, call: Call): void {
  const alive = call.alive - 1;
  setCall(step, { ...call, alive });
  if (alive > 0) return;
  step.touched.add(call.id);
  step.state.deadlines.add(step.at + step.state.rules.lateEventMs, { kind: 'close', call: call.id });
}

/** Of most calls the dialplan says nothing: one object for all of them. */
const none: Variables = {};

/** A call is named by its Linkedid, which is the Uniqueid of its first channel, whether that one was seen or not. */
export function emptyCall(id: Linkedid): Call {
  return {
    id,
    first: id as string as Uniqueid,
    line: '',
    click: null,
    legs: [],
    alive: 0,
    channels: [],
    recordings: [],
    variables: none,
    lastDialEnd: null,
    firstAt: null,
    lastAnswerAt: null,
    merged: false,
    finishes: 0,
    told: false,
  };
}
