import type { Answer } from '../crm/answer.ts';
import type { Which } from '../crm/which.ts';

/** A certificate as it was shown, whether or not it is trusted. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
  /** Why it is not trusted, as OpenSSL names it; null: it is. */
  readonly objection: string | null;
}

export interface CrmSeen {
  /** To a callback that does nothing, with the token of the settings. */
  readonly answer: Answer;
  /** How long that took. */
  readonly tookMs: number;
  /** To the same with a token that is certainly wrong; null: not asked. */
  readonly answerToWrongToken: Answer | null;
  readonly which: Which;
  /** By how much the Date of its answers is ahead of our clock; null: they have none. */
  readonly aheadMs: number | null;
  /** null: it is spoken to without TLS, or no connection came about. */
  readonly certificate: Certificate | null;
  /** Whether the CRM's own pages can be read, so that one that is not there is not installed. */
  readonly arePagesOpen: boolean;
  /** Of the page of our module: what it answers to whoever brings no token; null: nothing. */
  readonly modulePage: { readonly status: number; readonly body: string } | null;
}
