import type { Channel } from './call.ts';
import { known, seen } from './correlate.ts';
import type { BridgeId } from './ids.ts';
import { legOf, pause, talk } from './legs.ts';
import { type AmiHandlers, callOf, channelOf, type Step, setChannel } from './state.ts';

export const bridgeHandlers: Pick<AmiHandlers, 'bridgeEnter' | 'bridgeLeave'> = {
  bridgeEnter(step, { bridge, channel: facts }) {
    const channel = seen(step, facts);
    if (!channel.alive) return;
    // Its BridgeLeave may have been in a gap of the link.
    if (channel.bridge !== null && channel.bridge !== bridge) leaveBridge(step, channel);
    setChannel(step, { ...channel, bridge });
    const members = new Set(step.state.bridges.get(bridge)).add(channel.uniqueid);
    step.state.bridges.set(bridge, members);
    if (members.size < 2) return;
    for (const uniqueid of members) together(step, uniqueid);
  },

  bridgeLeave(step, { channel: facts }) {
    const channel = known(step, facts);
    if (channel !== undefined) leaveBridge(step, channel);
  },
};

/** A channel shares a bridge with another: whoever speaks through it now talks. */
function together(step: Step, uniqueid: Channel['uniqueid']): void {
  const channel = channelOf(step, uniqueid);
  const call = callOf(step, channel);
  const leg = legOf(call, channel);
  if (leg !== undefined) talk(step, call, leg);
}

/** Takes a channel out of its bridge; whoever is left alone there talks to nobody. */
export function leaveBridge(step: Step, channel: Channel): void {
  const { bridge } = channel;
  if (bridge === null) return;
  setChannel(step, { ...channel, bridge: null });
  const members = new Set(step.state.bridges.get(bridge));
  members.delete(channel.uniqueid);
  apart(step, channel);
  if (members.size === 1) for (const uniqueid of members) apart(step, channelOf(step, uniqueid));
  keep(step, bridge, members);
}

function keep(step: Step, bridge: BridgeId, members: ReadonlySet<Channel['uniqueid']>): void {
  if (members.size === 0) step.state.bridges.delete(bridge);
  else step.state.bridges.set(bridge, members);
}

function apart(step: Step, channel: Channel): void {
  const call = callOf(step, channel);
  const leg = legOf(call, channel);
  if (leg !== undefined) pause(step, call, leg);
}
