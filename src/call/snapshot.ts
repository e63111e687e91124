import { channelState, type Input, type ListedChannel } from './ami-event.ts';
import { enterBridge } from './bridges.ts';
import { type Call, type Channel, isEnded, type Leg } from './call.ts';
import { adoptClick } from './click.ts';
import { finish } from './close.ts';
import { seen } from './correlate.ts';
import { beginRing, heardRinging } from './dial.ts';
import { gone } from './hangup.ts';
import type { Uniqueid } from './ids.ts';
import { end, partOf, talk } from './legs.ts';
import { meet } from './meet.ts';
import { conversation, outsiderIn } from './parties.ts';
import { callOf, channelOf, type Step, setChannel } from './state.ts';

type Snapshot = Extract<Input, { kind: 'snapshot' }>;

/** How far what is known of the channels reaches. */
export interface Known {
  /** A channel that began later may be too young for the list, and is let be. */
  readonly since: number;
  /** Until when we listened to them. */
  readonly heardUntil: number;
}

/**
 * After a reconnect: what Asterisk no longer has is gone (a killed Asterisk sends no Hangup, ever), and what is new is known
 * from now on: who rings, and who hears whom.
 */
export function compareWithSnapshot(step: Step, { channels, ...known }: Snapshot): void {
  endMissing(step, new Set(channels.map((facts) => facts.uniqueid)), known);
  const listed = channels.filter((facts) => place(step, facts));
  for (const facts of listed) takeUp(step, channelOf(step, facts.uniqueid), facts.state);
}

/** Ends the channels that Asterisk no longer has. */
export function endMissing(step: Step, remaining: ReadonlySet<Uniqueid>, { since, heardUntil }: Known): void {
  for (const channel of [...step.state.channels.values()]) {
    if (!channel.alive || channel.createdAt >= since || remaining.has(channel.uniqueid)) continue;
    const call = callOf(step, channel);
    const then = whenHeard(step, call, heardUntil);
    gone(then, channel, 0);
    finish(then, call.id);
  }
  for (const call of [...step.state.calls.values()]) if (call.alive === 0) endLost(step, call, remaining, heardUntil);
}

/** Ends parts on channels that are counted in another call, of which nothing was to be told, and which was therefore not kept. */
function endLost(step: Step, call: Call, remaining: ReadonlySet<Uniqueid>, heardUntil: number): void {
  const isThere = (uniqueid: Uniqueid) => step.state.channels.get(uniqueid)?.alive === true || remaining.has(uniqueid);
  const then = whenHeard(step, call, heardUntil);
  let ending = call;
  for (const leg of call.legs)
    if (!isEnded(leg) && !leg.channels.some(isThere)) ending = end(then, { call: ending, leg }, 'no-answer');
  if (ending !== call) finish(then, call.id);
}

/** What ended we know not when. Nobody is told of a longer talk than was heard of. */
function whenHeard(step: Step, call: Call, heardUntil: number): Step {
  const at = Math.min(step.at, Math.max(heardUntil, lastHeard(step, call)));
  return { ...step, at, areEndsHeard: false };
}

/** When something was last heard of a call, as far as it is kept: what is on disk of a call may be younger than `heardUntil`. */
function lastHeard(step: Step, call: Call): number {
  const channels = call.channels.map((uniqueid) => channelOf(step, uniqueid).createdAt);
  return Math.max(...channels, ...call.legs.map(legHeard));
}

function legHeard(leg: Leg): number {
  if (isEnded(leg)) return leg.endedAt;
  return leg.phase === 'talking' ? Math.max(leg.answeredAt, leg.since ?? 0) : leg.startedAt;
}

/** Makes a listed channel known, in its bridge. What was told of it meanwhile is younger than the list, and stands. */
function place(step: Step, facts: ListedChannel): boolean {
  const isNew = !step.state.channels.has(facts.uniqueid);
  const channel = seen(step, facts);
  if (!channel.alive) return false;
  if (isNew) {
    const createdAt = step.at - facts.ageMs;
    step.found.set(channel.uniqueid, createdAt);
    setChannel(step, { ...channel, createdAt });
  }
  adoptClick(step, channelOf(step, facts.uniqueid));
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

/**
 * A phone that began to ring while nobody listened. For whom it rings is not in the list: for the one from outside, if there is
 * one. Where it is known who dials it, that has been settled: it may ring for a colleague's consultation.
 */
function takeUpRinging(step: Step, channel: Channel): void {
  const outsider = outsiderIn(step, callOf(step, channel));
  const isOpen = channel.part === null && channel.dialler === null;
  if (isOpen && channel.endpoint.kind === 'extension' && outsider !== undefined)
    beginRing(step, outsider, channel, channel.endpoint.extension);
  heardRinging(step, channelOf(step, channel.uniqueid));
}
