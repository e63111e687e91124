import type { LinkState } from './ami/link.ts';
import type { Config } from './config/schema.ts';
import { judgeFault } from './db/fault.ts';
import { outboxHealth } from './health-report.ts';
import type { MetricsPage } from './http/ports.ts';
import { type Meters, noMeters } from './metrics/meters.ts';
import type { MetricsOfProcess } from './metrics/metrics.ts';
import { countCalls, type Reading } from './metrics/reading.ts';
import type { Works } from './works.ts';

/** What one connection counts and shows; nothing, where nobody wants metrics. */
export interface MetricsSide {
  readonly meters: Meters;
  /** `read` is asked only where somebody wants to know. */
  measure(read: () => Reading | Promise<Reading>): Promise<void>;
  /** Of the whole process; null: nothing is counted. */
  page(): Promise<MetricsPage | null>;
}

export const noMetrics: MetricsSide = { meters: noMeters, measure: async () => {}, page: async () => null };

/** @param connection its name, where it is one of several */
export async function createMetricsSide(
  { http }: Config,
  load: () => Promise<MetricsOfProcess>,
  connection: string | null,
): Promise<MetricsSide> {
  if (!http.metrics) return noMetrics;
  const ofProcess = await load();
  const { meters, show } = ofProcess.of(connection);
  return { meters, measure: async (read) => show(await read()), page: () => ofProcess.page() };
}

interface Heard {
  readonly state: LinkState;
  readonly lastEventAt: number | null;
}

/** What is so now. The database is asked only what its indexes know, and not while it fails. */
export async function readingOf(works: Works, { state, lastEventAt }: Heard, listeners: number): Promise<Reading> {
  const { crm, patience, recordings } = works;
  const { isCrmAway, alarms, inFlight } = crm.courier.state;
  const { kept, droppedCalls } = crm.store.backlog;
  const isWell = patience.state.state === 'well';
  const [outbox, recordingsWaiting] = await Promise.all([
    outboxHealth(works),
    isWell ? recordings.waiting().catch(unknownIfFailing) : null,
  ]);
  return {
    calls: countCalls(works.state.calls.values()),
    channels: works.state.channels.size,
    link: { state, lastEventAt },
    crm: { isAway: isCrmAway, alarms: alarms.map(({ kind }) => kind), dialect: crm.choice.name ?? 'unknown' },
    inFlight,
    outbox,
    recordingsWaiting,
    database: { isWell, waiting: kept, droppedCalls },
    listeners,
  };
}

function unknownIfFailing(fault: unknown): null {
  if (judgeFault(fault).kind === 'ours') throw fault;
  return null;
}

/** Of one that does not run yet, or for the moment. */
export const readingWhileWaiting: Reading = {
  calls: countCalls([]),
  channels: 0,
  link: { state: 'stopped', lastEventAt: null },
  crm: { isAway: false, alarms: [], dialect: 'unknown' },
  inFlight: 0,
  outbox: { depth: null, oldestSeconds: null, givenUp: null },
  recordingsWaiting: null,
  database: { isWell: false, waiting: 0, droppedCalls: 0 },
  listeners: 0,
};
