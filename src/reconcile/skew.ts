import type { CdrCall, CdrPart } from './cdr-call.ts';
import type { Known } from './compare.ts';

/** Fewer calls than this might all have been told wrongly. */
const fewest = 5;
/** So large a part of them must differ alike. */
const telling = 0.8;
/** What the comparison overlooks anyway. */
const overlookedMs = 2000;

/** By how much the connector's clock is ahead of Asterisk's, in milliseconds: half of what both saw end differs by more. */
export function clockSkew(calls: readonly CdrCall[], known: Known): number {
  // What ended in one second tells once: at an outage's beginning all calls are taken for ended that were not heard to end.
  const byEnd = new Map(calls.flatMap((call) => endsOf(call, known)).map((end) => [end.ours, end.ours - end.theirs]));
  if (byEnd.size < fewest) return 0;
  const late = [...byEnd.values()];
  const median = late.sort((one, other) => one - other)[Math.floor(late.length / 2)] as number;
  if (Math.abs(median) <= overlookedMs) return 0;
  // After an outage many ends are those of when it began: they differ each by its own time, and a clock by the same.
  const alike = late.filter((ms) => Math.abs(ms - median) <= overlookedMs).length;
  return alike >= late.length * telling ? median : 0;
}

function endsOf({ ids, parts }: CdrCall, known: Known): { readonly ours: number; readonly theirs: number }[] {
  const ours = known.partsOf(ids);
  return parts.flatMap((part) => {
    const own = ours.find(({ call, extension }) => call === part.call && extension === part.extension);
    if (own === undefined || !part.knows.end) return [];
    return [{ ours: Math.floor(own.endedAt / 1000) * 1000, theirs: part.endedAt }];
  });
}

/** The call in the times of the connector's clock, in which the CRM has been told of the others. */
export function shifted(call: CdrCall, ms: number): CdrCall {
  const move = <T extends { readonly startedAt: number; readonly endedAt: number }>(times: T): T => ({
    ...times,
    startedAt: times.startedAt + ms,
    endedAt: times.endedAt + ms,
  });
  const movePart = (part: CdrPart): CdrPart => ({
    ...move(part),
    earlier: part.earlier.map(move),
    lostAt: part.lostAt === null ? null : part.lostAt + ms,
    answeredAt: part.answeredAt === null ? null : part.answeredAt + ms,
  });
  return {
    ...move(call),
    parts: call.parts.map(movePart),
    unrung: call.unrung === null ? null : move(call.unrung),
    recordings: call.recordings.map(move),
  };
}
