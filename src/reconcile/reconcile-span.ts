import type { Knex } from 'knex';
import type { CdrSource } from '../cdr/cdr-source.ts';
import { CdrRefused } from '../cdr/cdr-source.ts';
import { zoneError } from '../cdr/zone-check.ts';
import type { Config } from '../config/schema.ts';
import { HistoryStore } from '../history/history-store.ts';
import { callRules } from '../settings.ts';
import { callsInSteps } from './calls-of.ts';
import type { CdrCall } from './cdr-call.ts';
import { type Compared, compare, type Difference, type KnownPart } from './compare.ts';
import { knownPart, type Ledger, openLedger } from './ledger.ts';
import { repairsOf } from './plan.ts';
import { carryOut, type Teller } from './repair.ts';
import { clockSkew, shifted } from './skew.ts';
import { type Told, toldOf } from './told.ts';

export interface ReconcileParts {
  readonly config: Config;
  /** The connector's own. */
  readonly database: Knex;
  readonly source: CdrSource;
  readonly teller: Teller;
  readonly now: () => number;
}

export interface Span {
  /** Epoch milliseconds; `until` excluded. */
  readonly from: number;
  readonly until: number;
  readonly repair: boolean;
  /** Only calls that ended at that time or later; absent: all. */
  readonly endedFrom?: number;
}

/** repaired: it will be told, and is kept · waits: it will be told, as before · open: somebody must act. */
export type Remedy = 'repaired' | 'waits' | 'open';

export type Finding =
  | { readonly difference: Difference; readonly remedy: Remedy }
  | { readonly untold: KnownPart; readonly told: Exclude<Told, { kind: 'told' }>; readonly remedy: Remedy };

export interface Reconciliation {
  readonly span: Span;
  /** Calls in which users had a part. */
  readonly asterisk: number;
  readonly ours: number;
  readonly crm: number;
  /** Calls that rang nobody. */
  readonly unrung: number;
  /** Calls that go on. */
  readonly open: number;
  readonly findings: readonly Finding[];
  /** Conversations that we know and Asterisk does not. */
  readonly extra: readonly KnownPart[];
  /** By how much the connector's clock is ahead of Asterisk's, where that matters. */
  readonly skewMs: number;
}

/** Rows of one call may begin long after it: who is put through, or retrieved from a parking lot. */
const marginMs = 3 * 3_600_000;

/** Times that are read in a wrong zone are so far off at most. */
const zonesMs = 15 * 3_600_000;

/** Asterisk and the connector write of a call's end within this time of it. */
const settledMs = 15_000;

/**
 * Compares Asterisk's CDR with what the connector knows and what the CRM was told, for the calls that began in a span, and
 * with `repair` has the CRM told of what is missing. Safe beside a running connector, and to be done again.
 *
 * @throws CdrRefused with a sentence for the operator
 */
export async function reconcileSpan(parts: ReconcileParts, span: Span): Promise<Reconciliation> {
  const { config, database, source, now } = parts;
  const { from, until, endedFrom = 0 } = span;
  const around = await source.read(from - zonesMs, until + zonesMs);
  requireZone(zoneError(around), config);
  const records = around.filter(({ start }) => start >= from - marginMs && start < until + marginMs);
  const isMeant = ({ startedAt, endedAt }: CdrCall) =>
    startedAt >= from && startedAt < until && endedAt >= endedFrom && endedAt < now() - settledMs;
  const isUnrungKept = config.calls.keep_unrung_days > 0;
  const all = (await judged(callsInSteps(records, callRules(config)))).map((call) =>
    isUnrungKept ? call : { ...call, unrung: null },
  );
  const read = all.filter(isMeant);
  const ledger = await openLedger(database, read);
  const skewMs = clockSkew(read, ledger);
  const compared = read.map((call) => compare(skewMs === 0 ? call : shifted(call, skewMs), ledger));
  // Before what is repaired is known here as well.
  const extra = await extraOf(parts, span, all, compared);
  const findings = await findingsOf(parts, span, compared, ledger);
  return { span, ...countsOf(compared, ledger), findings, extra, skewMs };
}

/** A week of a busy office takes seconds, in which a connector must not be deaf. */
async function judged(steps: Generator<undefined, CdrCall[]>): Promise<CdrCall[]> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function requireZone(error: number, { cdr }: Config): void {
  if (error === 0) return;
  const hours = `${Math.abs(error) / 3_600_000} h ${error > 0 ? 'later' : 'earlier'}`;
  throw new CdrRefused(
    `The CDR's times, read as ${cdr.time_zone}, are ${hours} than the channels were made: set cdr.time_zone to the zone of Asterisk's machine (UTC with usegmtime=yes in cdr.conf).`,
  );
}

function countsOf(compared: readonly Compared[], ledger: Ledger) {
  const closed = compared.filter(({ isOpen }) => !isOpen);
  const withUsers = closed.filter(({ call }) => call.parts.length > 0);
  const ours = withUsers.filter(({ differences }) => !differences.some(({ kind }) => kind === 'missing'));
  const crm = ours.filter(({ matched }) => matched.every((part) => fateOf(part, ledger).kind === 'told'));
  return {
    asterisk: withUsers.length,
    ours: ours.length,
    crm: crm.length,
    unrung: closed.filter(({ call }) => call.unrung !== null).length,
    open: compared.length - closed.length,
  };
}

function fateOf(part: KnownPart, ledger: Ledger): Told {
  return toldOf(part, ledger.fatesOf(part.call), ledger.isHeld(part.call));
}

async function findingsOf(
  parts: ReconcileParts,
  { repair }: Span,
  compared: readonly Compared[],
  ledger: Ledger,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const each of compared) {
    const remedy = repair && (await repairAll(parts, each)) ? 'repaired' : 'open';
    findings.push(...each.differences.map((difference) => ({ difference, remedy }) as const));
    findings.push(...(each.isOpen ? [] : untoldOf(each.matched, ledger)));
  }
  return findings;
}

async function repairAll({ config, teller }: ReconcileParts, compared: Compared): Promise<boolean> {
  const place = { root: '/var/spool/asterisk/monitor', timeZone: config.cdr.time_zone };
  let isDone = true;
  for (const plan of repairsOf(compared)) isDone = (await carryOut(plan, teller, place)) && isDone;
  return isDone;
}

function untoldOf(matched: readonly KnownPart[], ledger: Ledger): Finding[] {
  return matched.flatMap((part) => {
    const told = fateOf(part, ledger);
    return told.kind === 'told'
      ? []
      : [{ untold: part, told, remedy: told.kind === 'pending' ? 'waits' : 'open' } as const];
  });
}

/** Only conversations: of what was not answered the CDR need not keep a row. */
async function extraOf(
  { database, now }: ReconcileParts,
  { from, until }: Span,
  all: readonly CdrCall[],
  compared: readonly Compared[],
): Promise<KnownPart[]> {
  const matched = new Set(compared.flatMap((each) => each.matched).map(keyOf));
  const judged = new Set(compared.filter(({ isOpen }) => !isOpen).map(({ call }) => call.ids));
  // Of calls that were not looked at as they began before the span, or go on.
  const others = new Set(all.filter(({ ids }) => !judged.has(ids)).flatMap(({ ids }) => [...ids]));
  const ours = (await new HistoryStore(database).begunIn(from, until)).map(knownPart);
  const isExtra = (part: KnownPart) => !matched.has(keyOf(part)) && !others.has(part.call);
  return ours.filter((part) => part.talkedMs >= 1000 && part.endedAt < now() - 4 * settledMs && isExtra(part));
}

function keyOf({ call, extension }: KnownPart): string {
  return `${call} ${extension}`;
}
