import { channelState, type ListedChannel } from './ami-event.ts';
import { enterBridge } from './bridges.ts';
import type { Channel } from './call.ts';
import { adoptClick } from './click.ts';
import { seen } from './correlate.ts';
import { beginRing, heardRinging } from './dial.ts';
import { gone } from './hangup.ts';
import { partOf, talk } from './legs.ts';
import { meet } from './meet.ts';
import { conversation, outsiderIn } from './parties.ts';
import { callOf, channelOf, type Step } from './state.ts';

/**
 * After a reconnect: what Asterisk no longer has is gone (a killed Asterisk sends no Hangup, ever), and what is new is known
 * from now on: who rings, and who hears whom. A channel that began after `since` may be too young for the list, and is let be.
 */
export function compareWithSnapshot(step: Step, listed: readonly ListedChannel[], since: number): void {
  const alive = new Set(listed.map((facts) => facts.uniqueid));
  for (const channel of [...step.state.channels.values()])
    if (channel.alive && channel.createdAt < since && !alive.has(channel.uniqueid)) gone(step, channel, 0);
  const known = listed.filter((facts) => place(step, facts));
  for (const facts of known) takeUp(step, channelOf(step, facts.uniqueid), facts.state);
}

/** Makes a listed channel known, in its bridge. What was told of it meanwhile is younger than the list, and stands. */
function place(step: Step, facts: ListedChannel): boolean {
  const channel = seen(step, facts);
  if (!channel.alive) return false;
  adoptClick(step, channel);
  const now = channelOf(step, facts.uniqueid);
  if (facts.bridge !== null && now.bridge === null) enterBridge(step, now, facts.bridge);
  return true;
}

function takeUp(step: Step, channel: Channel, state: number): void {
  meet(step, conversation(step, channel));
  const part = partOf(step, channel);
  // Answered while nobody listened; in a bridge that the list does not name.
  if (part?.leg.role === 'rung' && state === channelState.up) talk(step, part);
  if (state === channelState.ringing) takeUpRinging(step, channel);
}

/** A phone that began to ring while nobody listened. For whom it rings is not in the list: for the one from outside, if there is one. */
function takeUpRinging(step: Step, channel: Channel): void {
  const outsider = outsiderIn(step, callOf(step, channel));
  if (channel.part === null && channel.endpoint.kind === 'extension' && outsider !== undefined)
    beginRing(step, outsider, channel, channel.endpoint.extension);
  heardRinging(step, channelOf(step, channel.uniqueid));
}
