import type { CdrRecord } from '../../src/cdr/cdr-record.ts';

/** When the calls of these tests begin. */
export const begun = Date.parse('2026-11-21T10:00:00Z');

export type RowTimes = readonly [start: number, answer: number | null, end: number];

/**
 * One row, with times in seconds since `begun`.
 *
 * @param from party A, `PJSIP/provider-1`; its uniqueid is made of its name, so that rows of one channel have one
 * @param to party B, or ''
 */
export function row(from: string, to: string, times: RowTimes, more: Partial<CdrRecord> = {}): CdrRecord {
  const [start, answer, end] = times;
  return {
    uniqueid: `${begun / 1000}.${idOf(from)}`,
    linkedid: null,
    channel: from,
    dstchannel: to,
    src: from.includes('provider') ? '79211001011' : (/\d+/.exec(from)?.[0] ?? ''),
    name: '',
    dst: '74951112233',
    did: '',
    lastapp: 'Dial',
    lastdata: to,
    disposition: answer === null ? 'no-answer' : 'answered',
    start: begun + start * 1000,
    answer: answer === null ? null : begun + answer * 1000,
    end: begun + end * 1000,
    recording: '',
    ...more,
  };
}

const ids = new Map<string, number>();

function idOf(channel: string): number {
  const known = ids.get(channel) ?? ids.size + 1;
  ids.set(channel, known);
  return known;
}
