import { leaveBridge } from './bridges.ts';
import type { Call, Channel, Leg } from './call.ts';
import { isOutsideNumber, unansweredOutcome } from './classify.ts';
import { ended, known } from './correlate.ts';
import { rememberCause } from './dial.ts';
import type { Uniqueid } from './ids.ts';
import { dialLeg, end, legOf, ring } from './legs.ts';
import { type AmiHandlers, callOf, type Step, setChannel, setLeg } from './state.ts';

export const hangupHandlers: Pick<AmiHandlers, 'hangup'> = {
  hangup(step, { channel: facts, cause }) {
    const channel = known(step, facts);
    if (channel?.alive === true) gone(step, channel, cause);
  },
};

/** A channel has ended, whether Asterisk said so or it was missing after a reconnect. */
export function gone(step: Step, channel: Channel, cause: number): void {
  leaveBridge(step, channel);
  const dead = setChannel(step, { ...channel, bridge: null, alive: false });
  ended(step, endPart(step, callOf(step, dead), dead, cause));
}

function endPart(step: Step, call: Call, dead: Channel, cause: number): Call {
  const leg = legOf(call, dead);
  if (leg === undefined) return endWithoutLeg(step, call, dead, cause);
  if (leg.channels.some((uniqueid) => isAlive(step, uniqueid))) return call;
  return leg.role === 'rung'
    ? end(step, call, leg, unansweredOutcome(dead.dialStatus, cause))
    : endDialler(step, call, leg, dead, cause);
}

/** An unanswered outgoing call ended when its party dropped out, though the caller may listen to the busy tone for long. */
function endDialler(step: Step, call: Call, leg: Leg, dead: Channel, cause: number): Call {
  const last = call.lastDialEnd;
  const outcome =
    last === null ? unansweredOutcome(dead.dialStatus, cause) : unansweredOutcome(last.status, last.cause);
  return end(step, call, leg, outcome, leg.phase === 'talking' ? step.at : (last?.at ?? step.at));
}

function endWithoutLeg(step: Step, call: Call, dead: Channel, cause: number): Call {
  if (dead.uniqueid !== call.first) return rememberCause(step, call, dead, cause);
  return failedOutgoing(step, call, dead, cause);
}

/**
 * A phone dialled an outside number and nothing was rung for it (trunk down, all circuits busy: Dial then sends no
 * DialBegin). The agent tried to call the customer all the same. A channel that was answered reached an application.
 */
function failedOutgoing(step: Step, call: Call, dead: Channel, cause: number): Call {
  if (dead.endpoint.kind !== 'extension' || dead.up || !isOutsideNumber(dead.dialled, step.state.rules)) return call;
  const leg = dialLeg(dead, dead.endpoint.extension, dead.dialled, false);
  const rung = ring(step, setLeg(step, call, leg), leg);
  return end(step, rung, { ...leg, phase: 'ringing' }, unansweredOutcome(null, cause));
}

function isAlive(step: Step, uniqueid: Uniqueid): boolean {
  return step.state.channels.get(uniqueid)?.alive === true;
}
