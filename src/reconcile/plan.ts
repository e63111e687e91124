import type { CallEvent, Talk } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';
import type { CdrCall, CdrPart, CdrRecording, CdrUnrung } from './cdr-call.ts';
import type { Compared, Difference, KnownPart } from './compare.ts';
import { endedOf, finishedOf, legOf, missedEvents } from './repair-events.ts';

type Different = Extract<Difference, { kind: 'different' }>;
type Finished = Extract<CallEvent, { kind: 'finished' }>;

/** What has to be told and kept so that one call (one id) is as the CDR has it. */
export interface Repair {
  readonly call: Linkedid;
  /** What was never told, under the keys that live telling would have used. */
  readonly events: readonly CallEvent[];
  /** What was told otherwise: under keys of its own. */
  readonly corrections: readonly CallEvent[];
  readonly history: readonly KnownPart[];
  readonly unrung: CdrUnrung | null;
  readonly recordings: readonly CdrRecording[];
  readonly talks: readonly Talk[];
  readonly endedAt: number;
}

export function repairsOf({ call, differences, matched }: Compared): Repair[] {
  const ids = [...new Set(differences.map(callOf))];
  return ids.map((id) =>
    repairOf(
      id,
      differences.filter((difference) => callOf(difference) === id),
      matched,
      call,
    ),
  );
}

function callOf(difference: Difference): Linkedid {
  if (difference.kind === 'unrung') return difference.unrung.call;
  return difference.kind === 'missing' ? difference.part.call : difference.ours.call;
}

function repairOf(id: Linkedid, differences: readonly Difference[], matched: readonly KnownPart[], call: CdrCall) {
  const missing = differences.flatMap((each) => (each.kind === 'missing' ? [each.part] : []));
  const different = differences.filter((each) => each.kind === 'different');
  const unrung = differences.flatMap((each) => (each.kind === 'unrung' ? [each.unrung] : []))[0] ?? null;
  const known = matched.filter((part) => part.call === id);
  const isTold = known.length > 0;
  const corrected = new Map(different.map((each) => [each.ours, each.corrected]));
  const whole = [...known.map((part) => corrected.get(part) ?? part), ...missing];
  const finished = whole.length === 0 ? [] : [finishedOf(whole)];
  const live = missedEvents(missing, known);
  return {
    call: id,
    events: isTold ? live : [...live, ...finished],
    corrections: isTold
      ? [...different.flatMap(correctionsOf), ...finished.flatMap(ownerAgain(missing)), ...finished]
      : [],
    history: [...missing, ...corrected.values()].map(keptOf),
    unrung,
    recordings: call.recordings.filter((recording) => recording.call === id),
    talks: talksOf(whole),
    endedAt: call.endedAt,
  };
}

/** Who turns out to have talked answered at last; a CRM with one record for a call learns by that whose it is. */
function correctionsOf({ part, ours, corrected }: Different): CallEvent[] {
  const isNew = ours.outcome !== 'completed' && part.answeredAt !== null;
  const answered = isNew ? [{ kind: 'answered', leg: legOf(corrected), at: part.answeredAt } as const] : [];
  return [...answered, endedOf(corrected)];
}

/** Of one who answered before the owner is told only now; a CRM with one record for a call would take him for the last. */
function ownerAgain(missing: readonly CdrPart[]) {
  const isAnswered = missing.some(({ answeredAt }) => answeredAt !== null);
  return ({ owner, at }: Finished): CallEvent[] => {
    const isAmong = missing.some(({ extension }) => extension === owner.extension);
    return isAnswered && !isAmong ? [{ kind: 'answered', leg: owner, at }] : [];
  };
}

function keptOf(part: CdrPart | KnownPart): KnownPart {
  const { call, extension, direction, party, line, ring, startedAt, endedAt, talkedMs, outcome } = part;
  return { call, extension, direction, party, line, ring, startedAt, endedAt, talkedMs, outcome };
}

function talksOf(parts: readonly (CdrPart | KnownPart)[]): Talk[] {
  const talked = parts.filter(({ outcome }) => outcome === 'completed');
  const last = Math.max(...talked.map(({ endedAt }) => endedAt));
  return talked.map((part) => ({
    leg: legOf(part),
    from: part.endedAt - part.talkedMs,
    until: part.endedAt,
    last: part.endedAt === last,
  }));
}
