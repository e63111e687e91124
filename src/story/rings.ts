import { type Call, isEnded, type Leg, type Role } from '../call/call.ts';
import type { Direction, Outcome, Party } from '../call/call-event.ts';
import type { FinishedPart } from '../history/finished-part.ts';
import type { CallbackRow } from '../outbox/callback-row.ts';
import type { StoredCall } from './stored-call.ts';

/** One ring of one user's phone, or one time that he dialled. Times are epoch milliseconds. */
export interface Ring {
  readonly extension: string;
  /** From 1: a queue may ring him more than once. */
  readonly ring: number;
  readonly direction: Direction;
  /** null: no longer known. */
  readonly role: Role | null;
  readonly party: Party;
  readonly line: string;
  readonly rangAt: number;
  /** null: not answered, or not known when. */
  readonly answeredAt: number | null;
  /** null: it goes on. */
  readonly end: { readonly at: number; readonly outcome: Outcome; readonly talkedMs: number } | null;
}

/** All rings of a call, as far as they are known: the last of each user in any case. */
export function ringsOf({
  open,
  parts,
  callbacks,
  id,
}: Pick<StoredCall, 'open' | 'parts' | 'callbacks' | 'id'>): Ring[] {
  const told = toldIn(callbacks, id);
  const living = open?.call ? livingRings(open.call) : [];
  const over = parts.filter(({ extension }) => living.every((ring) => ring.extension !== extension)).map(overRing);
  const last = [...living, ...over].map((ring) => asTold(ring, told.get(`${ring.extension} ${ring.ring}`)));
  return [...last, ...earlier(last, told)].sort((one, other) => one.rangAt - other.rangAt);
}

/**
 * The record of who is rung again goes on from his first ring, so its beginning and answer need not be this ring's. What the
 * CRM was told of it is.
 */
function asTold(ring: Ring, told: Told | undefined): Ring {
  if (ring.ring === 1 || told?.rangAt == null)
    return { ...ring, answeredAt: ring.answeredAt ?? told?.answeredAt ?? null };
  return { ...ring, rangAt: told.rangAt, answeredAt: told.answeredAt };
}

function overRing(part: FinishedPart): Ring {
  const { extension, ring, direction, number, name, line, startedAt: rangAt, endedAt: at, outcome, talkedMs } = part;
  const who = { extension, ring, direction, party: { number, name }, line, rangAt };
  return { ...who, role: null, answeredAt: part.answeredAt ?? null, end: { at, outcome, talkedMs } };
}

/** A consultation, and a phone that is invited and does not ring yet, is no part of which anybody is told. */
function livingRings(call: Call): Ring[] {
  const legs = call.legs.flatMap(withPrevious).filter((leg) => !leg.aside && leg.phase !== 'dialled');
  return legs.map((leg) => {
    const { extension, ring, direction, role, party, startedAt: rangAt } = leg;
    const end = isEnded(leg) ? { at: leg.endedAt, outcome: leg.outcome, talkedMs: leg.talkedMs } : null;
    const answeredAt = leg.phase === 'talking' || isEnded(leg) ? leg.answeredAt : null;
    return { extension, ring, direction, role, party, line: call.line, rangAt, answeredAt, end };
  });
}

function withPrevious(leg: Leg): Leg[] {
  return leg.previous === null ? [leg] : [...withPrevious(leg.previous), leg];
}

interface Told {
  rangAt: number | null;
  answeredAt: number | null;
  end: Ring['end'];
}

/** What callbacks say of rings, by `extension ring`: those to SalesPlatform all, vTiger's who answered. */
function toldIn(callbacks: readonly CallbackRow[], call: string): Map<string, Told> {
  const found = new Map<string, Told>();
  for (const { key, kind, created_at: at } of callbacks) {
    // What was told once more, or corrected afterwards, was not made when it happened.
    if (key.startsWith('again|') || key.includes('|cdr ')) continue;
    const [first = '', second = '', third, more = ''] = key.slice(call.length + 1).split('|');
    const name = first === kind ? second : `${first} ${second}`;
    const told = found.get(name) ?? { rangAt: null, answeredAt: null, end: null };
    if (kind === 'DialBegin') told.rangAt = at;
    if (kind === 'DialAnswer') told.answeredAt ??= at;
    if (kind === 'Hangup' && third === kind && isOutcome(more))
      told.end = { at: told.end?.at ?? at, outcome: more, talkedMs: 0 };
    found.set(name, told);
  }
  return found;
}

function isOutcome(text: string): text is Outcome {
  return ['completed', 'no-answer', 'busy', 'answered-elsewhere'].includes(text);
}

/** Of a user who was rung again the history has but the last ring. */
function earlier(last: readonly Ring[], told: ReadonlyMap<string, Told>): Ring[] {
  return last.flatMap((ring) =>
    Array.from({ length: ring.ring - 1 }, (_, index) => index + 1)
      .filter((number) => !last.some((other) => other.extension === ring.extension && other.ring === number))
      .flatMap((number) => {
        const { rangAt = null, answeredAt = null, end = null } = told.get(`${ring.extension} ${number}`) ?? {};
        if (rangAt === null) return [];
        const talkedMs = end === null || answeredAt === null ? 0 : Math.max(0, end.at - answeredAt);
        return [{ ...ring, ring: number, rangAt, answeredAt, end: end && { ...end, talkedMs } }];
      }),
  );
}

/** Who of the others had the call last before this ring, however he passed it on: he talked in it until then. */
export function holderBefore(rings: readonly Ring[], { extension, rangAt }: Ring): string | null {
  const held = rings.filter(
    (ring) => ring.extension !== extension && ring.answeredAt !== null && ring.answeredAt < rangAt,
  );
  const until = (ring: Ring) => ring.end?.at ?? Number.POSITIVE_INFINITY;
  return (
    held.reduce<Ring | null>((one, other) => (one === null || until(other) >= until(one) ? other : one), null)
      ?.extension ?? null
  );
}

/** Who answered while this phone rang, or soon after: the first of them. */
export function takerOf(rings: readonly Ring[], { extension, rangAt }: Ring): Ring | null {
  const others = rings.filter((ring) => ring.extension !== extension && ring.answeredAt !== null);
  const after = others.filter(({ answeredAt }) => (answeredAt ?? 0) >= rangAt);
  const first = (one: Ring, other: Ring) => ((other.answeredAt ?? 0) < (one.answeredAt ?? 0) ? other : one);
  return after.length === 0 ? null : after.reduce(first);
}
