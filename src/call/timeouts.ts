import type { Call } from './call.ts';
import { talkedUntil } from './call.ts';
import type { Talk } from './call-event.ts';
import { unansweredOutcome } from './classify.ts';
import { expireClick } from './click.ts';
import type { Deadline } from './deadlines.ts';
import type { Linkedid, Uniqueid } from './ids.ts';
import { end, legOf } from './legs.ts';
import { callOf, factsOf, type Step } from './state.ts';

/** Does what has fallen due. */
export function passTime(step: Step): void {
  for (const deadline of step.state.deadlines.due(step.at)) meet(step, deadline);
}

function meet(step: Step, deadline: Deadline): void {
  switch (deadline.kind) {
    case 'close':
      return closeCall(step, deadline.call);
    case 'ringEnd':
      return endRing(step, deadline.channel);
    case 'click':
      return expireClick(step, deadline.actionId);
  }
}

/** The dial is over, yet the phone's Hangup has not come: the popup need not wait for it. */
function endRing(step: Step, uniqueid: Uniqueid): void {
  const channel = step.state.channels.get(uniqueid);
  if (channel === undefined) return;
  const call = callOf(step, channel);
  const leg = legOf(call, channel);
  if (leg === undefined) return;
  const others = leg.channels.some(
    (other) => other !== uniqueid && step.state.channels.get(other)?.dialStatus === null,
  );
  if (!others && leg.phase !== 'talking') end(step, call, leg, unansweredOutcome(channel.dialStatus, 0));
}

function closeCall(step: Step, id: Linkedid): void {
  const call = step.state.calls.get(id);
  if (call === undefined || call.alive > 0) return;
  let closing: Call = call;
  for (const leg of call.legs.values()) closing = end(step, closing, leg, 'no-answer');
  step.events.push({ kind: 'closed', call: id, talked: talksOf(step, closing), at: step.at });
  step.touched.add(id);
  for (const uniqueid of closing.channels) step.state.channels.delete(uniqueid);
  step.state.calls.delete(id);
}

function talksOf(step: Step, call: Call): Talk[] {
  const talked = [...call.legs.values()].filter(
    (leg) => talkedUntil(leg, step.at) > 0 || (leg.phase === 'ended' && leg.outcome === 'completed'),
  );
  return talked.map((leg) => ({ leg: factsOf(step, call, leg), from: leg.startedAt, until: step.at, last: true }));
}
