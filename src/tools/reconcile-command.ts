import type { Knex } from 'knex';
import { CdrRefused, openCdr, unconfigured } from '../cdr/open.ts';
import { timeIn } from '../cdr/zone-time.ts';
import type { Config } from '../config/schema.ts';
import type { Dialect } from '../crm/dialect.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { openBeside } from '../db/beside.ts';
import { createFacts } from '../db/facts.ts';
import { refusalOr } from '../db/refusal.ts';
import { dialectNamed, isTold } from '../dialect-choice.ts';
import { createHold } from '../outbox/hold.ts';
import { OutboxStore } from '../outbox/outbox-store.ts';
import { knownSince } from '../reconcile/ledger.ts';
import { reconcileSpan, type Span } from '../reconcile/reconcile-span.ts';
import type { Teller } from '../reconcile/repair.ts';
import { isSettled } from '../reconcile/report.ts';
import { reconcileJson, reconcileText } from './reconcile-text.ts';

const dayMs = 86_400_000;
const tables = ['history', 'callbacks', 'unrung_calls', 'held_events', 'facts'];

export interface ReconcileRequest {
  /** Times in the CRM's zone, as typed; null: see `days`. */
  readonly since: string | null;
  readonly until: string | null;
  readonly days: number;
  readonly repair: boolean;
  readonly json: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface ReconcileAnswer {
  readonly text: string;
  /** Notes for who looks at the terminal. */
  readonly notes: readonly string[];
  /** Whether all agree, or have been made to. */
  readonly isSettled: boolean;
}

/**
 * Compares Asterisk's CDR with what the connector knows and the CRM was told, also while a connector runs.
 *
 * @throws DatabaseRefused or CdrRefused with a sentence for the operator
 */
export async function reconcileCalls(config: Config, request: ReconcileRequest): Promise<ReconcileAnswer> {
  const source = await openCdr({ ...config.cdr });
  if (source === null) throw new CdrRefused(unconfigured);
  let database: Knex | null = null;
  try {
    database = await openBeside(config.database.path, tables);
    const notes: string[] = [];
    const span = await spanOf(config, request, database, notes);
    const teller = await tellerOf(config, database, request.now);
    const found = await reconcileSpan({ config, database, source, teller, now: request.now }, span);
    const { title } = source;
    const text = request.json ? reconcileJson(found, title) : reconcileText(found, title, config.crm.time_zone);
    return { text, notes, isSettled: isSettled(found) };
  } catch (fault) {
    // What the CDR's own database says is in a sentence already.
    throw refusalOr(config.database.path, fault);
  } finally {
    await source.close();
    await database?.destroy();
  }
}

/** What was asked for, as far as the connector keeps what it knew then. */
async function spanOf(config: Config, request: ReconcileRequest, database: Knex, notes: string[]): Promise<Span> {
  const now = request.now();
  const time = timeIn(config.crm.time_zone);
  const typed = (text: string) => time(text.length === 10 ? `${text} 00:00:00` : text.padEnd(19, ':00'), null);
  const until = Math.min(now, request.until === null ? now : (typed(request.until) ?? now));
  const since = request.since === null ? null : typed(request.since);
  const local = localTimeIn(config.crm.time_zone);
  const kept = now - Math.min(config.calls.keep_days, config.calls.keep_unrung_days || config.calls.keep_days) * dayMs;
  let from = since ?? until - request.days * dayMs;
  if (from < kept) {
    from = kept;
    notes.push(`older calls are no longer kept (calls.keep_days): compared from ${local(from)} on`);
  }
  // A new connector would take all calls from before it for lost. Who names the beginning means it.
  const begun = since === null ? ((await knownSince(database)) ?? now) : from;
  if (from < begun) {
    from = Math.min(begun, until);
    notes.push(`the connector knows of calls since ${local(from)}: compared from then on (--since for earlier ones)`);
  }
  return { from, until, repair: request.repair };
}

async function tellerOf(config: Config, database: Knex, now: () => number): Promise<Teller> {
  const name = await dialectOf(config, database);
  const dialect = name === null ? null : dialectNamed(name, config);
  const onFatal = () => {};
  const store = new OutboxStore({ knex: database, now, onFatal });
  const hold = createHold(database, store, () => {});
  return {
    dialect: name,
    callbacks: (event) => dialect?.callbacks(event) ?? [],
    commit: (commit, events) => hold.commit(commit, dialect === null ? events.filter(isTold) : []),
  };
}

/** As configured, as the connector found out, or as it has told the CRM so far. */
async function dialectOf({ crm }: Config, database: Knex): Promise<Dialect['name'] | null> {
  if (crm.dialect !== 'auto') return crm.dialect;
  const fact = await createFacts(database).get('crm.dialect');
  if (fact === 'salesplatform' || fact === 'vanilla') return fact;
  const told = (kind: string) => database('callbacks').where({ kind }).max('id as id').first();
  const [begin, start] = [(await told('DialBegin'))?.['id'], (await told('StartApp'))?.['id']] as (number | null)[];
  if (begin === null && start === null) return null;
  return (begin ?? 0) > (start ?? 0) ? 'salesplatform' : 'vanilla';
}
