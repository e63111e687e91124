import type { CallEvent, LegFacts } from '../call/call-event.ts';
import type { CdrPart } from './cdr-call.ts';
import type { KnownPart } from './compare.ts';

type Ended = Extract<CallEvent, { kind: 'ended' }>;
type Finished = Extract<CallEvent, { kind: 'finished' }>;

/** The CDR keeps no channel variables that the configuration could ask for. */
export function legOf(part: CdrPart | KnownPart): LegFacts {
  const { call, extension, direction, party, line, ring, startedAt } = part;
  return { call, extension, direction, party, line, ring, startedAt, variables: {} };
}

export function endedOf(part: CdrPart | KnownPart): Ended {
  const { endedAt, outcome, talkedMs } = part;
  return { kind: 'ended', leg: legOf(part), at: endedAt, outcome, talkedMs };
}

/**
 * What live telling would have said of parts that were missed, in the order in which it happened.
 *
 * @param missing parts of one call (one id)
 * @param known what is known of the same call, and has been told
 */
export function missedEvents(missing: readonly CdrPart[], known: readonly KnownPart[]): CallEvent[] {
  const told = missing.flatMap((part) => [
    ...part.earlier.flatMap((ring) => ringEvents(part, ring)),
    ...partEvents(part),
  ]);
  const inOrder = told
    .map((each, index) => ({ ...each, index }))
    .sort((one, other) => one.when - other.when || one.index - other.index)
    .map(({ event }) => event);
  const first = known.length === 0 ? inOrder.findIndex(({ kind }) => kind === 'rang') : -1;
  return inOrder.map((event, index) => (index === first ? ({ ...event, turn: 'first' } as CallEvent) : event));
}

interface Dated {
  readonly when: number;
  readonly event: CallEvent;
}

/** Nobody is to be shown a call anew that is over: whoever is rung later is told as one to whom it was handed on. */
function rangOf(leg: LegFacts): Dated {
  const at = leg.startedAt;
  return { when: at, event: { kind: 'rang', leg, at, turn: 'handedOn', waitedMs: 0 } };
}

function ringEvents(part: CdrPart, { ring, startedAt, endedAt: at }: CdrPart['earlier'][number]): Dated[] {
  const leg = { ...legOf(part), ring, startedAt };
  return [rangOf(leg), { when: at, event: { kind: 'ended', leg, at, outcome: 'no-answer', talkedMs: 0 } }];
}

function partEvents(part: CdrPart): Dated[] {
  const { answeredAt, lostAt, endedAt } = part;
  const leg = legOf(part);
  const answered: Dated[] =
    answeredAt === null ? [] : [{ when: answeredAt, event: { kind: 'answered', leg, at: answeredAt } }];
  const ended = endedOf(part);
  if (lostAt === null) return [rangOf(leg), ...answered, { when: endedAt, event: ended }];
  const missed: Dated = { when: endedAt, event: { ...ended, outcome: 'no-answer' } };
  return [rangOf(leg), missed, { when: lostAt, event: ended }];
}

/** The call as a whole, from all its parts. */
export function finishedOf(parts: readonly (CdrPart | KnownPart)[]): Finished {
  const talks = parts.filter(({ outcome }) => outcome === 'completed');
  const said = talks.length > 0 ? talks : parts;
  const owner = said.reduce((one, other) => (other.endedAt >= one.endedAt ? other : one));
  const isBusy = parts.every(({ outcome }) => outcome === 'busy');
  return {
    kind: 'finished',
    call: owner.call,
    owner: legOf(owner),
    startedAt: Math.min(...parts.map(begunAt)),
    at: Math.max(...said.map(({ endedAt }) => endedAt)),
    outcome: talks.length > 0 ? 'completed' : isBusy ? 'busy' : 'no-answer',
    talkedMs: parts.reduce((sum, { talkedMs }) => sum + talkedMs, 0),
    round: 1,
  };
}

/** When his phone rang for the first time, as far as it is known. */
function begunAt(part: CdrPart | KnownPart): number {
  const [first] = 'earlier' in part ? part.earlier : [];
  return first?.startedAt ?? part.startedAt;
}
