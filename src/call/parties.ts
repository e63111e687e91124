import type { Call, Channel } from './call.ts';
import type { BridgeId, ChannelName, Uniqueid } from './ids.ts';
import { channelOf, insideOf, type Step } from './state.ts';

/** No dialplan chains more Local channels than this; a circle of them must end somewhere. */
const longestChain = 16;

/** The other half of a Local channel's pair: what goes into `;1` comes out of `;2`. */
export function otherHalf(step: Step, channel: Channel): Channel | undefined {
  const end = channel.name.slice(-2);
  const name = channel.name.slice(0, -1) + (end === ';1' ? '2' : '1');
  const uniqueid = step.state.halves.get(name as ChannelName);
  return uniqueid === undefined ? undefined : channelOf(step, uniqueid);
}

/** All who hear one another with this channel, through bridges and Local pairs; without the Local halves, with itself. */
export function conversation(step: Step, channel: Channel): Channel[] {
  const reached = new Set<Uniqueid>([channel.uniqueid]);
  const queue = [channel];
  for (let next = queue.pop(); next !== undefined; next = queue.pop())
    for (const neighbour of neighbours(step, next))
      if (!reached.has(neighbour.uniqueid)) {
        reached.add(neighbour.uniqueid);
        queue.push(neighbour);
      }
  return [...reached].map((uniqueid) => channelOf(step, uniqueid)).filter(isReal);
}

function neighbours(step: Step, channel: Channel): Channel[] {
  const found = channel.bridge === null ? [] : membersOf(step, channel.bridge);
  const half = isReal(channel) ? undefined : otherHalf(step, channel);
  return half === undefined ? found : [...found, half];
}

function membersOf(step: Step, bridge: BridgeId): Channel[] {
  return insideOf(step, bridge).map((uniqueid) => channelOf(step, uniqueid));
}

function isReal(channel: Channel): boolean {
  return channel.endpoint.kind !== 'local';
}

export function isOutsider(channel: Channel): boolean {
  return channel.endpoint.kind === 'trunk';
}

/**
 * On whose behalf a channel was dialled: the channel at the beginning of the dials that led to it, through any number of
 * Local pairs. Undefined while that is not known: the events of the pair's two halves come in any order.
 */
export function originOf(step: Step, channel: Channel): Channel | undefined {
  let at = channelBy(step, channel.dialler);
  for (let length = 0; length < longestChain && at !== undefined; length += 1) {
    if (isReal(at)) return at;
    at = behind(step, at);
  }
  return undefined;
}

/** Who speaks into a Local channel: who dialled its other half, or else who shares a bridge with that. */
function behind(step: Step, local: Channel): Channel | undefined {
  const half = otherHalf(step, local);
  if (half === undefined) return undefined;
  const dialler = channelBy(step, half.dialler);
  if (dialler !== undefined) return dialler;
  const others = conversation(step, half).filter((other) => other.alive && other.dialler !== local.uniqueid);
  return others.find(isOutsider) ?? others[0];
}

function channelBy(step: Step, uniqueid: Uniqueid | null): Channel | undefined {
  return uniqueid === null ? undefined : step.state.channels.get(uniqueid);
}

/** The one from outside who is in this call, if anybody is. */
export function outsiderIn(step: Step, call: Call): Channel | undefined {
  return call.channels
    .map((uniqueid) => channelOf(step, uniqueid))
    .find((channel) => channel.alive && isOutsider(channel));
}
