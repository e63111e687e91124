import type { Call, Channel, EndedLeg, Leg, LegBase } from './call.ts';
import { isEnded, legFacts, legOf, talkedUntil } from './call.ts';
import type { Outcome, Party } from './call-event.ts';
import type { Extension } from './ids.ts';
import { dropLeg, type Step, setCall, setChannel, setLeg } from './state.ts';
import { tell, tellAsides, tellEnd, tellRing } from './telling.ts';

/** One user's part in one call, with the call as it stands. */
export interface Part {
  readonly call: Call;
  readonly leg: Leg;
}

/** The part that a channel plays: as a phone that is rung, or as the phone that dials. */
export function partOf(step: Step, channel: Channel): Part | undefined {
  if (channel.part === null) return undefined;
  const call = step.state.calls.get(channel.part.call);
  const leg = call && legOf(call, channel.part.extension);
  // A user's earlier channel has no part in his next ring.
  return call !== undefined && leg?.channels.includes(channel.uniqueid) === true ? { call, leg } : undefined;
}

/** The one who placed the call from inside, if anybody did. */
export function dialler(call: Call): Leg | undefined {
  for (const leg of call.legs) if (leg.role === 'dials') return leg;
  return undefined;
}

/** Begins the part of a user who placed a call himself. */
export function beginDialLeg(
  step: Step,
  call: Call,
  first: Pick<Channel, 'uniqueid' | 'createdAt'>,
  called: {
    readonly extension: Extension;
    readonly number: string;
    readonly inside: boolean;
    readonly aside?: boolean;
  },
): Part {
  const { extension, number, inside, aside = false } = called;
  const direction = inside ? 'internal' : 'outbound';
  const role = { extension, role: 'dials', direction, party: { number, name: '' }, aside } as const;
  return begin(step, call, { ...role, startedAt: first.createdAt, channels: [first.uniqueid] });
}

/** Begins the part of a user whose phone is to ring for somebody from outside. */
export function beginRungLeg(step: Step, call: Call, phone: Channel, extension: Extension, party: Party): Part {
  const role = { extension, role: 'rung', direction: 'inbound', party, aside: false } as const;
  // What is handed on to somebody else was a call of its own.
  return begin(step, tellAsides(step, call), {
    ...role,
    startedAt: ringSince(step, phone),
    channels: [phone.uniqueid],
  });
}

/** A phone's channel is made when it is rung; one that is found ringing or talking has been there before. */
function ringSince(step: Step, phone: Channel): number {
  return step.found.get(phone.uniqueid) ?? step.at;
}

/** Begins the part of a user who is to have missed a call that rang nobody. */
export function beginMissedLeg(step: Step, call: Call, caller: Channel, extension: Extension): Part {
  const role = { extension, role: 'rung', direction: 'inbound', party: caller.party, aside: false } as const;
  return begin(step, call, { ...role, startedAt: caller.createdAt, channels: [] });
}

function begin(step: Step, call: Call, base: Omit<LegBase, 'ring' | 'previous' | 'outsider'>): Part {
  const open = legOf(call, base.extension);
  const settled = open === undefined ? call : end(step, { call, leg: open }, 'no-answer');
  const before = legOf(settled, base.extension);
  const previous = before !== undefined && isEnded(before) ? { ...before, previous: null } : null;
  const leg: Leg = { ...base, phase: 'dialled', outsider: null, ring: (before?.ring ?? 0) + 1, previous };
  const next = setLeg(step, settled, leg);
  for (const uniqueid of base.channels) markPart(step, uniqueid, next, leg);
  return { call: next, leg };
}

/** A further channel of a user in the same ring: his other contact. */
export function addChannel(step: Step, { call, leg }: Part, channel: Channel): Part {
  const wider: Leg = { ...leg, channels: leg.channels.concat(channel.uniqueid) };
  const next = setLeg(step, call, wider);
  markPart(step, channel.uniqueid, next, wider);
  return { call: next, leg: wider };
}

function markPart(step: Step, uniqueid: Channel['uniqueid'], call: Call, { extension }: Leg): void {
  const channel = step.state.channels.get(uniqueid);
  if (channel !== undefined) setChannel(step, { ...channel, part: { call: call.id, extension } });
}

/** The phone rings (or its owner has dialled): the CRM may know. Twice is once. */
export function ring(step: Step, { call, leg }: Part): Part {
  if (leg.phase !== 'dialled') return { call, leg };
  const ringing: Leg = { ...leg, phase: 'ringing' };
  return withLeg(step, tellRing(step, call, ringing, step.at), ringing);
}

/** The user and the party can hear each other. */
export function talk(step: Step, part: Part): Part {
  const { leg } = part;
  if (leg.phase === 'ended') return part;
  if (leg.phase === 'talking') return leg.since === null ? withLeg(step, part.call, { ...leg, since: step.at }) : part;
  const rung = ring(step, part);
  const talking: Leg = { ...rung.leg, phase: 'talking', answeredAt: step.at, talkedMs: 0, since: step.at };
  const told = tell(step, rung.call, talking, { kind: 'answered', leg: legFacts(rung.call, talking), at: step.at });
  const answered = withLeg(step, setCall(step, { ...told, lastAnswerAt: step.at }), talking);
  // One who takes his call back was no rival of those who let it ring meanwhile.
  return hasTalked(talking.previous) ? answered : { call: loseOthers(step, answered.call, talking), leg: talking };
}

/** He talks to this one from outside. */
export function talkTo(step: Step, part: Part, outsider: Channel): void {
  const { call, leg } = talk(step, part);
  if (leg.outsider !== outsider.uniqueid) setLeg(step, call, { ...leg, outsider: outsider.uniqueid });
}

/** The user's part was a conversation since `from`, which nobody told. */
export function talkedBefore(step: Step, part: Part, from: number): Part {
  const { call, leg } = talk(step, part);
  return withLeg(step, call, { ...leg, phase: 'talking', answeredAt: from, talkedMs: step.at - from, since: null });
}

function withLeg(step: Step, call: Call, leg: Leg): Part {
  return { call: setLeg(step, call, leg), leg };
}

/** Nobody is at the other end for now. */
export function pause(step: Step, { call, leg }: Part): void {
  if (leg.phase !== 'talking' || leg.since === null) return;
  setLeg(step, call, { ...leg, since: null, talkedMs: talkedUntil(leg, step.at) });
}

/** Those whose ring had ended before somebody answered have not missed the call after all. */
function loseOthers(step: Step, call: Call, winner: Leg): Call {
  let next = call;
  for (const leg of call.legs) {
    if (leg.extension === winner.extension || leg.phase !== 'ended' || leg.outcome !== 'no-answer') continue;
    next = close(step, next, leg, 'answered-elsewhere', leg.endedAt);
  }
  return next;
}

/** Ends a user's part at `at`. One that never rang is forgotten, unless his phone refused. */
export function end(step: Step, part: Part, unanswered: Outcome, at = step.at): Call {
  const { call, leg } = part;
  if (isEnded(leg)) return call;
  if (leg.phase === 'dialled' && unanswered !== 'busy') return forget(step, call, leg);
  if (leg.phase === 'talking') return close(step, call, leg, 'completed', at);
  const rung = ring(step, part);
  const lost = unanswered === 'no-answer' && isLost(rung);
  return close(step, rung.call, rung.leg, lost ? 'answered-elsewhere' : unanswered, at);
}

/** The ring came to nothing: his record, if he has one from before, stands as it was. */
function forget(step: Step, call: Call, { previous, ...leg }: Leg): Call {
  return previous === null ? dropLeg(step, call, leg.extension) : setLeg(step, call, { ...previous, ring: leg.ring });
}

/** Somebody else took the call while this phone rang. */
function isLost({ call, leg }: Part): boolean {
  return leg.role === 'rung' && call.lastAnswerAt !== null && call.lastAnswerAt >= leg.startedAt;
}

function close(step: Step, call: Call, leg: Leg, outcome: Outcome, at: number): Call {
  const closed = closedLeg(leg, outcome, at);
  // A queue that rings again, or a target who lets it ring, is no end yet; only who has talked may have been the last.
  if (closed.answeredAt !== null)
    step.state.deadlines.add(step.at + step.state.rules.idleMs, { kind: 'idle', call: call.id });
  return setLeg(step, tellEnd(step, call, closed), closed);
}

function closedLeg(leg: Leg, outcome: Outcome, at: number): EndedLeg {
  // A dial that ended before this user's part began belongs to nobody we know; his part then has no length.
  const endedAt = Math.max(at, leg.startedAt);
  const { extension, role, direction, party, ring: round, previous, startedAt, channels, aside, outsider } = leg;
  const base = {
    phase: 'ended',
    extension,
    role,
    direction,
    party,
    ring: round,
    previous: null,
    channels,
    aside,
    outsider,
  } as const;
  const answeredAt = leg.phase === 'talking' || isEnded(leg) ? leg.answeredAt : null;
  const talkedMs = talkedUntil(leg, endedAt);
  if (!hasTalked(previous)) return { ...base, outcome, startedAt, answeredAt, endedAt, talkedMs };
  // He has one record, in which the earlier conversation stands, whatever became of the later ring.
  const began = { startedAt: previous.startedAt, answeredAt: previous.answeredAt };
  const earlier = { ...base, ...began, outcome: 'completed' } as const;
  if (answeredAt === null) return { ...earlier, endedAt: previous.endedAt, talkedMs: previous.talkedMs };
  return { ...earlier, endedAt, talkedMs: previous.talkedMs + talkedMs };
}

function hasTalked(leg: EndedLeg | null): leg is EndedLeg {
  return leg !== null && leg.answeredAt !== null;
}
