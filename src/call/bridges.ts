import { type Channel, legOf } from './call.ts';
import { known, seen } from './correlate.ts';
import { settleRinging } from './dial.ts';
import type { BridgeId } from './ids.ts';
import { end, partOf, pause } from './legs.ts';
import { meet } from './meet.ts';
import { conversation, isOutsider } from './parties.ts';
import { type AmiHandlers, callOf, insideOf, type Step, setChannel } from './state.ts';

export const bridgeHandlers: Pick<AmiHandlers, 'bridgeEnter' | 'bridgeLeave'> = {
  bridgeEnter(step, { bridge, holding, channel: facts }) {
    const channel = seen(step, facts);
    if (!channel.alive) return;
    // Its BridgeLeave may have been in a gap of the link.
    if (channel.bridge !== null && channel.bridge !== bridge) leaveBridge(step, channel);
    // In a parking lot nobody hears anybody.
    if (holding) return moveOn(step, channel);
    const inside = enterBridge(step, channel, bridge);
    const heard = conversation(step, inside);
    meet(step, heard);
    if (heard.length > 1) moveOn(step, inside);
    if (inside.endpoint.kind === 'local') settleRinging(step, callOf(step, inside));
  },

  bridgeLeave(step, { channel: facts }) {
    const channel = known(step, facts);
    if (channel !== undefined) leaveBridge(step, channel);
  },
};

export function enterBridge(step: Step, channel: Channel, bridge: BridgeId): Channel {
  const members = insideOf(step, bridge);
  if (!members.includes(channel.uniqueid)) step.state.bridges.set(bridge, members.concat(channel.uniqueid));
  return setChannel(step, { ...channel, bridge });
}

/** A caller who is with somebody else now, or in a lot, has left those behind who no longer hear him, whatever they still listen to. */
function moveOn(step: Step, channel: Channel): void {
  if (!isOutsider(channel)) return;
  const { id, legs } = callOf(step, channel);
  for (const { extension } of legs) {
    const call = step.state.calls.get(id);
    const leg = call && legOf(call, extension);
    if (call !== undefined && leg?.phase === 'talking' && leg.since === null) end(step, { call, leg }, 'completed');
  }
}

/**
 * Takes a channel out of its bridge. Whoever is left there without a party talks to nobody. A user who leaves it himself
 * still has the caller, whom Asterisk keeps there for him (a feature code's attended transfer), until he hangs up.
 */
export function leaveBridge(step: Step, channel: Channel): void {
  const { bridge } = channel;
  if (bridge === null) return;
  const before = conversation(step, channel);
  setChannel(step, { ...channel, bridge: null });
  removeMember(step, bridge, channel);
  for (const other of before) if (other.uniqueid !== channel.uniqueid) pauseIfAlone(step, other.uniqueid);
}

function removeMember(step: Step, bridge: BridgeId, channel: Channel): void {
  const members = insideOf(step, bridge).filter((uniqueid) => uniqueid !== channel.uniqueid);
  if (members.length === 0) step.state.bridges.delete(bridge);
  else step.state.bridges.set(bridge, members);
}

/** Stops the clock of a user who no longer hears the party of his call. */
export function pauseIfAlone(step: Step, uniqueid: Channel['uniqueid']): void {
  const channel = step.state.channels.get(uniqueid);
  const part = channel && partOf(step, channel);
  if (channel === undefined || part === undefined) return;
  const others = conversation(step, channel).filter((other) => other.uniqueid !== uniqueid);
  const hasParty = part.leg.direction === 'internal' ? others.length > 0 : others.some(isOutsider);
  if (!hasParty) pause(step, part);
}
