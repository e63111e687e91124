import type { CdrRecord } from './cdr-record.ts';

/** Rows of a period, from wherever this Asterisk keeps them. */
export interface CdrSource {
  /** What it is, for people. */
  readonly title: string;
  /** The rows that begin in this span (epoch milliseconds, `until` excluded), in no order. */
  read(from: number, until: number): Promise<CdrRecord[]>;
  close(): Promise<void>;
}

/** The CDR cannot be read; the message is a sentence for the operator. */
export class CdrRefused extends Error {
  override readonly name = 'CdrRefused';
}
