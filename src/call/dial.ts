import { type Call, type Channel, legOf } from './call.ts';
import { dialledNumber, isExtension } from './classify.ts';
import { adoptClickByExtension } from './click.ts';
import { known, seen } from './correlate.ts';
import type { Extension } from './ids.ts';
import { addChannel, beginDialLeg, beginRungLeg, dialler, partOf, ring, talk } from './legs.ts';
import { isOutsider, originOf, outsiderIn } from './parties.ts';
import {
  type AmiHandlers,
  callOf,
  callsOfUser,
  channelOf,
  describe,
  type Step,
  setCall,
  setChannel,
  surprise,
} from './state.ts';

/** DialState of a phone that makes itself heard: 180, or 183 with a ring-back of its own. */
const ringingStates: ReadonlySet<string> = new Set(['RINGING', 'PROGRESS']);

export const dialHandlers: Pick<AmiHandlers, 'dialBegin' | 'dialState' | 'dialEnd'> = {
  dialBegin(step, { source, dest, dialString }) {
    const caller = source && seen(step, source);
    const phone = beDialled(step, seen(step, dest), caller, dialString);
    if (!phone.alive) return;
    if (caller === null) return adoptClickByExtension(step, phone);
    const call = callOf(step, phone);
    if (!step.state.channels.has(call.first) && !isOutsider(caller))
      surprise(step, call.id, `${describe(dest)} is rung in a call whose beginning was not seen`);
    beginPart(step, phone, dialString);
    if (phone.endpoint.kind === 'local') settleRinging(step, call);
  },

  dialState(step, { dest, status }) {
    const phone = known(step, dest);
    if (phone !== undefined && ringingStates.has(status)) heardRinging(step, phone);
  },

  dialEnd(step, { dest, status }) {
    const phone = known(step, dest);
    if (phone === undefined) return;
    // app_queue ends each dial that it drops twice (NOANSWER, then CANCEL): the first word stands.
    const ended = setChannel(step, { ...phone, dialStatus: phone.dialStatus ?? status });
    if (status === 'ANSWER') return answer(step, ended);
    const part = partOf(step, ended);
    if (part === undefined) {
      const call = callOf(step, ended);
      setCall(step, { ...call, lastDialEnd: { at: step.at, status, cause: call.lastDialEnd?.cause ?? 0 } });
    } else if (part.leg.role === 'rung') {
      const due = step.at + step.state.rules.hangupGraceMs;
      step.state.deadlines.add(due, { kind: 'ringEnd', channel: ended.uniqueid });
    }
  },
};

/** Notes who dials a channel, and which number of the outside that reaches. */
function beDialled(step: Step, phone: Channel, caller: Channel | null, dialString: string): Channel {
  const number = isOutsider(phone) ? dialledNumber(dialString) : '';
  const party = number === '' ? phone.party : { number, name: '' };
  // After a restart it must still be known for whom a phone rings.
  step.touched.add(phone.call);
  return setChannel(step, { ...phone, dialler: caller?.uniqueid ?? phone.dialler, party });
}

/** A phone makes itself heard, or has been heard before it was known for whom it rings. */
export function heardRinging(step: Step, channel: Channel): void {
  const ringing = channel.rings ? channel : setChannel(step, { ...channel, rings: true });
  const part = partOf(step, ringing);
  if (part !== undefined) ring(step, part);
}

/** Whose part a dial begins: the one of the user who is rung for somebody outside, or of the user who dials. */
function beginPart(step: Step, phone: Channel, dialString: string): void {
  const call = callOf(step, phone);
  const mine = dialler(call);
  const extension = phone.endpoint.kind === 'extension' ? phone.endpoint.extension : null;
  // A click whose first channel is a Local one rings the user's own phone by a dial.
  if (mine?.extension === extension && (mine?.phase === 'dialled' || mine?.phase === 'ringing')) {
    addChannel(step, { call, leg: mine }, phone);
    return;
  }
  const origin = originOf(step, phone);
  if (origin === undefined) return;
  if (!isOutsider(origin)) return beginDial(step, origin, phone, dialString);
  if (extension !== null) beginRing(step, origin, phone, extension);
}

/** Somebody from outside rings this user. */
export function beginRing(step: Step, outsider: Channel, phone: Channel, extension: Extension): void {
  const call = callOf(step, outsider);
  const before = legOf(call, extension);
  if (before?.phase === 'dialled' || before?.phase === 'ringing') {
    addChannel(step, { call, leg: before }, phone);
  } else {
    // If he talks to him now, the caller has been sent on, and comes back to him: the conversation ends.
    beginRungLeg(step, call, phone, extension, outsider.party);
  }
  if (phone.rings) heardRinging(step, { ...phone, part: { call: call.id, extension } });
}

/** A phone of ours has dialled, and the dialplan now rings somebody for it. */
function beginDial(step: Step, origin: Channel, phone: Channel, dialString: string): void {
  const call = callOf(step, origin);
  // With a part already it consults a colleague, or its dialplan goes on.
  if (origin.part !== null || origin.endpoint.kind !== 'extension' || !placed(step, call, origin)) return;
  const typed = origin.dialled === '' || origin.dialled === 's' ? dialledNumber(dialString) : origin.dialled;
  const { kind } = phone.endpoint;
  const inside = kind === 'extension' || (kind === 'local' && isExtension(typed, step.state.rules));
  const { extension } = origin.endpoint;
  // A call of which something has been told is no consultation any more.
  const aside = call.firstAt === null && hasOutsiderOnTheLine(step, extension);
  ring(step, beginDialLeg(step, call, origin, { extension, number: typed, inside, aside }));
}

/** Whether a phone is the one that placed the call: its first channel, or rung by another program's Originate through a Local pair. */
export function placed(step: Step, call: Call, phone: Channel): boolean {
  return phone.uniqueid === call.first || step.state.channels.get(call.first)?.endpoint.kind === 'local';
}

/** Whether a user is in a conversation with somebody from outside. */
function hasOutsiderOnTheLine(step: Step, extension: Extension): boolean {
  return callsOfUser(step, extension).some((call) => {
    const leg = legOf(call, extension);
    return leg?.phase === 'talking' && leg.direction !== 'internal';
  });
}

/**
 * Looks again at the phones of a call that ring for nobody known: the two halves of a Local pair are dialled in any
 * order, and a colleague's consultation becomes the caller's ring when the colleague leaves (`left`).
 */
export function settleRinging(step: Step, call: Call, left = false): void {
  for (const uniqueid of call.channels) {
    const phone = channelOf(step, uniqueid);
    if (!phone.alive || phone.part !== null || phone.dialStatus !== null) continue;
    if (phone.endpoint.kind !== 'extension' || phone.dialler === null) continue;
    const origin = originOf(step, phone);
    const outsider = left && origin?.alive !== true ? outsiderIn(step, call) : origin;
    if (outsider !== undefined && isOutsider(outsider)) beginRing(step, outsider, phone, phone.endpoint.extension);
  }
}

function answer(step: Step, phone: Channel): void {
  const part = partOf(step, phone);
  if (part?.leg.role === 'rung') return void talk(step, part);
  // The dialling user's own phone was answered by himself: his party has yet to.
  if (part !== undefined || phone.endpoint.kind === 'local') return;
  const origin = originOf(step, phone);
  const his = origin && partOf(step, origin);
  if (his?.leg.role === 'dials') return void talk(step, his);
  const call = callOf(step, phone);
  // Put through to the outside: none of ours has missed the caller.
  if (origin !== undefined && isOutsider(origin)) setCall(step, { ...call, lastAnswerAt: step.at });
  const mine = dialler(call);
  if (origin === undefined && mine !== undefined) talk(step, { call, leg: mine });
}

/** Kept for the end of an unanswered outgoing call: which cause the party's own Hangup gave. */
export function rememberCause(step: Step, call: Call, party: Channel, cause: number): Call {
  const at = call.lastDialEnd?.at ?? step.at;
  step.touched.add(call.id);
  return setCall(step, {
    ...call,
    lastDialEnd: { at, status: party.dialStatus ?? call.lastDialEnd?.status ?? null, cause },
  });
}
