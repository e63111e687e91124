import type { CallEvent, LegFacts } from '../../call/call-event.ts';
import { numberOf } from './decided.ts';
import type { Story } from './stories.ts';

/** One user's part as it was at the end. */
interface Part {
  readonly leg: LegFacts;
  readonly answeredAt: number | null;
  readonly end: Extract<CallEvent, { kind: 'ended' }> | null;
}

/** Who called whom, in a few words. */
export function titleOf({ moments }: Story): string {
  const events = moments.flatMap((moment) => moment.events);
  const unrung = events.find((event) => event.kind === 'unrung');
  if (unrung !== undefined) return `${numberOf(unrung)} called ${unrung.line || 'an unknown line'}`;
  const leg = partsOf(events)[0]?.leg;
  if (leg === undefined) return dialled(moments);
  if (leg.direction === 'outbound') return `${leg.extension} called ${numberOf(leg)}`;
  if (leg.direction === 'internal') return `${leg.extension} called his colleague ${numberOf(leg)}`;
  return `${numberOf(leg)} called ${leg.line || 'an unknown line'}`;
}

function dialled(moments: Story['moments']): string {
  const first = moments.find(({ heard }) => heard?.input?.kind === 'newChannel')?.heard?.input;
  if (first?.kind !== 'newChannel') return 'A call whose beginning is not in the recording';
  return `${first.channel.callerNumber || 'Somebody'} dialled ${first.channel.exten || 'nothing'}`;
}

/** How it ended, in sentences that need no knowledge of Asterisk. */
export function outcomeOf({ moments }: Story, isOpen: boolean): string {
  const events = moments.flatMap((moment) => moment.events);
  const parts = partsOf(events);
  const open = isOpen ? ['It still goes on where the recording ends.'] : [];
  const unrung = events.find((event) => event.kind === 'unrung');
  if (unrung !== undefined)
    return `${waited(unrung)} No phone had rung, so nobody has missed it: see the command missed.`;
  if (parts.length === 0) return [untold(moments), ...open].join(' ');
  return [...talked(parts), ...losers(parts), ...unanswered(parts), ...open].join(' ');
}

/** Rung phones and no record: a customer waited meanwhile. */
function untold(moments: Story['moments']): string {
  const isDialled = moments.some(({ heard }) => heard?.input?.kind === 'dialBegin');
  return isDialled
    ? 'Between colleagues while one of them had somebody outside on the line, or not yet ringing: the CRM is told nothing.'
    : 'Nobody was rung in it (a feature code, an announcement, a wrong number): the CRM is told nothing.';
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function waited({ at, startedAt }: Extract<CallEvent, { kind: 'unrung' }>): string {
  return `The caller was gone after ${seconds(at - startedAt)}.`;
}

function partsOf(events: readonly CallEvent[]): Part[] {
  const parts = new Map<string, Part>();
  for (const event of events) {
    if (!('leg' in event)) continue;
    const { leg } = event;
    const before = parts.get(leg.extension) ?? { leg, answeredAt: null, end: null };
    if (event.kind === 'rang') parts.set(leg.extension, { ...before, end: null });
    else if (event.kind === 'answered')
      parts.set(leg.extension, { ...before, answeredAt: before.answeredAt ?? event.at });
    else parts.set(leg.extension, { ...before, end: event });
  }
  return [...parts.values()];
}

const isTalker = ({ end, answeredAt }: Part) => end?.outcome === 'completed' || (end === null && answeredAt !== null);

function talked(parts: readonly Part[]): string[] {
  const talkers = parts.filter(isTalker).sort((one, other) => (one.answeredAt ?? 0) - (other.answeredAt ?? 0));
  const [first, ...others] = talkers;
  if (first === undefined) return [];
  const { leg, answeredAt, end } = first;
  const rangMs = (answeredAt ?? leg.startedAt) - leg.startedAt;
  const [who, whom] = leg.direction !== 'inbound' ? [numberOf(leg), ` with ${leg.extension}`] : [leg.extension, ''];
  // Nobody rings for no time: it was picked up, or put through.
  const took = rangMs === 0 ? 'took the call' : `answered after ${seconds(rangMs)}`;
  const said = `${who} ${took} and talked${whom} ${end === null ? 'on' : seconds(end.talkedMs)}`;
  return [`${[said, ...others.map(taken)].join(', then ')}.`];
}

function taken({ leg, end }: Part): string {
  return `${leg.extension} had the call${end === null ? '' : ` and talked ${seconds(end.talkedMs)}`}`;
}

function losers(parts: readonly Part[]): string[] {
  const names = namesOf(parts, 'answered-elsewhere');
  if (names.length === 0) return [];
  const talker = parts.find(isTalker)?.leg.extension ?? 'somebody else';
  const have = names.length > 1 ? 'they have' : `${names[0]} has`;
  return [`${list(names)} rang too and ${talker} took it, so ${have} missed nothing.`];
}

function unanswered(parts: readonly Part[]): string[] {
  const isTalked = parts.some(isTalker);
  const outbound = parts[0]?.leg.direction !== 'inbound';
  const [silent, busy] = [namesOf(parts, 'no-answer'), namesOf(parts, 'busy')];
  if (outbound && !isTalked)
    return silent.length > 0 ? ['Nobody answered.'] : busy.length > 0 ? ['Busy, or refused.'] : [];
  const missed = isTalked ? 'did not answer' : 'missed it';
  return [
    ...(silent.length > 0 ? [`${list(silent)} ${missed}.`] : []),
    ...(busy.length > 0 ? [`${list(busy)} was busy or refused.`] : []),
  ];
}

function namesOf(parts: readonly Part[], outcome: string): string[] {
  return parts.filter(({ end }) => end?.outcome === outcome).map(({ leg }) => leg.extension);
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
