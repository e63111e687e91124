import type { CdrCall, CdrPart, CdrUnrung } from './cdr-call.ts';

/** What the connector knows of one part; src/history keeps it. Times are epoch milliseconds. */
export type KnownPart = Omit<CdrPart, 'answeredAt' | 'earlier' | 'lostAt' | 'knows'>;

/** What the connector knows of the calls that are compared. */
export interface Known {
  /** Its parts in the calls with these ids. */
  partsOf(ids: ReadonlySet<string>): readonly KnownPart[];
  /** Calls that go on, as far as it knows: they will be told. */
  isOpen(id: string): boolean;
  /** What is kept of a call as having rung nobody; null: nothing. */
  unrung(id: string): { readonly endedAt: number; readonly isEndHeard: boolean } | null;
  /** Parts of whose end the CRM was told though the part itself is no longer kept. */
  isTold(part: CdrPart): boolean;
}

export type Difference =
  /** Asterisk has it, we do not. `known`: what we know of the same call. */
  | { readonly kind: 'missing'; readonly part: CdrPart; readonly known: readonly KnownPart[] }
  | { readonly kind: 'unrung'; readonly unrung: CdrUnrung }
  /** We have it otherwise. `corrected`: as it should be. */
  | {
      readonly kind: 'different';
      readonly part: CdrPart;
      readonly ours: KnownPart;
      readonly corrected: KnownPart;
      readonly what: readonly ('status' | 'end' | 'talk')[];
    };

export interface Compared {
  readonly call: CdrCall;
  /** A call that goes on with us is neither here nor there. */
  readonly isOpen: boolean;
  readonly isKnown: boolean;
  readonly matched: readonly KnownPart[];
  readonly differences: readonly Difference[];
}

/** Both sides' seconds begin at other moments, and Asterisk writes a CDR a moment later than it tells of a Hangup. */
const toleranceMs = 2000;

/** What the CDR says of one call beside what the connector knows of it. Where the CDR cannot know, nothing is said. */
export function compare(call: CdrCall, known: Known): Compared {
  const ours = [...known.partsOf(call.ids)];
  if ([...call.ids].some((id) => known.isOpen(id)))
    return { call, isOpen: true, isKnown: true, matched: ours, differences: [] };
  const kept = [...call.ids].map((id) => known.unrung(id)).filter((unrung) => unrung !== null);
  const isKept = kept.length > 0;
  // What rang after its beginning, when nobody listened any more, did ring.
  const isWhole = kept.some(({ endedAt, isEndHeard }) => isEndHeard && endedAt >= call.endedAt - toleranceMs);
  const isKnown = ours.length > 0 || isKept;
  if (call.unrung !== null) {
    const differences = isKnown ? [] : [{ kind: 'unrung', unrung: call.unrung } as const];
    return { call, isOpen: false, isKnown, matched: ours, differences };
  }
  const left = [...ours];
  const matched: KnownPart[] = [];
  const differences = call.parts.flatMap((part): Difference[] => {
    const own = take(left, part);
    if (own !== undefined) matched.push(own);
    if (own !== undefined) return differenceOf(part, own);
    // Of one who may not have been rung we would know as much as of the others.
    const isSilent = isWhole || (ours.length > 0 ? !part.knows.existence : known.isTold(part));
    return isSilent ? [] : [{ kind: 'missing', part, known: ours.filter(({ call: id }) => id === part.call) }];
  });
  return { call, isOpen: false, isKnown, matched, differences };
}

/** The connector's part of the same user, which it may count in another one of the calls that Asterisk joined. */
function take(left: KnownPart[], part: CdrPart): KnownPart | undefined {
  const alike = left.filter(({ extension }) => extension === part.extension);
  const rank = (own: KnownPart) => Number(own.call === part.call) + Number(own.direction === part.direction);
  const best = alike.sort((one, other) => rank(other) - rank(one))[0];
  if (best !== undefined) left.splice(left.indexOf(best), 1);
  return best;
}

function differenceOf(part: CdrPart, ours: KnownPart): Difference[] {
  const corrected = correct(part, ours);
  if (corrected === null) return [];
  const what: ('status' | 'end' | 'talk')[] = [];
  if (corrected.outcome !== ours.outcome) what.push('status');
  if (corrected.endedAt !== ours.endedAt) what.push('end');
  if (Math.abs(corrected.talkedMs - ours.talkedMs) > toleranceMs) what.push('talk');
  return [{ kind: 'different', part, ours, corrected, what }];
}

type AnsweredPart = CdrPart & { readonly answeredAt: number };

function isAnswered(part: CdrPart): part is AnsweredPart {
  return part.answeredAt !== null;
}

/** @returns null: the two agree as far as the CDR knows */
function correct(part: CdrPart, ours: KnownPart): KnownPart | null {
  if (isAnswered(part)) return ours.outcome === 'completed' ? correctTalk(part, ours) : completed(part, ours);
  if (ours.outcome === 'completed') return null;
  return correctRing(part, ours);
}

function completed(part: AnsweredPart, ours: KnownPart): KnownPart {
  const { outcome, endedAt, talkedMs } = part;
  const isRungBefore = ours.startedAt >= part.startedAt - toleranceMs && ours.startedAt <= part.answeredAt;
  const startedAt = isRungBefore ? ours.startedAt : part.startedAt;
  return { ...ours, outcome, startedAt, endedAt, talkedMs: Math.min(talkedMs, endedAt - startedAt) };
}

/** In a conversation of which both know, the end is the CDR's, and the talk no longer than it can have been. */
function correctTalk(part: AnsweredPart, ours: KnownPart): KnownPart | null {
  if (!part.knows.end) return null;
  const endedAt = isFar(part.endedAt, ours.endedAt) ? part.endedAt : ours.endedAt;
  const moved = Math.max(0, ours.talkedMs + endedAt - ours.endedAt);
  const talkedMs = isAnswerKnown(part, ours) && isFar(part.talkedMs, moved) ? part.talkedMs : moved;
  const atMost = talkedMs > part.talkedMs + toleranceMs ? part.talkedMs : talkedMs;
  const isSame = endedAt === ours.endedAt && atMost === ours.talkedMs;
  return isSame ? null : { ...ours, endedAt, talkedMs: atMost };
}

/** A phone that rang before the channel was answered is what answered it; else a menu or queue may have. */
function isAnswerKnown(part: AnsweredPart, ours: KnownPart): boolean {
  return part.knows.answer && ours.startedAt <= part.answeredAt - 1000;
}

/** `busy` and `no-answer` are the channel driver's taste (a declined call is either); that a colleague took the call is known. */
function correctRing(part: CdrPart, ours: KnownPart): KnownPart | null {
  const isTaken = part.outcome === 'answered-elsewhere' && ours.outcome === 'no-answer';
  const endedAt = part.knows.end && isFar(part.endedAt, ours.endedAt) ? part.endedAt : ours.endedAt;
  if (!isTaken && endedAt === ours.endedAt) return null;
  return { ...ours, outcome: isTaken ? part.outcome : ours.outcome, endedAt };
}

/** The CDR has whole seconds, as the CRM has. */
function isFar(one: number, other: number): boolean {
  return Math.abs(Math.floor(one / 1000) - Math.floor(other / 1000)) * 1000 > toleranceMs;
}
