import type { Party } from '../call/call-event.ts';
import { dialledNumber, isOutsideNumber, type Rules } from '../call/classify.ts';
import type { Linkedid } from '../call/ids.ts';
import type { CdrRecord } from '../cdr/cdr-record.ts';

/** Somebody behind a trunk, in one call. */
export interface Outsider {
  readonly call: Linkedid;
  readonly party: Party;
  /** The number that he called; '' for one whom we called. */
  readonly line: string;
  readonly hasCalled: boolean;
  readonly start: number;
  readonly end: number;
}

/** Who is behind a trunk's channel, of which there is a row. */
export function outsiderOf(channel: string, records: readonly CdrRecord[], rules: Rules): Outsider {
  const own = records.filter((record) => record.channel === channel || record.dstchannel === channel);
  const calledBy = own.find(({ dstchannel }) => dstchannel === channel);
  const calling = own.find((record) => record.channel === channel && record.lastapp !== 'AppDial');
  // Whom a call of ours reached may go on to run a dialplan; who called in may be joined to somebody as party B.
  const hasCalled = calling !== undefined && (calledBy === undefined || calling.start < calledBy.start);
  const first = own[0] as CdrRecord;
  const span = { start: first.start, end: Math.max(...own.map(({ end }) => end)) };
  const party = hasCalled
    ? { number: calling.src, name: calling.name }
    : { number: numberCalled(calledBy ?? first), name: '' };
  const line = hasCalled ? lineOf(calling, rules) : '';
  return { call: callOf(first), party, line, hasCalled, ...span };
}

/** The call's first channel has its id; without a linkedid it is that of the row in which the call began. */
export function callOf({ linkedid, uniqueid }: CdrRecord): Linkedid {
  return (linkedid ?? uniqueid) as Linkedid;
}

/** What a phone dialled: the row's extension, unless the dialplan went on from there. */
export function numberCalled({ dst, lastdata }: CdrRecord): string {
  return /^\+?[0-9*#]+$/.test(dst) ? dst : dialledNumber(lastdata.replace(/,.*/s, ''));
}

/** Transfers and Goto change the extension that a caller is in: what is left of his own may be one of ours. */
function lineOf({ did, dst }: CdrRecord, rules: Rules): string {
  return did || (isOutsideNumber(dst, rules) ? dst : '');
}
