/** A user of the CRM. PBXManager takes a number that stands in any of a user's phone fields for that user. */
export interface CrmUser {
  readonly id: number;
  readonly name: string;
  readonly extension: string;
  readonly phones?: readonly string[];
}

export interface CrmCustomer {
  readonly id: number;
  readonly type: 'Contacts' | 'Leads' | 'Accounts';
  readonly name: string;
  /** As a person wrote it. */
  readonly number: string;
  readonly company?: string;
}

/** One row of vtiger_pbxmanager, with the CRM's times as it keeps them: texts in its own zone. */
export interface CallRow {
  readonly id: number;
  readonly sourceuuid: string;
  direction: 'inbound' | 'outbound';
  /** The extension of the row's user. */
  user: string;
  status: string;
  customerNumber: string;
  customerId: number | null;
  customerType: string | null;
  startTime: string | null;
  endTime: string | null;
  totalDuration: number | null;
  billDuration: number | null;
  recordingUrl: string | null;
  line: string;
}

export const noDate = '0000-00-00 00:00:00';

/** What MariaDB makes of a text in a DATETIME column without STRICT: the zone is ignored, what is no date becomes zero. */
export function storedTime(text: string | undefined): string {
  const match = /^(\d{4})[-/](\d\d)[-/](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? '');
  return match === null ? noDate : `${match[1]}-${match[2]}-${match[3]} ${match[4]}`;
}

/** What it makes of a text in an INT column: `61.7` is 62, `00:01:00` is 0. */
export function storedNumber(text: string | undefined): number {
  const match = /^\s*-?\d+(\.\d+)?/.exec(text ?? '');
  return match === null ? 0 : Math.round(Number(match[0]));
}

/** Seconds from one stored time to another. */
export function secondsBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to.replace(' ', 'T')}Z`) - Date.parse(`${from.replace(' ', 'T')}Z`)) / 1000);
}
