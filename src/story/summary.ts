import { isDialling } from './part-moments.ts';
import type { Ring } from './rings.ts';
import { goesOn, type StoredCall } from './stored-call.ts';
import { duration, listed, partyText } from './words.ts';

export interface Summary {
  /** Epoch milliseconds; null: not known any more. */
  readonly began: number | null;
  /** null: it goes on, or is not known any more. */
  readonly ended: number | null;
  readonly isOpen: boolean;
  readonly direction: Ring['direction'] | null;
  readonly number: string;
  readonly name: string;
  readonly line: string;
  /** In conversation, all users together. */
  readonly talkedMs: number;
  /** Who called whom. */
  readonly who: string;
  /** What became of it. */
  readonly outcome: string;
}

export function summaryOf({ unrung, open }: Pick<StoredCall, 'unrung' | 'open'>, rings: readonly Ring[]): Summary {
  const isOpen = goesOn(open);
  const [first] = rings;
  if (first === undefined && unrung !== null) return ofUnrung(unrung);
  if (first === undefined)
    return { ...nothing, isOpen, outcome: isOpen ? 'goes on, no phone has rung yet' : nothing.outcome };
  const { direction, party, line } = first;
  const ends = rings.flatMap(({ end }) => (end === null ? [] : [end.at]));
  return {
    ...{
      began: first.rangAt,
      ended: isOpen || ends.length === 0 ? null : Math.max(...ends),
      isOpen,
      direction,
      ...party,
      line,
    },
    talkedMs: talkedIn(rings),
    who: whoOf(first, rings),
    outcome: outcomeOf(rings, isOpen),
  };
}

/** Of an internal call both ends are users. */
function talkedIn(rings: readonly Ring[]): number {
  const talks = [...talksOf(rings).values()];
  if (rings.every(({ direction }) => direction === 'internal')) return Math.max(0, ...talks);
  return talks.reduce((sum, ms) => sum + ms, 0);
}

/** Who talked, and for how long: what a user talked before he was rung again counts in his last ring. */
function talksOf(rings: readonly Ring[]): Map<string, number> {
  const last = new Map<string, Ring>();
  for (const ring of rings)
    if (ring.end !== null && ring.ring >= (last.get(ring.extension)?.ring ?? 0)) last.set(ring.extension, ring);
  const talks = [...last].map(([extension, { end }]) => [extension, end?.talkedMs ?? 0] as const);
  return new Map(talks.filter(([, ms]) => ms > 0));
}

const nothing: Summary = {
  ...{ began: null, ended: null, isOpen: false, direction: null, number: '', name: '', line: '' },
  ...{ talkedMs: 0, who: '', outcome: 'who had which part in it is not kept any more' },
};

function ofUnrung({ startedAt, endedAt, number, name, line }: NonNullable<StoredCall['unrung']>): Summary {
  const who = `${partyText({ number, name })} called ${line === '' ? 'the office' : line}`;
  const outcome = `gone after ${duration(Math.max(0, endedAt - startedAt))}, before any phone rang`;
  const known = { began: startedAt, ended: endedAt, isOpen: false, direction: 'inbound', number, name, line } as const;
  return { ...known, talkedMs: 0, who, outcome };
}

function whoOf(first: Ring, rings: readonly Ring[]): string {
  const { extension, direction, line } = first;
  const party = partyText(first.party);
  if (direction === 'inbound') return `${party} called ${line === '' ? extension : line}`;
  return isDialling(first, rings) ? `${extension} called ${party}` : `${party} called ${extension}`;
}

function outcomeOf(rings: readonly Ring[], isOpen: boolean): string {
  const talked = talksOf(rings);
  const said = listed([...talked].map(([extension, ms]) => `${extension} talked ${duration(ms)}`));
  if (isOpen) return [said, openText(rings)].filter((text) => text !== '').join('; ');
  if (said !== '') return said;
  return rings.some(({ end }) => end?.outcome === 'completed')
    ? 'answered'
    : rings.every(({ end }) => end?.outcome === 'busy')
      ? 'busy'
      : 'nobody answered';
}

function openText(rings: readonly Ring[]): string {
  const open = rings.filter(({ end }) => end === null);
  const talking = open.filter(({ answeredAt }) => answeredAt !== null).map(({ extension }) => extension);
  const waiting = open.filter(({ answeredAt }) => answeredAt === null);
  const calling = waiting.filter((ring) => isDialling(ring, rings)).map(({ extension }) => extension);
  const ringing = waiting.filter((ring) => !isDialling(ring, rings)).map(({ extension }) => extension);
  const parts = [
    ...(talking.length === 0 ? [] : [`${listed(talking)} ${talking.length === 1 ? 'is' : 'are'} talking`]),
    ...(calling.length === 0 ? [] : [`${listed(calling)} ${calling.length === 1 ? 'is' : 'are'} calling`]),
    ...(ringing.length === 0 ? [] : [`${listed(ringing)} ${ringing.length === 1 ? 'is' : 'are'} ringing`]),
  ];
  return parts.length === 0 ? 'goes on, with nobody of the office at the moment' : parts.join(', ');
}
