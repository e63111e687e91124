import { type Call, type Channel, isEnded, legOf } from './call.ts';
import { placed } from './dial.ts';
import type { Extension } from './ids.ts';
import { addChannel, beginDialLeg, beginRungLeg, end, type Part, partOf, talk, talkTo } from './legs.ts';
import { isOutsider, originOf } from './parties.ts';
import { callOf, type Step } from './state.ts';

/**
 * These channels hear each other. Whoever of ours is among them talks, and has the caller's call from now on if he had no
 * part in it: by pick-up, from a parking lot, or as the target of an attended transfer, whom a colleague had called.
 */
export function meet(step: Step, heard: readonly Channel[]): void {
  if (heard.length < 2) return;
  const outsider = heard.find((channel) => isOutsider(channel) && channel.alive);
  if (outsider === undefined) return meetInside(step, heard);
  for (const user of heard) meetOutsider(step, user, outsider);
}

/** Colleagues among themselves: a part in such a call has only the one who dialled. */
function meetInside(step: Step, heard: readonly Channel[]): void {
  for (const channel of heard) {
    const part = partOf(step, channel);
    if (part?.leg.direction === 'internal') talk(step, part);
  }
}

function meetOutsider(step: Step, user: Channel, outsider: Channel): void {
  if (user.endpoint.kind !== 'extension' || user.leaving) return;
  const part = partOf(step, user);
  if (part !== undefined && isPuttingThrough(step, part, outsider)) return;
  if (part !== undefined && !isEnded(part.leg)) {
    if (part.leg.direction !== 'internal' && !isDoneWithAnother(part, outsider)) return talkTo(step, part, outsider);
    // He spoke to a colleague, who has put the caller through to him; or to one before, on a channel that he keeps.
    end(step, part, 'completed');
  }
  talkTo(step, takeOver(step, user, user.endpoint.extension, outsider), outsider);
}

/** The one he talked to is gone, and his channel meets the next: an agent who stays in a conference, or logged in. */
function isDoneWithAnother({ leg }: Part, outsider: Channel): boolean {
  const isAlone = leg.phase === 'talking' && leg.since === null;
  return isAlone && leg.outsider !== null && leg.outsider !== outsider.uniqueid;
}

/** He consults, and it is his own caller who comes in: within the same milliseconds he leaves. */
function isPuttingThrough(step: Step, { leg }: Part, outsider: Channel): boolean {
  return leg.aside && legOf(callOf(step, outsider), leg.extension) !== undefined;
}

function takeOver(step: Step, user: Channel, extension: Extension, outsider: Channel): Part {
  const call = callOf(step, outsider);
  const before = legOf(call, extension);
  if (before !== undefined && before.phase !== 'ended') return addChannel(step, { call, leg: before }, user);
  if (isOwnDial(step, call, user, outsider)) {
    const called = { extension, number: outsider.party.number, inside: false };
    return beginDialLeg(step, call, user, called);
  }
  return beginRungLeg(step, call, user, extension, outsider.party);
}

/** His own call, whose DialBegin was in a gap of the link, or came before it could be known for whom it dials. */
function isOwnDial(step: Step, call: Call, user: Channel, outsider: Channel): boolean {
  if (outsider.incoming || !placed(step, call, user)) return false;
  return outsider.dialler === null || originOf(step, outsider)?.uniqueid === user.uniqueid;
}
