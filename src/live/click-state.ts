import type { Call, Leg } from '../call/call.ts';
import type { Outcome } from '../call/call-event.ts';
import { isOutsideNumber } from '../call/classify.ts';
import type { TrackerState } from '../call/state.ts';
import { dialFailure } from './cause-words.ts';
import type { ClickState } from './snapshot.ts';

/** What became of a click. */
export interface ClickEnd {
  readonly state: ClickState;
  readonly why: string;
  readonly cause: number | null;
}

const underWay: ReadonlySet<ClickState> = new Set(['calling-you', 'your-phone-rings', 'ringing', 'talking']);

export function isFinal(state: ClickState): boolean {
  return !underWay.has(state);
}

/** How far a click's call has come: first the user's own phone rings, then the other end. */
export function clickStage(state: TrackerState, leg: Leg): ClickState {
  if (leg.phase === 'talking') return 'talking';
  const phones = leg.channels.map((uniqueid) => state.channels.get(uniqueid));
  if (phones.some((phone) => phone?.up === true)) return 'ringing';
  return phones.some((phone) => phone?.rings === true) ? 'your-phone-rings' : 'calling-you';
}

/** @param before the last that was known of it: whether he was on the phone decides what an unanswered call is called */
export function clickEnd(state: TrackerState, call: Call, leg: Leg, outcome: Outcome, before: ClickState): ClickEnd {
  if (outcome === 'completed') return plainly('ended');
  const stage = clickStage(state, leg);
  if (isOnThePhone(before) || isOnThePhone(stage)) return unanswered(state, call, leg, outcome);
  if (outcome === 'busy') return plainly('you-are-busy');
  // An unregistered phone has no channel (16 and 22).
  if (call.channels.length === 0) return failed('your phone is not registered, or cannot be reached', null);
  return plainly('you-did-not-answer');
}

/** The core knows no more of it: its end was in a gap of the link. */
export function lostClick(before: ClickState): ClickEnd {
  return isOnThePhone(before) ? plainly('ended') : failed('Asterisk did not say what became of the call', null);
}

function isOnThePhone(state: ClickState): boolean {
  return state === 'ringing' || state === 'talking';
}

function unanswered(state: TrackerState, call: Call, leg: Leg, outcome: Outcome): ClickEnd {
  if (outcome === 'busy') return plainly('busy');
  const failure = call.lastDialEnd && dialFailure(call.lastDialEnd.status, call.lastDialEnd.cause);
  if (failure !== null) return failed(failure.why, failure.cause);
  if (isDialled(state, call, leg)) return plainly('no-answer');
  // An application of the dialplan's, such as voicemail, was all that was called.
  if (!isOutsideNumber(leg.party.number, state.rules)) return plainly('ended');
  return failed('the dialplan of Asterisk did not dial this number', null);
}

function isDialled(state: TrackerState, call: Call, leg: Leg): boolean {
  if (call.lastDialEnd !== null) return true;
  return call.channels.some((uniqueid) => {
    const isHis = leg.channels.includes(uniqueid);
    return !isHis && Boolean(state.channels.get(uniqueid)?.dialler);
  });
}

const plainly = (state: ClickState): ClickEnd => ({ state, why: '', cause: null });
const failed = (why: string, cause: number | null): ClickEnd => ({ state: 'failed', why, cause });
