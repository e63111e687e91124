import type { Knex } from 'knex';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { CrmSide } from './crm-side.ts';
import type { Log } from './log.ts';
import type { Reconciliation } from './reconcile/reconcile-span.ts';
import type { Teller } from './reconcile/repair.ts';

export interface AfterOutageParts {
  readonly config: Config;
  readonly database: Knex;
  readonly crm: Pick<CrmSide, 'callbacks' | 'commit'> & { readonly choice: Pick<CrmSide['choice'], 'name'> };
  readonly clock: Clock;
  readonly log: Log;
  /** The CRM has something to be told of. */
  readonly onRepaired: () => void;
}

/** Has the CRM told, from Asterisk's CDR, of the calls of a time in which nobody listened. */
export interface AfterOutage {
  /** Asterisk is heard again, and was not since then (epoch milliseconds). */
  heardAgain(since: number): void;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/**
 * When to look: when Asterisk has written down the calls that ended last, and the comparison takes them for ended; and again
 * for those that went on and were heard in part.
 */
const looksMs = [20_000, 600_000, 3_600_000] as const;

/** Calls that had begun when nobody listened any more ended in it. */
const earlierMs = 3 * 3_600_000;

/** Asterisk's seconds begin at other moments than ours. */
const roundingMs = 2000;

/** What is older has long been found by hand, or is nobody's loss. */
const longestMs = 7 * 24 * 3_600_000;

const blinkMs = 1000;

export function createAfterOutage(parts: AfterOutageParts): AfterOutage {
  const { config, clock, log } = parts;
  let gap: Gap | null = null;
  let isTold = false;
  let cancel = () => {};
  let running: Promise<void> = Promise.resolve();
  const look = (round: number) => {
    const wait = looksMs[round];
    if (wait === undefined) gap = null;
    else cancel = clock.after(wait - (looksMs[round - 1] ?? 0), () => run(round));
  };
  const run = (round: number) => {
    const over = gap;
    if (over === null) return;
    const complain = (fault: unknown) => {
      // Asterisk may come and go; what is wrong with its CDR stays.
      const text = `what was not heard could not be looked up in Asterisk's CDR: ${(fault as Error).message}`;
      if (isTold) log.debug(text);
      else log.warn(text);
      isTold = true;
    };
    running = running.then(() => reconcile(parts, over)).catch(complain);
    look(round + 1);
  };
  return {
    heardAgain(since) {
      if (config.cdr.after_outage === 'no') return;
      gap = { since: Math.min(gap?.since ?? since, since), until: clock.now() };
      cancel();
      look(0);
    },
    async stop() {
      cancel();
      await running;
    },
  };
}

/** Epoch milliseconds. */
interface Gap {
  readonly since: number;
  readonly until: number;
}

async function reconcile(parts: AfterOutageParts, gap: Gap): Promise<void> {
  const { config, database, crm, clock, log, onRepaired } = parts;
  // Most connectors never look: what only looking needs is loaded for it.
  const { openCdr } = await import('./cdr/open.ts');
  const source = await openCdr(config.cdr);
  if (source === null) return;
  try {
    const since = Math.max(gap.since - roundingMs, gap.until - longestMs);
    const span = { from: since - earlierMs, until: gap.until + roundingMs, endedFrom: since, repair: true };
    const now = () => clock.now();
    const teller: Teller = {
      dialect: crm.choice.name,
      callbacks: (event) => crm.callbacks(event),
      commit: (commit, events) => crm.commit(commit, events),
    };
    const { reconcileSpan } = await import('./reconcile/reconcile-span.ts');
    tell(await reconcileSpan({ config, database, source, teller, now }, span), gap, log);
    onRepaired();
  } finally {
    await source.close();
  }
}

function tell({ asterisk, ours, findings }: Reconciliation, { since, until }: Gap, log: Log): void {
  const [from, to] = [since, until].map((ms) => new Date(ms).toISOString());
  const told = findings.filter(({ remedy }) => remedy === 'repaired').length;
  const text = `Asterisk was not heard from ${from} to ${to}: its CDR has ${asterisk} calls of that time, ${ours} were known`;
  // The first connection of all has milliseconds before it, which would only puzzle.
  if (told === 0) log[until - since < blinkMs ? 'debug' : 'info'](`${text}, nothing is missing`);
  else log.warn(`${text}; the CRM is told of ${told} users' parts in them`);
}
