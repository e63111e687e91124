import { type ChannelFacts, channelState } from './ami-event.ts';
import type { Call, Channel } from './call.ts';
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
  const channel = setChannel(step, {
    name: facts.name,
    uniqueid: facts.uniqueid,
    call: facts.linkedid,
    endpoint: endpointOf(facts.name, step.state.rules),
    callerNumber: facts.callerNumber,
    callerName: facts.callerName,
    dialled: facts.exten,
    createdAt: step.at,
    alive: true,
    up: facts.state === channelState.up,
    bridge: null,
    dialStatus: null,
  });
  join(step, channel);
  return channel;
}

function refresh(step: Step, channel: Channel, facts: ChannelFacts): Channel {
  const moved = channel.alive && facts.linkedid !== channel.call;
  const next = setChannel(step, {
    ...channel,
    call: moved ? facts.linkedid : channel.call,
    callerNumber: facts.callerNumber,
    callerName: facts.callerName,
    up: channel.up || facts.state === channelState.up,
  });
  if (moved) {
    leave(step, channel);
    join(step, next);
  }
  return next;
}

function join(step: Step, channel: Channel): void {
  const call = step.state.calls.get(channel.call) ?? emptyCall(channel.call);
  setCall(step, { ...call, alive: call.alive + 1, channels: [...call.channels, channel.uniqueid] });
}

/** Takes a channel out of the call that it was counted in, when Asterisk has merged it into another. */
function leave(step: Step, channel: Channel): void {
  const call = callOf(step, channel);
  const channels = call.channels.filter((uniqueid) => uniqueid !== channel.uniqueid);
  ended(step, setCall(step, { ...call, channels }));
}

/** Counts one channel of a call as gone; the last one starts the wait for late events. */
export function ended(step: Step, call: Call): void {
  const alive = call.alive - 1;
  setCall(step, { ...call, alive });
  if (alive === 0) step.state.deadlines.add(step.at + step.state.rules.lateEventMs, { kind: 'close', call: call.id });
}

/** A call is named by its Linkedid, which is the Uniqueid of its first channel, whether that one was seen or not. */
export function emptyCall(id: Linkedid): Call {
  return {
    id,
    first: id as string as Uniqueid,
    click: null,
    legs: new Map(),
    alive: 0,
    channels: [],
    recordings: [],
    variables: {},
    lastDialEnd: null,
  };
}
