import type { People } from './pbxmanager-people.ts';
import { type CallRow, columnLength, isSameText, storedNumber, storedText, storedTime } from './pbxmanager-row.ts';

/** What a callback works on. */
export interface CallTable {
  readonly rows: CallRow[];
  readonly people: People;
  /** The CRM's own time, as it would store it. */
  now(): string;
  /** The settings' outbound trunk, which only vTiger's own PBXManager has. */
  readonly trunk: string;
  /** As its own installer leaves it, SalesPlatform dies of a further ring before the row is changed (measured). */
  readonly diesOfFurtherRing: boolean;
}

/** A form parameter by its name, which is case-sensitive; '' if it is missing, which PBXManager cannot tell apart. */
export type Param = (name: string) => string;

/** The rows that a callback created or changed, the XML with which it was answered, or the words with which PHP died. */
export type Effect = readonly CallRow[] | { readonly xml: string } | { readonly died: string };

export type Callbacks = Readonly<Record<string, (param: Param, table: CallTable) => Effect>>;

export const untouched: Effect = [];

/** Having found a row it changes those with that row's callUUID, which it has by then escaped for HTML: none with an `&`. */
export function change(rows: readonly CallRow[], changed: (row: CallRow) => Partial<CallRow>): readonly CallRow[] {
  for (const row of rows) if (!/[&<>"']/.test(row.sourceuuid)) Object.assign(row, changed(row));
  return rows;
}

export function rowsOfCall(table: CallTable, param: Param): readonly CallRow[] {
  return table.rows.filter((row) => isSameText(row.sourceuuid, param('callUUID')));
}

/** The number in `SIP/101-00000001`; undefined where there is no slash. */
export function numberOfChannel(channel: string): string | undefined {
  return channel.split('-')[0]?.split('/')[1];
}

/** EndCall overwrites all four; what is missing becomes zero. */
export function endedBy(param: Param): Partial<CallRow> {
  return {
    startTime: storedTime(param('starttime')),
    endTime: storedTime(param('endtime')),
    totalDuration: storedNumber(param('duration')),
    billDuration: storedNumber(param('billableseconds')),
  };
}

export function recordedBy(param: Param): Partial<CallRow> {
  return { recordingUrl: storedText(param('recordinglink'), columnLength.recordingUrl) || null };
}

export function statusOf(cause: string, hangupCause: string): string {
  switch (cause) {
    case 'Normal Clearing':
      return hangupCause === 'NO ANSWER' ? 'no-answer' : 'completed';
    case 'User busy':
    case 'Call Rejected':
      return 'busy';
    default:
      return storedText(cause, columnLength.status);
  }
}
