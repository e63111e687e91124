import type { CdrRecord } from '../cdr/cdr-record.ts';
import type { Asking, Meeting } from './meetings.ts';

/** One ring of one phone for somebody from outside, with the conversation that it led to. */
export interface Piece {
  readonly phones: readonly string[];
  readonly start: number;
  readonly answer: number | null;
  /** Whether `answer` is when the phone answered, and not when a menu or queue had. */
  readonly isAnswerSure: boolean;
  readonly end: number;
  readonly isBusy: boolean;
  /** It was gone within the second, or was not reached: it may never have rung. */
  readonly isDoubtful: boolean;
}

/** One in which somebody answered. */
export type Answered<T extends { readonly answer: number | null }> = T & { readonly answer: number };

export function isAnswered<T extends { readonly answer: number | null }>(each: T): each is Answered<T> {
  return each.answer !== null;
}

/** The rings of one user on behalf of one outsider, the first one first. His phones that ring together are one ring. */
export function piecesOf(
  own: readonly Meeting[],
  all: readonly Meeting[],
  askings: readonly Asking[],
  records: readonly CdrRecord[],
): Piece[] {
  const phones = [...new Set(own.map(({ phone }) => phone))];
  const pieces = phones
    .map((phone) =>
      pieceOf(
        phone,
        own.filter((meeting) => meeting.phone === phone),
        all,
        askings,
        records,
      ),
    )
    .filter(({ start, end }) => end >= start)
    .sort((one, other) => one.start - other.start);
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    if (before !== undefined && ringTogether(before, piece)) joined[joined.length - 1] = join(before, piece);
    else joined.push(piece);
  }
  return joined;
}

function pieceOf(
  phone: string,
  own: readonly Meeting[],
  all: readonly Meeting[],
  askings: readonly Asking[],
  records: readonly CdrRecord[],
): Piece {
  // Before the colleague who rang it has left, it is his and not the caller's.
  const left = Math.max(0, ...askings.filter((asking) => asking.phone === phone).map(({ until }) => until));
  const start = Math.max(left, Math.min(...own.map((meeting) => meeting.start)));
  const [first] = own.filter(isAnswered).sort((one, other) => one.answer - other.answer);
  const end = Math.max(...own.map((meeting) => meeting.end));
  if (first === undefined) {
    const isBusy = own.some(({ record }) => record.disposition === 'busy');
    const isReached = own.some(({ record }) => record.disposition !== 'failed');
    const isDoubtful = !isBusy && (!isReached || end === start);
    return { phones: [phone], start, answer: null, isAnswerSure: false, end, isBusy, isDoubtful };
  }
  // What he did on this phone besides, such as asking a colleague, is part of the conversation: the caller was his meanwhile.
  const whole = records.filter(({ channel, dstchannel }) => channel === phone || dstchannel === phone);
  return {
    phones: [phone],
    start,
    ...answerOf(first, start, all),
    end: Math.max(end, ...whole.map((record) => record.end)),
    isBusy: false,
    isDoubtful: false,
  };
}

/** How close together the rings of one round are. */
const roundMs = 2000;

/**
 * A channel that a menu or queue has answered is "answered" from the start of each later row. If phones rang beside this
 * one and stopped before its end, that was when it answered.
 */
function answerOf(
  meeting: Answered<Meeting>,
  start: number,
  all: readonly Meeting[],
): Pick<Piece, 'answer' | 'isAnswerSure'> {
  const { answer, record, end } = meeting;
  const told = Math.max(answer, start);
  if (record.answer !== null && record.answer > record.start && record.lastapp === 'Dial')
    return { answer: told, isAnswerSure: true };
  const losers = all.filter(
    (other) =>
      other.answer === null &&
      other.phone !== meeting.phone &&
      Math.abs(other.start - meeting.start) <= roundMs &&
      other.end < end,
  );
  return { answer: Math.max(told, ...losers.map((loser) => loser.end)), isAnswerSure: false };
}

function ringTogether(before: Piece, after: Piece): boolean {
  return after.start < before.end || after.start === before.start;
}

function join(one: Piece, other: Piece): Piece {
  const both = { phones: [...one.phones, ...other.phones], start: one.start };
  const answering = [one, other].find(isAnswered);
  if (answering !== undefined) return { ...answering, ...both };
  return {
    ...one,
    ...both,
    end: Math.max(one.end, other.end),
    isBusy: one.isBusy && other.isBusy,
    isDoubtful: one.isDoubtful && other.isDoubtful,
  };
}
