import { type Call, type EndedLeg, isEnded, type Leg, legFacts } from './call.ts';
import type { CallEvent } from './call-event.ts';
import { type Step, setCall, setLeg } from './state.ts';

/** Tells what happened to a part; of a consultation nothing is told while it may become a transfer. */
export function tell(step: Step, call: Call, leg: Leg, event: CallEvent): Call {
  if (leg.aside) return call;
  step.events.push(event);
  return call.told ? call : setCall(step, { ...call, told: true });
}

/** Tells now what was kept back: what was taken for consultations were calls of their own to somebody outside. */
export function tellAsides(step: Step, call: Call): Call {
  let telling = call;
  for (const leg of call.legs)
    if (leg.aside && leg.direction === 'outbound') telling = tellAside(step, telling, { ...leg, aside: false });
  return telling;
}

function tellAside(step: Step, call: Call, leg: Leg): Call {
  const facts = legFacts(call, leg);
  const answeredAt = leg.phase === 'talking' || isEnded(leg) ? leg.answeredAt : null;
  let telling = tellRing(step, setLeg(step, call, leg), leg, leg.startedAt);
  if (answeredAt !== null) telling = tell(step, telling, leg, { kind: 'answered', leg: facts, at: answeredAt });
  return isEnded(leg) ? tellEnd(step, telling, leg) : telling;
}

export function tellEnd(step: Step, call: Call, leg: EndedLeg): Call {
  const { outcome, talkedMs, endedAt, answeredAt } = leg;
  const answered = answeredAt === null ? {} : { answeredAt };
  return tell(step, call, leg, {
    kind: 'ended',
    leg: legFacts(call, leg),
    outcome,
    talkedMs,
    at: endedAt,
    ...answered,
  });
}

export function tellRing(step: Step, call: Call, leg: Leg, at: number): Call {
  const turn = call.firstAt === null ? 'first' : call.lastAnswerAt === null ? 'waiting' : 'handedOn';
  const waitedMs = at - (call.firstAt ?? at);
  const told = tell(step, call, leg, { kind: 'rang', leg: legFacts(call, leg), at, turn, waitedMs });
  return told.firstAt !== null || leg.aside ? told : setCall(step, { ...told, firstAt: leg.startedAt });
}
