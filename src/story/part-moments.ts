import type { Outcome } from '../call/call-event.ts';
import type { UnrungCall } from '../unrung/unrung-store.ts';
import type { Moment } from './moment.ts';
import { holderBefore, type Ring, takerOf } from './rings.ts';
import { duration, partyText } from './words.ts';

/** What users' phones did, and why it counts as it does. */
export function partMoments(rings: readonly Ring[]): Moment[] {
  return rings.flatMap((ring) => [begun(ring, rings), ...answered(ring, rings), ...ended(ring, rings)]);
}

function begun(ring: Ring, rings: readonly Ring[]): Moment {
  const { extension: who, rangAt: at, party } = ring;
  if (isDialling(ring, rings)) return { at, who, what: 'dialled', text: `dials ${partyText(party)}` };
  const holder = holderBefore(rings, ring);
  const from = holder === null ? '' : `: handed on by ${holder}, who had the call before`;
  // Who picks a call up, or is put through, never had it ring at his own phone.
  if (at === ring.answeredAt) return { at, who, what: 'answered', text: `has ${partyText(party)} on the line${from}` };
  return { at, who, what: 'rang', text: `phone rings${againText(ring, rings)} for ${partyText(party)}${from}` };
}

/** vTiger is told of no ring but the first, so that of the others only their number is known. */
function againText({ extension, ring }: Ring, rings: readonly Ring[]): string {
  if (ring === 1) return '';
  const isEarlierKnown = rings.some((other) => other.extension === extension && other.ring < ring);
  return isEarlierKnown ? ` again (ring ${ring})` : ` (${ring} times in all)`;
}

/** Of an internal call that is over it is not kept who dialled: it is he whose part began first. */
export function isDialling(ring: Ring, rings: readonly Ring[]): boolean {
  if (ring.role !== null) return ring.role === 'dials';
  if (ring.direction !== 'internal') return ring.direction === 'outbound';
  return rings[0] === ring;
}

function answered(ring: Ring, rings: readonly Ring[]): Moment[] {
  const { extension: who, answeredAt: at, rangAt, party } = ring;
  if (at === null || at === rangAt) return [];
  const after = `answers after ${duration(Math.max(0, at - rangAt))}`;
  return [{ at, who, what: 'answered', text: isDialling(ring, rings) ? `${partyText(party)} ${after}` : after }];
}

function ended(ring: Ring, rings: readonly Ring[]): Moment[] {
  if (ring.end === null) return [];
  const { at, outcome } = ring.end;
  return [{ at, who: ring.extension, what: 'ended', text: whyEnded[outcome](ring, rings) }];
}

const whyEnded: Readonly<Record<Outcome, (ring: Ring, rings: readonly Ring[]) => string>> = {
  completed: ({ ring, answeredAt, end }) => {
    const talked = `talked ${duration(end?.talkedMs ?? 0)}`;
    if (ring > 1) return answeredAt === null ? `stops ringing; in all ${talked}` : `over: ${talked} in all`;
    return `over: ${talked}`;
  },
  'no-answer': (ring, rings) =>
    isDialling(ring, rings)
      ? `over: ${partyText(ring.party)} did not answer`
      : 'stops ringing: missed, nobody had answered',
  busy: (ring, rings) =>
    isDialling(ring, rings)
      ? `over: ${partyText(ring.party)} was busy`
      : 'stops ringing: busy, or the call was declined',
  'answered-elsewhere': (ring, rings) => {
    const taker = takerOf(rings, ring);
    if (taker === null) return 'stops ringing: not missed, as Asterisk says that somebody else took the call';
    return `stops ringing: not missed, as ${taker.extension} took the call ${duration((taker.answeredAt ?? 0) - ring.rangAt)} after this phone began to ring`;
  },
};

export function unrungMoments({ number, name, line, startedAt, endedAt }: UnrungCall): Moment[] {
  const called = `${partyText({ number, name })} calls ${line === '' ? 'the office' : line}`;
  const left = `the caller is gone after ${duration(Math.max(0, endedAt - startedAt))}, before any phone rang`;
  return [
    { at: startedAt, who: '', what: 'called', text: called },
    { at: endedAt, who: '', what: 'left', text: left },
  ];
}
