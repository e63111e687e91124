import type { Call, Channel, Leg } from './call.ts';
import { isOpen, talkedUntil } from './call.ts';
import type { Outcome } from './call-event.ts';
import type { Extension } from './ids.ts';
import { dropLeg, factsOf, type Step, setLeg } from './state.ts';

/** The leg that a channel belongs to: as a phone that is rung, or as the phone that dials. */
export function legOf(call: Call, channel: Channel): Leg | undefined {
  for (const leg of call.legs.values()) if (leg.channels.includes(channel.uniqueid)) return leg;
  return undefined;
}

/** The one who placed the call from inside, if anybody did. */
export function dialler(call: Call): Leg | undefined {
  for (const leg of call.legs.values()) if (leg.role === 'dials') return leg;
  return undefined;
}

/** The part of a user who placed a call himself. */
export function dialLeg(
  first: Pick<Channel, 'uniqueid' | 'createdAt'>,
  extension: Extension,
  number: string,
  inside: boolean,
): Leg {
  return {
    phase: 'dialled',
    extension,
    role: 'dials',
    direction: inside ? 'internal' : 'outbound',
    party: { number, name: '' },
    ring: 1,
    startedAt: first.createdAt,
    channels: [first.uniqueid],
  };
}

/** The phone rings (or its owner has dialled): the CRM may know. Twice is once. */
export function ring(step: Step, call: Call, leg: Leg): Call {
  if (leg.phase !== 'dialled') return call;
  const ringing: Leg = { ...leg, phase: 'ringing' };
  step.events.push({ kind: 'rang', leg: factsOf(step, call, ringing), at: step.at });
  return setLeg(step, call, ringing);
}

/** The user and the party can hear each other. */
export function talk(step: Step, call: Call, leg: Leg): Call {
  if (leg.phase === 'ended') return call;
  if (leg.phase === 'talking') return leg.since === null ? setLeg(step, call, { ...leg, since: step.at }) : call;
  const rung = ring(step, call, leg);
  const talking: Leg = { ...leg, phase: 'talking', talkedMs: 0, since: step.at };
  step.events.push({ kind: 'answered', leg: factsOf(step, rung, talking), at: step.at });
  return loseOthers(step, setLeg(step, rung, talking), talking);
}

/** Nobody is at the other end for now. */
export function pause(step: Step, call: Call, leg: Leg): Call {
  if (leg.phase !== 'talking' || leg.since === null) return call;
  return setLeg(step, call, { ...leg, since: null, talkedMs: talkedUntil(leg, step.at) });
}

/** Those whose ring had ended before somebody answered have not missed the call after all. */
function loseOthers(step: Step, call: Call, winner: Leg): Call {
  let next = call;
  for (const leg of call.legs.values()) {
    if (leg.extension === winner.extension || leg.phase !== 'ended' || leg.outcome !== 'no-answer') continue;
    next = close(step, next, leg, 'answered-elsewhere', leg.endedAt);
  }
  return next;
}

/** Whether somebody has talked, or talks, in this call. */
export function isAnswered(call: Call): boolean {
  for (const leg of call.legs.values())
    if (leg.phase === 'talking' || (leg.phase === 'ended' && leg.outcome === 'completed')) return true;
  return false;
}

/** Ends a user's part at `at`. One that never rang is forgotten, unless his phone refused. */
export function end(step: Step, call: Call, leg: Leg, unanswered: Outcome, at = step.at): Call {
  if (!isOpen(leg)) return call;
  if (leg.phase === 'dialled' && unanswered !== 'busy') return dropLeg(step, call, leg);
  const rung = ring(step, call, leg);
  if (leg.phase === 'talking') return close(step, rung, leg, 'completed', at);
  return close(step, rung, leg, unanswered === 'no-answer' && isAnswered(call) ? 'answered-elsewhere' : unanswered, at);
}

function close(step: Step, call: Call, leg: Leg, outcome: Outcome, at: number): Call {
  // A dial that ended before this user's part began belongs to nobody we know; his part then has no length.
  const endedAt = Math.max(at, leg.startedAt);
  const talkedMs = talkedUntil(leg, endedAt);
  const { extension, role, direction, party, ring: round, startedAt, channels } = leg;
  const closed: Leg = {
    extension,
    role,
    direction,
    party,
    ring: round,
    startedAt,
    channels,
    phase: 'ended',
    outcome,
    endedAt,
    talkedMs,
  };
  step.events.push({ kind: 'ended', leg: factsOf(step, call, closed), outcome, talkedMs, at: endedAt });
  return setLeg(step, call, closed);
}
