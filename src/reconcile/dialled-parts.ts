import type { Outcome } from '../call/call-event.ts';
import { isExtension, isOutsideNumber, type Rules } from '../call/classify.ts';
import type { CdrRecord } from '../cdr/cdr-record.ts';
import type { CdrPart } from './cdr-call.ts';
import type { Dial, Relations } from './meetings.ts';
import { callOf, numberCalled } from './outsiders.ts';

/** A part of who placed a call, with the phone on which he did. */
export interface DialledPart {
  readonly part: CdrPart;
  readonly phone: string;
}

/** The parts of those who placed a call from their phones, or by a click. */
export function dialledParts(relations: Relations, records: readonly CdrRecord[], rules: Rules): DialledPart[] {
  const phones = [...new Set(relations.dials.map(({ phone }) => phone))];
  return phones.flatMap((phone) => {
    const dials = relations.dials.filter((dial) => dial.phone === phone);
    const part = partOf(dials, records, rules);
    return part === null ? [] : [{ part, phone }];
  });
}

function partOf(dials: readonly Dial[], records: readonly CdrRecord[], rules: Rules): CdrPart | null {
  const ringing = dials.filter(({ record }) => record.dstchannel !== '');
  const tried = ringing[0] ?? dials.find((dial) => isFailed(dial, rules));
  // A feature code, a conference, a parked call: nobody was called.
  if (tried === undefined) return null;
  const { extension, record } = tried;
  const direction = isInside(ringing, record, rules) ? 'internal' : 'outbound';
  const party = { number: numberCalled(record), name: '' };
  const who = {
    call: callOf(record),
    extension,
    direction,
    party,
    line: '',
    ring: 1,
    earlier: [],
    lostAt: null,
    startedAt: record.start,
  } as const;
  const answered = ringing.filter((dial) => dial.record.disposition === 'answered');
  const [first] = answered;
  if (first === undefined) return { ...who, ...unanswered(ringing, record) };
  const whole = records.filter(({ channel, dstchannel }) => channel === first.phone || dstchannel === first.phone);
  const answeredAt = Math.max(first.record.answer ?? first.record.start, first.record.start);
  const endedAt = Math.max(...whole.map(({ end }) => end));
  const isPlain = answered.length === 1 && whole.every(({ lastapp }) => lastapp === first.record.lastapp);
  return {
    ...who,
    answeredAt,
    endedAt,
    talkedMs: endedAt - answeredAt,
    outcome: 'completed',
    // A click's channel was answered when its user took up his own phone, and the customer's answer is in no row.
    knows: { existence: true, end: isPlain, answer: false },
  };
}

function unanswered(ringing: readonly Dial[], record: CdrRecord) {
  const last = ringing.at(-1)?.record ?? record;
  const outcome: Outcome = last.disposition === 'busy' ? 'busy' : 'no-answer';
  // Behind an unanswered Dial the dialplan may let him hear a word or a tone, and that is in the record's time.
  const end = ringing.length === 1 && last.lastapp === 'Dial';
  const knows = { existence: last.disposition !== 'failed', end, answer: false };
  return { answeredAt: null, endedAt: last.end, talkedMs: 0, outcome, knows };
}

/** The phone dialled a number outside and nothing was rung for it: the trunk was down. A channel that was answered reached an application. */
function isFailed({ record }: Dial, rules: Rules): boolean {
  return record.answer === null && record.disposition !== 'answered' && isOutsideNumber(record.dst, rules);
}

function isInside(ringing: readonly Dial[], record: CdrRecord, rules: Rules): boolean {
  const reached = ringing.flatMap((dial) => dial.reached);
  if (reached.some(({ endpoint }) => endpoint.kind === 'trunk')) return false;
  return reached.length > 0 || isExtension(numberCalled(record), rules);
}
