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
  const begun = Math.min(...[...missing, ...known].map(begunAt));
  const answers = [...missing.map(({ answeredAt }) => answeredAt), ...known.map(answerOf)].filter((at) => at !== null);
  const told = missing.flatMap((part): CallEvent[] => {
    const leg = legOf(part);
    const isFirst = known.length === 0 && part === firstOf(missing);
    const isHandedOn = answers.some((at) => at < part.startedAt);
    const turn = isFirst ? 'first' : isHandedOn ? 'handedOn' : 'waiting';
    const rang = { kind: 'rang', leg, at: part.startedAt, turn, waitedMs: part.startedAt - begun } as const;
    const { answeredAt } = part;
    const answered = answeredAt === null ? [] : [{ kind: 'answered', leg, at: answeredAt } as const];
    return [rang, ...answered, endedOf(part)];
  });
  return told
    .map((event, index) => ({ event, index }))
    .sort((one, other) => timeOf(one.event) - timeOf(other.event) || one.index - other.index)
    .map(({ event }) => event);
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

function begunAt(part: CdrPart | KnownPart): number {
  return 'begunAt' in part ? part.begunAt : part.startedAt;
}

function timeOf(event: CallEvent): number {
  return event.at;
}

/** When a part of which only its length is known was answered, at the earliest. */
function answerOf({ outcome, endedAt, talkedMs }: KnownPart): number | null {
  return outcome === 'completed' ? endedAt - talkedMs : null;
}

function firstOf(parts: readonly CdrPart[]): CdrPart | undefined {
  return parts.toSorted((one, other) => one.begunAt - other.begunAt)[0];
}
