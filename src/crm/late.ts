import type { Callback } from './callback.ts';

/** How a record is told whose call is over before the CRM has heard of it. Keys, each in the order of the callbacks. */
export interface CatchUp {
  /** Would only prolong its popup, or open it again: the record's final row is the same without. */
  readonly unneeded: readonly string[];
  /** Follow the opening callback at once, so that its popup is gone as soon as can be. */
  readonly closing: readonly string[];
}

/** It has not ended, or nothing opens it. */
const asItIs: CatchUp = { unneeded: [], closing: [] };

/**
 * A record is made by a callback that opens its popup, whatever became of the call since: there is no other way to make one.
 *
 * @param waiting all callbacks of a record, or of its call, that are not yet delivered, in order; the first is about to be sent
 */
export function catchUp(waiting: readonly Callback[]): CatchUp {
  const [opening] = waiting;
  if (opening?.kind === 'StartApp') return vanilla(opening, waiting);
  return opening?.kind === 'DialBegin' ? salesPlatform(opening, waiting) : asItIs;
}

/** The record is the callUUID's, not the call's, and only its final ring's end ends it. */
function salesPlatform(opening: Callback, waiting: readonly Callback[]): CatchUp {
  const record = waiting.filter(({ params }) => params['callUUID'] === opening.params['callUUID']);
  const begins = record.filter(({ kind }) => kind === 'DialBegin');
  // A further ring renames the party. One of the same party changes nothing but the status.
  const renaming = begins.filter((begin, index) => index > 0 && ends(begin) !== ends(begins[index - 1]));
  const hangups = lastOfEach(record, 'Hangup', 'callerIdNum');
  const kept = [opening, ...renaming, ...hangups, ...lastOfEach(record, 'EndCall', 'callUUID')];
  return summary(record, kept, ({ kind }) => kind === 'DialBegin' || kind === 'DialAnswer');
}

/** The record is the call's. Who is no user's extension leaves some records to who had them before: the last word of each counts. */
function vanilla(opening: Callback, record: readonly Callback[]): CatchUp {
  const answers = lastOfEach(record, 'DialAnswer', 'callerid2');
  const kept = [
    opening,
    ...answers,
    ...lastOfEach(record, 'Hangup', 'callUUID'),
    ...lastOfEach(record, 'EndCall', 'callUUID'),
  ];
  return summary(
    record,
    kept,
    ({ kind, params }) => /^(StartApp|DialAnswer)$/.test(kind) || params['causetxt'] === 'ringing',
  );
}

function summary(
  record: readonly Callback[],
  kept: readonly Callback[],
  opens: (callback: Callback) => boolean,
): CatchUp {
  const hasEnded = record.findLastIndex(({ kind }) => kind === 'Hangup') > record.findLastIndex(opens);
  if (!hasEnded) return asItIs;
  const [, ...closing] = record.filter((callback) => kept.includes(callback));
  const unneeded = record.filter((callback) => callback.kind !== 'Record' && !kept.includes(callback));
  return { unneeded: unneeded.map(({ key }) => key), closing: closing.map(({ key }) => key) };
}

function ends(begin: Callback | undefined): string {
  return `${begin?.params['callerIdNumber']} ${begin?.params['dialString']}`;
}

function lastOfEach(record: readonly Callback[], kind: Callback['kind'], param: string): Callback[] {
  const last = new Map<string | undefined, Callback>();
  for (const callback of record) if (callback.kind === kind) last.set(callback.params[param], callback);
  return [...last.values()];
}
