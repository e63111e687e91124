import type { Outcome } from '../call/call-event.ts';
import type { CdrPart } from './cdr-call.ts';
import type { KnownPart } from './compare.ts';
import type { Finding, Reconciliation, Remedy } from './reconcile-span.ts';

/** One line of the report, for people and programs alike. Times are epoch milliseconds. */
export interface ReportLine {
  readonly kind: 'missing' | 'unrung' | 'different' | 'untold' | 'extra';
  readonly call: string;
  readonly at: number;
  /** '': nobody's phone rang. */
  readonly extension: string;
  readonly direction: string;
  readonly number: string;
  readonly line: string;
  readonly asterisk: Ending | null;
  readonly ours: Ending | null;
  /** Why the CRM was not told, or what differs. */
  readonly why: string;
  /** null: only a remark. */
  readonly remedy: Remedy | null;
}

export interface Ending {
  readonly outcome: Outcome | 'rang nobody';
  readonly endedAt: number;
  readonly talkedMs: number;
}

/** All findings and remarks, by time. */
export function reportLines({ findings, extra }: Reconciliation): ReportLine[] {
  return [...findings.map(lineOf), ...extra.map(remark)].sort((one, other) => one.at - other.at);
}

function lineOf(finding: Finding): ReportLine {
  const { remedy } = finding;
  if ('untold' in finding) {
    const { untold, told } = finding;
    const why = `${told.kind === 'pending' ? 'waiting' : 'given up'}: ${told.why}`;
    return { kind: 'untold', ...who(untold), asterisk: null, ours: endingOf(untold), why, remedy };
  }
  const { difference } = finding;
  if (difference.kind === 'unrung') {
    const { call, party, line, startedAt: at, endedAt } = difference.unrung;
    const asterisk = { outcome: 'rang nobody', endedAt, talkedMs: 0 } as const;
    const caller = { call, at, extension: '', direction: 'inbound', number: party.number, line };
    return { kind: 'unrung', ...caller, asterisk, ours: null, why: '', remedy };
  }
  const { kind, part } = difference;
  const seen = { ...who(part), asterisk: endingOf(part) };
  if (kind === 'missing') return { kind, ...seen, ours: null, why: '', remedy };
  return { kind, ...seen, ours: endingOf(difference.ours), why: difference.what.join(', '), remedy };
}

function remark(part: KnownPart): ReportLine {
  return { kind: 'extra', ...who(part), asterisk: null, ours: endingOf(part), why: '', remedy: null };
}

function who({ call, startedAt: at, extension, direction, party, line }: CdrPart | KnownPart) {
  return { call, at, extension, direction, number: party.number, line };
}

function endingOf({ outcome, endedAt, talkedMs }: CdrPart | KnownPart): Ending {
  return { outcome, endedAt, talkedMs };
}

/** Whether somebody has to act on what was found. */
export function isSettled({ span, findings }: Reconciliation): boolean {
  return findings.every(({ remedy }) => remedy === 'repaired' || (remedy === 'waits' && span.repair));
}
