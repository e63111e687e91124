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
  /** The id of the user to whom the customer is assigned. */
  readonly owner?: number;
}

/** One row of vtiger_pbxmanager, with the CRM's times as it keeps them: texts in its own zone. */
export interface CallRow {
  readonly id: number;
  readonly sourceuuid: string;
  readonly direction: 'inbound' | 'outbound';
  /** The extension of the row's user. */
  user: string;
  status: string;
  customerNumber: string;
  customerId: number | null;
  customerType: string | null;
  startTime: string | null;
  endTime: string | null;
  /** Seconds; 0 until somebody says otherwise. */
  totalDuration: number;
  billDuration: number;
  /** null where the CRM has an empty text. */
  recordingUrl: string | null;
  readonly line: string;
}

export const noDate = '0000-00-00 00:00:00';

/** Lengths of the columns. What is longer is cut without a word (MariaDB without STRICT, as the CRM demands it). */
export const columnLength = {
  sourceuuid: 100,
  status: 20,
  customerNumber: 100,
  line: 100,
  recordingUrl: 200,
} as const;

/** A text as the column keeps it. Its character set has no room for characters of four bytes. */
export function storedText(text: string, length: number): string {
  const basic = text.replace(/[\u{10000}-\u{10ffff}]/gu, '????');
  return basic.slice(0, length);
}

/** Texts compare without regard to case and to blanks at the end (collation utf8_general_ci, measured). */
export function isSameText(one: string, other: string): boolean {
  return collated(one) === collated(other);
}

function collated(text: string): string {
  return text.replace(/ +$/, '').toLowerCase();
}

/** What MariaDB makes of a text in a DATETIME column: the zone and fractions are ignored, what is no date becomes zero. */
export function storedTime(text: string): string {
  const match = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?/.exec(text);
  if (match === null) return noDate;
  const [year = '', month = '', day = '', ...clock] = match.slice(1).map((part = '') => part.padStart(2, '0'));
  const stored = `${year}-${month}-${day} ${clock.join(':')}`;
  return isDate(stored) ? stored : noDate;
}

/** Date.parse() lets the 31st of February pass as the 3rd of March. */
function isDate(stored: string): boolean {
  const ms = Date.parse(`${stored.replace(' ', 'T')}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(stored.slice(0, 10));
}

/** What it makes of a text in an INT column: `61.7` is 62, `00:01:00` is 0, and what is too large is the largest. */
export function storedNumber(text: string): number {
  const number = Number.parseFloat(text);
  return Number.isNaN(number) ? 0 : clamp(Math.round(number));
}

const largest = 2 ** 31 - 1;

function clamp(number: number): number {
  return Math.max(-largest - 1, Math.min(largest, number));
}

/** The date zero is a moment to PHP: the last day of November of the year -1. */
const noDateSeconds = Date.UTC(-1, 10, 30) / 1000;

/** Seconds from one stored time to another, as the column holds them. */
export function secondsBetween(from: string, to: string): number {
  return clamp(secondsOf(to) - secondsOf(from));
}

function secondsOf(stored: string): number {
  return stored === noDate ? noDateSeconds : Date.parse(`${stored.replace(' ', 'T')}Z`) / 1000;
}
