import type { Outcome } from '../call/call-event.ts';
import type { Rules } from '../call/classify.ts';
import type { Extension } from '../call/ids.ts';
import type { CdrRecord } from '../cdr/cdr-record.ts';
import type { CdrPart } from './cdr-call.ts';
import type { Meeting, Relations } from './meetings.ts';
import { type Outsider, outsiderOf } from './outsiders.ts';
import { isAnswered, type Piece, piecesOf } from './pieces.ts';

interface Rung {
  readonly extension: Extension;
  readonly pieces: readonly [Piece, ...Piece[]];
}

/** The parts of those who were rung for somebody from outside, or got him from a colleague. */
export function rungParts(relations: Relations, records: readonly CdrRecord[], rules: Rules): CdrPart[] {
  const meetings = relations.meetings.filter((meeting) => !isRedirected(meeting, records));
  const calls = new Map<string, { readonly outsider: Outsider; readonly meetings: Meeting[] }>();
  for (const meeting of meetings) {
    const outsider = outsiderOf(meeting.outsider, records, rules);
    const call = calls.get(outsider.call) ?? { outsider, meetings: [] };
    call.meetings.push(meeting);
    calls.set(outsider.call, call);
  }
  return [...calls.values()].flatMap((call) => partsOfCall(call.outsider, call.meetings, relations, records));
}

function partsOfCall(
  outsider: Outsider,
  meetings: readonly Meeting[],
  { askings }: Relations,
  records: readonly CdrRecord[],
): CdrPart[] {
  const extensions = [...new Set(meetings.map(({ extension }) => extension))];
  const rung = extensions.flatMap((extension) => {
    const own = meetings.filter((meeting) => meeting.extension === extension);
    const [first, ...more] = piecesOf(own, meetings, askings, records);
    return first === undefined ? [] : [{ extension, pieces: [first, ...more] } as const];
  });
  const isPlain = isPlainCall(rung, meetings, askings.length > 0, records);
  return rung.map((each) => partOf(each, rung, outsider, isPlain));
}

/** One who was rung, and at most one who answered, once: nobody was handed on, picked up or parked. */
function isPlainCall(
  rung: readonly Rung[],
  meetings: readonly Meeting[],
  isAsked: boolean,
  records: readonly CdrRecord[],
): boolean {
  const answered = rung.flatMap(({ pieces }) => pieces.filter(isAnswered));
  const phones = answered.flatMap((piece) => piece.phones);
  const isSeveral = phones.some((phone) => meetings.filter((meeting) => meeting.phone === phone).length > 1);
  const isMoved = records.some(({ lastapp }) => /^(AppDial|Park|ParkedCall|Pickup|Bridge)$/.test(lastapp));
  const isGone = answered.length > 0 && rung.some(({ pieces }) => pieces.some(({ isDoubtful }) => isDoubtful));
  return answered.length <= 1 && !isSeveral && !isMoved && !isGone && !isAsked;
}

function partOf({ extension, pieces }: Rung, rung: readonly Rung[], outsider: Outsider, isPlain: boolean): CdrPart {
  const { call, party, line } = outsider;
  const who = { call, extension, direction: 'inbound', party, line, ring: pieces.length } as const;
  const answered = pieces.filter(isAnswered);
  const [first] = answered;
  if (first !== undefined) {
    return {
      ...who,
      startedAt: first.start,
      answeredAt: first.answer,
      endedAt: Math.max(...answered.map(({ end }) => end)),
      talkedMs: answered.reduce((sum, { answer, end }) => sum + end - answer, 0),
      outcome: 'completed',
      earlier: earlierRings(pieces, first),
      lostAt: null,
      knows: { existence: true, end: isPlain, answer: isPlain && answered.every(({ isAnswerSure }) => isAnswerSure) },
    };
  }
  return unansweredPart(who, pieces, rung, isPlain);
}

function unansweredPart(
  who: Pick<CdrPart, 'call' | 'extension' | 'direction' | 'party' | 'line' | 'ring'>,
  pieces: Rung['pieces'],
  rung: readonly Rung[],
  isPlain: boolean,
): CdrPart {
  const last = pieces.reduce((_, piece) => piece);
  const taken = rung.filter(({ extension }) => extension !== who.extension).flatMap(firstAnswer);
  const takenAt = taken.filter((at) => at >= last.start).sort((one, other) => one - other)[0];
  const outcome: Outcome = last.isBusy ? 'busy' : takenAt === undefined ? 'no-answer' : 'answered-elsewhere';
  return {
    ...who,
    startedAt: last.start,
    answeredAt: null,
    // A ring that a colleague picks up ends in the CDR as it begins (Asterisk 16 and 22, captured).
    endedAt: last.isDoubtful && takenAt !== undefined ? takenAt : last.end,
    talkedMs: 0,
    outcome,
    earlier: earlierRings(pieces, last),
    lostAt: takenAt !== undefined && takenAt > last.end && !last.isDoubtful ? takenAt : null,
    knows: { existence: !pieces.every(({ isDoubtful }) => isDoubtful), end: isPlain, answer: false },
  };
}

function earlierRings(pieces: readonly Piece[], counting: Piece): CdrPart['earlier'] {
  const before = pieces.slice(0, pieces.indexOf(counting));
  return before.map(({ start, end }, index) => ({ ring: index + 1, startedAt: start, endedAt: end }));
}

/** One who takes a call back that he had is no rival of those who let it ring meanwhile. */
function firstAnswer({ pieces }: Rung): number[] {
  return pieces
    .filter(isAnswered)
    .slice(0, 1)
    .map(({ answer }) => answer);
}

/** A phone that answers 302 leaves a row of no length, and beside it one with the Local channel that it asked for. */
function isRedirected({ record, answer }: Meeting, records: readonly CdrRecord[]): boolean {
  if (answer !== null || record.end > record.start) return false;
  return records.some(
    (other) =>
      other.channel === record.channel &&
      other.lastdata === record.lastdata &&
      other.dstchannel.startsWith('Local/') &&
      Math.abs(other.start - record.start) <= 1000,
  );
}
