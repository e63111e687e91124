import { isExtension, isOutside, type PhoneCall } from './truth.ts';

/** One ring of one user on behalf of a customer, or his taking the call without having been rung. */
export interface Ring {
  readonly user: string;
  readonly start: number;
  /** Since when the customer heard him. */
  readonly answered: number | null;
  readonly end: number;
  readonly refused: boolean;
}

/** A call with somebody outside, from end to end. */
export interface CustomerCall {
  /** '' if the caller withholds it. */
  readonly number: string;
  readonly start: number;
  readonly end: number;
}

/** Phones do one thing after the other; this is how close together what belongs together is. */
const sameMomentMs = 300;

const refusals = new Set(['486', '603']);

/** Every ring of every user that was on behalf of this customer, in the order of their beginnings. */
export function ringsOf(call: CustomerCall, all: readonly PhoneCall[], others: readonly CustomerCall[]): Ring[] {
  const during = all.filter(
    (each) => isExtension(each.phone) && each.start >= call.start && each.start <= call.end + sameMomentMs,
  );
  const isOthers = (peer: string) => others.some(({ number }) => number === peer) && peer !== call.number;
  const rings = during.flatMap((each) => {
    if (each.placed) return taken(each);
    if (isOthers(each.peer)) return [];
    return isExtension(each.peer) ? putThrough(each, all) : rung(each);
  });
  return rings.sort((one, other) => one.start - other.start);
}

/** A phone that only redirects (302), or that was never there, did not ring. */
function rung(call: PhoneCall): Ring[] {
  const refused = refusals.has(call.how);
  if (!call.rang && call.answered === null && !refused) return [];
  return [
    {
      user: call.phone,
      start: call.start,
      answered: call.answered,

      end: call.left,
      refused,
    },
  ];
}

/** Picked up by a feature code, or fetched from where it was parked. */
function taken(call: PhoneCall): Ring[] {
  const isCode = !isExtension(call.peer) && !isOutside(call.peer);
  if (!isCode || call.answered === null) return [];
  return [
    {
      user: call.phone,
      start: call.answered,
      answered: call.answered,

      end: call.left,
      refused: false,
    },
  ];
}

/**
 * A phone that was shown a colleague as the caller: called by the colleague, it becomes the customer's when the colleague
 * has left and it is still there.
 */
function putThrough(call: PhoneCall, all: readonly PhoneCall[]): Ring[] {
  const colleague = all.filter(
    ({ phone, start, left }) => phone === call.peer && start <= call.start && left >= call.start,
  );
  const left = Math.max(call.start, ...colleague.map((each) => each.left));
  if (left <= call.start + sameMomentMs) return rung(call);
  if (call.left <= left + sameMomentMs) return [];
  const answered = call.answered === null ? null : Math.max(call.answered, left);
  return rung(call).map((ring) => ({ ...ring, start: left, answered }));
}

/** What one user had to do with a call. */
export interface Part {
  readonly user: string;
  readonly status: 'completed' | 'busy' | 'no-answer' | 'Answered elsewhere';
  /** When he was rung for the first time. */
  readonly begun: number;
  readonly start: number;
  readonly end: number;
  readonly talked: number;
  /** When he last answered; null: never. */
  readonly answered: number | null;
}

/** One part for each user, however often he was rung. */
export function partsOf(rings: readonly Ring[]): Part[] {
  return [...new Set(rings.map(({ user }) => user))].map((user) => partOf(user, rings));
}

function partOf(user: string, rings: readonly Ring[]): Part {
  const own = withoutTwins(rings.filter((ring) => ring.user === user));
  const talks = own.filter(({ answered }) => answered !== null);
  const [first] = talks;
  const begun = Math.min(...own.map(({ start }) => start));
  // What he talked before he was rung again stays in his record.
  if (first !== undefined)
    return {
      user,
      status: 'completed',
      begun,
      start: first.start,
      end: Math.max(...talks.map(({ end }) => end)),
      talked: talks.reduce((sum, { answered, end }) => sum + end - (answered ?? end), 0),
      answered: Math.max(...talks.map(({ answered }) => answered ?? 0)),
    };
  const last = own.at(-1);
  if (last === undefined) throw new Error(`${user} was not rung`);
  return { user, status: unanswered(last, rings), begun, start: last.start, end: last.end, talked: 0, answered: null };
}

function unanswered(ring: Ring, rings: readonly Ring[]): Part['status'] {
  if (ring.refused) return 'busy';
  const takers = rings.filter(({ user, answered }) => user !== ring.user && answered !== null);
  // One who takes back what he had before is no rival.
  const isTaken = takers.some(({ user, answered }) => {
    const first = takers.find((each) => each.user === user);
    return answered !== null && answered >= ring.start && first?.answered === answered;
  });
  return isTaken ? 'Answered elsewhere' : 'no-answer';
}

/** Two phones of a user that ring together are one ring. */
function withoutTwins(rings: readonly Ring[]): Ring[] {
  const kept: Ring[] = [];
  for (const ring of rings) {
    const before = kept.at(-1);
    if (before === undefined || ring.start >= before.end) kept.push(ring);
    else kept[kept.length - 1] = joined(before, ring);
  }
  return kept;
}

function joined(one: Ring, other: Ring): Ring {
  const answering = [one, other].find(({ answered }) => answered !== null);
  const end = answering?.end ?? Math.max(one.end, other.end);
  return {
    ...one,
    answered: answering?.answered ?? null,
    end,
    refused: one.refused && other.refused,
  };
}
