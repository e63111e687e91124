import type { Call, Channel, EndedLeg, Leg } from './call.ts';
import { isEnded, legFacts } from './call.ts';
import type { CallEvent, Talk } from './call-event.ts';
import type { Linkedid } from './ids.ts';
import { beginMissedLeg, end, ring, talkedBefore } from './legs.ts';
import { forgetCall, type Step, setCall } from './state.ts';
import { tellAsides } from './telling.ts';

/**
 * Tells what can be told of a call as a whole once its last channel is gone. Users may still be in it through channels
 * that Asterisk has not moved into it yet; it is finished by their Hangup then.
 */
export function finish(step: Step, id: Linkedid): void {
  const call = step.state.calls.get(id);
  if (call !== undefined && call.alive === 0) finishWithoutUs(step, call);
}

/** The call goes on, but for a while nobody of ours has been in it: its record need not wait, nor its popup stay. */
export function finishIdle(step: Step, id: Linkedid): void {
  const call = step.state.calls.get(id);
  if (call?.told === true) finishWithoutUs(step, call);
}

function finishWithoutUs(step: Step, call: Call): void {
  if (call.legs.some((leg) => !isEnded(leg))) return;
  const whole = call.told ? call : missed(step, call);
  if (!whole.told || whole.firstAt === null) return;
  const finishes = whole.finishes + 1;
  step.events.push(finished(whole, whole.firstAt, finishes));
  setCall(step, { ...whole, told: false, finishes });
}

function finished(call: Call, startedAt: number, round: number): CallEvent {
  const legs = toldParts(call);
  const talks = legs.filter(({ outcome }) => outcome === 'completed');
  const said = talks.length > 0 ? talks : legs;
  const owner = said.reduce((a, b) => (b.endedAt >= a.endedAt ? b : a));
  const refused = legs.every(({ outcome }) => outcome === 'busy');
  return {
    kind: 'finished',
    call: call.id,
    owner: legFacts(call, owner),
    startedAt,
    at: Math.max(...said.map(({ endedAt }) => endedAt)),
    // Without a conversation of ours somebody outside took it.
    outcome: call.lastAnswerAt !== null ? 'completed' : refused ? 'busy' : 'no-answer',
    talkedMs: legs.reduce((sum, { talkedMs }) => sum + talkedMs, 0),
    round,
  };
}

function toldParts(call: Call): EndedLeg[] {
  return call.legs.filter(isEnded).filter((leg) => !leg.aside);
}

/** Somebody called from outside and no phone rang. Whoever the configuration names has missed the call. */
function missed(step: Step, call: Call): Call {
  const caller = step.state.channels.get(call.first);
  if (call.merged || call.finishes > 0 || caller?.incoming !== true) return call;
  const extension = step.state.rules.missedExtension(call.line);
  if (extension !== null) return missedBy(step, call, caller, extension);
  // One who was put through to the outside and answered there has not been missed.
  if (call.lastAnswerAt === null) step.events.push(unrung(step, call, caller));
  return setCall(step, { ...call, finishes: 1 });
}

function missedBy(step: Step, call: Call, caller: Channel, extension: Leg['extension']): Call {
  const rung = ring(step, beginMissedLeg(step, call, caller, extension));
  if (call.lastAnswerAt === null) return end(step, rung, 'no-answer');
  return end(step, talkedBefore(step, rung, call.lastAnswerAt), 'completed');
}

function unrung(step: Step, call: Call, { party, createdAt }: Channel): CallEvent {
  return {
    kind: 'unrung',
    call: call.id,
    party,
    line: call.line,
    startedAt: createdAt,
    at: step.at,
    isEndHeard: step.areEndsHeard,
  };
}

/** A call whose late events have had their time is told as closed and forgotten. */
export function closeCall(step: Step, id: Linkedid): void {
  const call = step.state.calls.get(id);
  if (call === undefined || call.alive > 0) return;
  if (isHeldOpen(step, call)) {
    step.state.deadlines.add(step.at + step.state.rules.lateEventMs, { kind: 'close', call: id });
    return;
  }
  let closing = call;
  for (const leg of call.legs) closing = end(step, { call: closing, leg }, 'no-answer');
  if (!closing.merged) closing = tellAsides(step, closing);
  finish(step, id);
  step.events.push({ kind: 'closed', call: id, talked: talksOf(closing), at: step.at });
  forgetCall(step, closing);
}

/** A user is in it through a channel that Asterisk counts in another call. */
function isHeldOpen(step: Step, call: Call): boolean {
  for (const leg of call.legs)
    if (!isEnded(leg) && leg.channels.some((uniqueid) => step.state.channels.get(uniqueid)?.alive === true))
      return true;
  return false;
}

function talksOf(call: Call): Talk[] {
  const talks = toldParts(call).flatMap((leg) => {
    const { answeredAt, endedAt } = leg;
    return answeredAt === null ? [] : [{ leg: legFacts(call, leg), from: answeredAt, until: endedAt }];
  });
  const last = Math.max(...talks.map(({ until }) => until));
  return talks.map((talk) => ({ ...talk, last: talk.until === last }));
}
