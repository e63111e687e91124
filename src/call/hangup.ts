import { leaveBridge, pauseIfAlone } from './bridges.ts';
import { type Call, type Channel, legOf } from './call.ts';
import { isOutsideNumber, unansweredOutcome } from './classify.ts';
import { countOut, known } from './correlate.ts';
import { beginRing, rememberCause, settleRinging } from './dial.ts';
import type { Extension, Uniqueid } from './ids.ts';
import { beginDialLeg, end, type Part, partOf, ring } from './legs.ts';
import { isOutsider, outsiderIn } from './parties.ts';
import { type AmiHandlers, callOf, callsOfUser, channelOf, type Step, setChannel } from './state.ts';

export const hangupHandlers: Pick<AmiHandlers, 'hangup' | 'hangupRequest'> = {
  /**
   * Who hangs up has left, whatever Asterisk still does with his channel: after a feature code's transfer to a phone that
   * rings it is kept until that one answers (22, captured: 2.5 s). How a ring or a dial ended, only the Hangup tells.
   */
  hangupRequest(step, { channel: facts }) {
    const channel = known(step, facts);
    if (channel === undefined) return;
    const part = partOf(step, setChannel(step, { ...channel, leaving: true }));
    if (part?.leg.phase === 'talking') end(step, part, 'completed');
  },

  hangup(step, { channel: facts, cause }) {
    const channel = known(step, facts);
    if (channel?.alive === true) gone(step, channel, cause);
  },
};

/** A channel has ended, whether Asterisk said so or it was missing after a reconnect. */
export function gone(step: Step, channel: Channel, cause: number): void {
  leaveBridge(step, channel);
  const dead = setChannel(step, { ...channel, bridge: null, alive: false });
  const part = partOf(step, dead);
  if (part === undefined) endWithoutPart(step, callOf(step, dead), dead, cause);
  else endPart(step, part, dead, cause);
  if (isOutsider(dead)) leaveUsersAlone(step, callOf(step, dead));
  // Who had a part may have left a colleague's phone ringing for his caller.
  else if (dead.part !== null) leaveRinging(step, dead);
  countOut(step, callOf(step, dead));
}

function endPart(step: Step, part: Part, dead: Channel, cause: number): void {
  const { leg } = part;
  if (leg.channels.some((uniqueid) => isAlive(step, uniqueid))) return;
  if (leg.role === 'rung') {
    end(step, part, unansweredOutcome(dead.dialStatus, cause));
  } else if (leg.phase !== 'talking' && isAwaited(step, part.call, dead)) {
    // The party's own Hangup, which knows why, may come after his (16, captured: within 3 ms).
    const due = step.at + step.state.rules.hangupGraceMs;
    step.state.deadlines.add(due, { kind: 'ringEnd', channel: dead.uniqueid });
  } else {
    endDialler(step, part, dead, cause);
  }
}

/** Whether a channel that he dialled has ended its dial and not yet hung up. */
function isAwaited(step: Step, call: Call, dialler: Channel): boolean {
  return call.channels
    .map((uniqueid) => channelOf(step, uniqueid))
    .some((party) => party.dialler === dialler.uniqueid && party.alive && party.dialStatus !== null);
}

/** An unanswered outgoing call ended when its party dropped out, though the caller may listen to the busy tone for long. */
export function endDialler(step: Step, part: Part, dead: Channel, cause: number): void {
  const last = part.call.lastDialEnd;
  const outcome =
    last === null ? unansweredOutcome(dead.dialStatus, cause) : unansweredOutcome(last.status, last.cause);
  end(step, part, outcome, part.leg.phase === 'talking' ? step.at : (last?.at ?? step.at));
}

function endWithoutPart(step: Step, call: Call, dead: Channel, cause: number): void {
  if (dead.uniqueid === call.first) return failedOutgoing(step, call, dead, cause);
  rememberCause(step, call, dead, cause);
  const caller = dead.dialler === null ? undefined : step.state.channels.get(dead.dialler);
  const part = caller?.alive === false ? partOf(step, caller) : undefined;
  if (caller !== undefined && part !== undefined) endPart(step, part, caller, cause);
}

/**
 * A phone dialled an outside number and nothing was rung for it (trunk down, all circuits busy: Dial then sends no
 * DialBegin). The agent tried to call the customer all the same. A channel that was answered reached an application.
 */
function failedOutgoing(step: Step, call: Call, dead: Channel, cause: number): void {
  if (dead.endpoint.kind !== 'extension' || dead.up || !isOutsideNumber(dead.dialled, step.state.rules)) return;
  const called = { extension: dead.endpoint.extension, number: dead.dialled, inside: false };
  end(step, ring(step, beginDialLeg(step, call, dead, called)), unansweredOutcome(null, cause));
}

/** A user leaves. What he left ringing rings for his caller from now on. */
function leaveRinging(step: Step, dead: Channel): void {
  settleRinging(step, callOf(step, dead), true);
  if (dead.endpoint.kind !== 'extension') return;
  const outsider = waitingFor(step, dead.endpoint.extension);
  if (outsider === undefined) return;
  for (const call of callsOfUser(step, dead.endpoint.extension))
    if (legOf(call, dead.endpoint.extension)?.aside === true) handOver(step, call, outsider);
}

/** The caller of a user who has left him in no bridge: he is being put through. */
function waitingFor(step: Step, extension: Extension): Channel | undefined {
  for (const call of callsOfUser(step, extension)) {
    const leg = legOf(call, extension);
    if (leg?.phase !== 'ended' || leg.aside || leg.answeredAt === null) continue;
    const outsider = outsiderIn(step, call);
    if (outsider !== undefined && outsider.bridge === null) return outsider;
  }
  return undefined;
}

/**
 * A phone may put its caller through to a colleague whose phone still rings (REFER with Replaces). Asterisk then lets the
 * caller take the place of the channel that dialled, without an event that says so (bridge_channel.c, res_pjsip_refer.c).
 */
function handOver(step: Step, call: Call, outsider: Channel): void {
  for (const uniqueid of call.channels) {
    const phone = channelOf(step, uniqueid);
    const dialler = phone.dialler === null ? undefined : step.state.channels.get(phone.dialler);
    if (!phone.alive || phone.part !== null || phone.dialStatus !== null || dialler?.alive !== false) continue;
    if (phone.endpoint.kind === 'extension') beginRing(step, outsider, phone, phone.endpoint.extension);
  }
}

/** The one from outside is gone: nobody talks to him any more, not even one who had put him on hold to consult a colleague. */
function leaveUsersAlone(step: Step, call: Call): void {
  // One of several lines outside may be gone, while the caller waits.
  if (outsiderIn(step, call) !== undefined) return;
  for (const leg of call.legs) for (const uniqueid of leg.channels) pauseIfAlone(step, uniqueid);
}

function isAlive(step: Step, uniqueid: Uniqueid): boolean {
  return step.state.channels.get(uniqueid)?.alive === true;
}
