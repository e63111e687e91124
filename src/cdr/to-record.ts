import type { CdrFields, CdrRecord, Disposition } from './cdr-record.ts';

/** As text, and as the numbers that a numeric column or CDR(disposition,u) has (include/asterisk/cdr.h). */
const dispositions: Readonly<Record<string, Disposition>> = {
  ANSWERED: 'answered',
  'NO ANSWER': 'no-answer',
  NOANSWER: 'no-answer',
  BUSY: 'busy',
  '0': 'no-answer',
  '1': 'no-answer',
  '4': 'busy',
  '8': 'answered',
};

/**
 * A row of a CDR. FreePBX's table has no answer and no end: they follow from the start and the two durations.
 *
 * @param time reads a time of this CDR
 * @returns null: without an id or a start it says nothing, as of a line of which only a half has been written
 */
export function toRecord(
  fields: CdrFields,
  time: (text: string, near: number | null) => number | null,
): CdrRecord | null {
  const { uniqueid = '', channel = '' } = fields;
  const start = time(text(fields, 'start', 'calldate'), madeAt(uniqueid));
  const disposition = dispositions[text(fields, 'disposition').toUpperCase()] ?? 'failed';
  if (uniqueid === '' || channel === '' || start === null || text(fields, 'disposition') === '') return null;
  const end = time(text(fields, 'end'), start) ?? start + seconds(fields, 'duration');
  return {
    uniqueid,
    linkedid: text(fields, 'linkedid') || null,
    channel: wholeName(channel),
    dstchannel: wholeName(text(fields, 'dstchannel')),
    src: text(fields, 'src') || text(fields, 'cnum'),
    name: text(fields, 'cnam') || callerName(text(fields, 'clid')),
    dst: text(fields, 'dst'),
    did: text(fields, 'did'),
    lastapp: text(fields, 'lastapp'),
    lastdata: text(fields, 'lastdata'),
    disposition,
    start,
    answer: answerOf(fields, time, { start, end, disposition }),
    end,
    recording: text(fields, 'recordingpath', 'recordingfile'),
  };
}

/** When a channel was made, in epoch milliseconds, which its uniqueid begins with; null: of one whose id somebody chose. */
export function madeAt(uniqueid: string): number | null {
  const found = /(?:^|-)(\d{9,10})\.\d+$/.exec(uniqueid);
  return found === null ? null : Number(found[1]) * 1000;
}

function text(fields: CdrFields, name: string, otherwise = name): string {
  return (fields[name] ?? fields[otherwise] ?? '').trim();
}

function seconds(fields: CdrFields, name: string): number {
  const value = Number(text(fields, name));
  return Number.isFinite(value) ? Math.max(0, value) * 1000 : 0;
}

function answerOf(
  fields: CdrFields,
  time: (text: string, near: number | null) => number | null,
  { start, end, disposition }: Pick<CdrRecord, 'start' | 'end' | 'disposition'>,
): number | null {
  if (fields['answer'] !== undefined) return time(text(fields, 'answer'), start);
  const billed = seconds(fields, 'billsec');
  return billed > 0 || disposition === 'answered' ? Math.max(start, end - billed) : null;
}

/** A channel that took another one's place for a moment has a mark behind its name. */
function wholeName(channel: string): string {
  return channel.replace(/<[A-Z]+>$/, '').replace(/^AsyncGoto\//, '');
}

/** `"Ivan" <79211001011>`. */
function callerName(clid: string): string {
  return (/^(.*)<[^<>]*>$/.exec(clid)?.[1] ?? '').trim().replace(/^"|"$/g, '');
}
