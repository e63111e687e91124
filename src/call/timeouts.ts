import { unansweredOutcome } from './classify.ts';
import { expireClick } from './click.ts';
import { closeCall, finishIdle } from './close.ts';
import type { Deadline } from './deadlines.ts';
import { endDialler } from './hangup.ts';
import type { Uniqueid } from './ids.ts';
import { end, partOf } from './legs.ts';
import type { Step } from './state.ts';

/** Does what has fallen due. */
export function passTime(step: Step): void {
  for (const deadline of step.state.deadlines.due(step.at)) meet(step, deadline);
}

function meet(step: Step, deadline: Deadline): void {
  switch (deadline.kind) {
    case 'close':
      return closeCall(step, deadline.call);
    case 'idle':
      return finishIdle(step, deadline.call);
    case 'ringEnd':
      return endRing(step, deadline.channel);
    case 'click':
      return expireClick(step, deadline.actionId);
  }
}

/** The dial is over, yet the phone's Hangup has not come: the popup need not wait for it. */
function endRing(step: Step, uniqueid: Uniqueid): void {
  const channel = step.state.channels.get(uniqueid);
  const part = channel && partOf(step, channel);
  if (channel === undefined || part === undefined || part.leg.phase === 'talking') return;
  const others = part.leg.channels.some(
    (other) => other !== uniqueid && step.state.channels.get(other)?.dialStatus === null,
  );
  if (others) return;
  if (part.leg.role === 'dials') endDialler(step, part, channel, 0);
  else end(step, part, unansweredOutcome(channel.dialStatus, 0));
}
