import type { Call, Channel, Leg } from './call.ts';
import type { Party } from './call-event.ts';
import { dialledNumber, isExtension } from './classify.ts';
import { adoptClickByExtension } from './click.ts';
import { known, seen } from './correlate.ts';
import type { Extension } from './ids.ts';
import { dialLeg, dialler, legOf, ring, talk } from './legs.ts';
import { type AmiHandlers, callOf, describe, type Step, setCall, setChannel, setLeg, surprise } from './state.ts';

/** DialState of a phone that makes itself heard: 180, or 183 with a ring-back of its own. */
const ringingStates: ReadonlySet<string> = new Set(['RINGING', 'PROGRESS']);

export const dialHandlers: Pick<AmiHandlers, 'dialBegin' | 'dialState' | 'dialEnd'> = {
  dialBegin(step, { source, dest, dialString }) {
    const caller = source && seen(step, source);
    const phone = seen(step, dest);
    if (caller === null) return adoptClickByExtension(step, phone);
    const call = callOf(step, phone);
    const mine = dialler(call);
    if (mine !== undefined) return dialOn(step, call, mine, phone);
    const first = step.state.channels.get(call.first);
    if (first === undefined)
      return surprise(step, call.id, `${describe(dest)} is rung in a call whose beginning was not seen`);
    if (first.endpoint.kind === 'trunk') return beginRing(step, call, phone, callerOf(first));
    if (first.endpoint.kind === 'extension') beginDial(step, call, first, first.endpoint.extension, phone, dialString);
  },

  dialState(step, { dest, status }) {
    const phone = known(step, dest);
    if (phone === undefined || !ringingStates.has(status)) return;
    const call = callOf(step, phone);
    const leg = legOf(call, phone);
    if (leg !== undefined) ring(step, call, leg);
  },

  dialEnd(step, { dest, status }) {
    const phone = known(step, dest);
    if (phone === undefined) return;
    // app_queue ends each dial that it drops twice (NOANSWER, then CANCEL): the first word stands.
    const ended = setChannel(step, { ...phone, dialStatus: phone.dialStatus ?? status });
    const call = callOf(step, ended);
    if (status === 'ANSWER') return answer(step, call, ended);
    const leg = legOf(call, ended);
    if (leg === undefined) {
      setCall(step, { ...call, lastDialEnd: { at: step.at, status, cause: call.lastDialEnd?.cause ?? 0 } });
    } else if (leg.role === 'rung') {
      const due = step.at + step.state.rules.hangupGraceMs;
      step.state.deadlines.add(due, { kind: 'ringEnd', channel: ended.uniqueid });
    }
  },
};

/** Somebody from outside rings this user. */
function beginRing(step: Step, call: Call, phone: Channel, party: Party): void {
  if (phone.endpoint.kind !== 'extension') return;
  const { extension } = phone.endpoint;
  const before = call.legs.get(extension);
  if (before !== undefined && before.phase !== 'ended') {
    setLeg(step, call, { ...before, channels: [...before.channels, phone.uniqueid] });
    return;
  }
  const leg: Leg = {
    phase: 'dialled',
    extension,
    role: 'rung',
    direction: 'inbound',
    party,
    ring: (before?.ring ?? 0) + 1,
    startedAt: step.at,
    channels: [phone.uniqueid],
  };
  setLeg(step, call, leg);
}

/** A phone of ours has dialled, and the dialplan now rings somebody for it. */
function beginDial(
  step: Step,
  call: Call,
  first: Channel,
  caller: Extension,
  phone: Channel,
  dialString: string,
): void {
  const typed = first.dialled === '' || first.dialled === 's' ? dialledNumber(dialString) : first.dialled;
  const { kind } = phone.endpoint;
  const inside = kind === 'extension' || (kind === 'local' && isExtension(typed, step.state.rules));
  const leg = dialLeg(first, caller, typed, inside);
  ring(step, setLeg(step, call, leg), leg);
}

/** A further dial of a call that one of ours placed. With a Local channel as its first, this may be his own phone. */
function dialOn(step: Step, call: Call, mine: Leg, phone: Channel): void {
  if (phone.endpoint.kind === 'extension' && phone.endpoint.extension === mine.extension)
    setLeg(step, call, { ...mine, channels: [...mine.channels, phone.uniqueid] });
}

function answer(step: Step, call: Call, phone: Channel): void {
  const leg = legOf(call, phone);
  if (leg?.role === 'rung') {
    talk(step, call, leg);
    return;
  }
  // The dialling user's own phone was answered by himself: his party has yet to.
  if (leg !== undefined) return;
  const mine = dialler(call);
  if (mine === undefined || phone.endpoint.kind === 'local') return;
  talk(step, call, mine);
}

function callerOf(first: Channel): Party {
  return { number: first.callerNumber, name: first.callerName };
}

/** Kept for the end of an unanswered outgoing call: which cause the party's own Hangup gave. */
export function rememberCause(step: Step, call: Call, party: Channel, cause: number): Call {
  const at = call.lastDialEnd?.at ?? step.at;
  return setCall(step, {
    ...call,
    lastDialEnd: { at, status: party.dialStatus ?? call.lastDialEnd?.status ?? null, cause },
  });
}
