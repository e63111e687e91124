import { createAfterOutage } from './after-outage.ts';
import { type AsteriskSide, createAsteriskSide } from './asterisk-side.ts';
import { restore } from './call/saved.ts';
import { createClickToCall } from './click-to-call.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { startConnections } from './connections/start.ts';
import { type DatabaseSide, openWhenPossible } from './database-side.ts';
import { createFacts } from './db/facts.ts';
import { watchForeignWrites } from './db/foreign-writes.ts';
import { healthOf } from './health-report.ts';
import { keepHouse } from './housekeeping.ts';
import { createHttpSide, type HttpSide, type Served, servedWhileWaiting } from './http-side.ts';
import type { Log } from './log.ts';
import { createMetricsLoader } from './metrics/load.ts';
import type { MetricsOfProcess } from './metrics/metrics.ts';
import { createMetricsSide, type MetricsSide, readingOf } from './metrics-side.ts';
import { feelPulse } from './pulse.ts';
import { createRecordingsSide, type RecordingsSide } from './recordings-side.ts';
import { statusOf } from './status-report.ts';
import { ticking } from './ticks.ts';
import { build, type Works } from './works.ts';

export interface ServiceParts {
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  /** Calls off a start that waits for its database. */
  readonly signal?: AbortSignal;
  /** Told when the process cannot go on: what it learns can no longer be kept. */
  readonly onFatal: (fault: unknown) => void;
  /** The metrics of the process, loaded when they are wanted. One for all services of a process, one after the other, too. */
  readonly loadMetrics?: () => Promise<MetricsOfProcess>;
  /** Its own name, where it is one of several. */
  readonly connection?: string;
  /** Where it is served, if not by a listener of its own. */
  readonly http?: HttpSide;
}

export interface Service {
  readonly httpPort: number;
  /** Resolves if the database answers, or is known to fail and waited for; not at all if it hangs. */
  isAlive(): Promise<void>;
  /** Takes nothing new, finishes what is under way, and lets everything go. */
  stop(): Promise<void>;
}

type OwnParts = ServiceParts & Required<Pick<ServiceParts, 'loadMetrics'>>;

/**
 * The connector as a whole; with several connections each of them, as far as it can be had.
 *
 * @throws as startConnection does, and with several the fault of the address alone
 */
export function startService(config: Config, parts: ServiceParts): Promise<Service> {
  const { connections } = config;
  const all = { clock: systemClock, loadMetrics: createMetricsLoader(parts.version), ...parts };
  return connections === undefined ? startConnection(config, all) : startConnections(connections, all, startConnection);
}

/**
 * One PBX with one CRM: builds every part and starts them in order.
 *
 * @throws DatabaseRefused, StartCalledOff, or the fault of an address that cannot be listened on; nothing is then left
 *   running
 */
async function startConnection(config: Config, parts: OwnParts): Promise<Service> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (let last = stops.pop(); last !== undefined; last = stops.pop()) await last();
  };
  try {
    return { ...(await startAll(config, parts, stops)), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

/** Stops run in reverse: first nothing new comes in, then what is known is written and sent, last the database closes. */
async function startAll(config: Config, parts: OwnParts, stops: (() => unknown)[]): Promise<Omit<Service, 'stop'>> {
  const { log, version, signal, clock = systemClock, connection = null } = parts;
  const metrics = await createMetricsSide(config, parts.loadMetrics, connection);
  const http = parts.http ?? createHttpSide(config, { clock, log });
  stops.push(() => http.close());
  const onWaiting = async (since: number) => {
    const port = await http.serve(servedWhileWaiting(config, { version, clock, metrics }, since));
    log.info(`/health answers on ${config.http.bind}:${port} until then`);
  };
  const database = await openWhenPossible(config, { clock, log, signal, onWaiting });
  stops.push(() => database.knex.destroy());
  const { works, ticks } = ticking(build(config, { ...parts, clock, meters: metrics.meters }, database));
  for (const call of await works.crm.store.openCalls()) takeUp(works, call);
  works.live.takeUp();
  stops.push(() => works.crm.stop());
  await works.crm.start();
  stops.push(() => works.watch.stop());
  // Before the watch stops, which is started when the dialect becomes known.
  stops.push(() => works.crm.choice.stop());
  stops.push(() => works.written());
  stops.push(() => ticks.stop());
  works.take({ kind: 'tick' }, clock.now());
  stops.push(keepHouse({ ...works, outbox: works.crm.store }));
  const playing = createRecordingsSide(config, { ...works, knex: database.knex });
  playing.start();
  stops.push(() => playing.stop());
  stops.push(watchForeignWrites({ ...database, path: config.database.path, clock }, () => lookAgain(works)));
  const asterisk = await listenTo(works, database, stops);
  const { link, listening } = asterisk;
  stops.push(() => listening.stop());
  const httpPort = await http.serve(served(works, asterisk, metrics, playing));
  link.start();
  stops.push(() => link.stop());
  // What is being sent is waited for while Asterisk is still heard: a start that follows misses less.
  stops.push(() => works.crm.courier.stop());
  stops.push(() => http.close());
  stops.push(() => works.patience.stop());
  const dialect =
    config.crm.dialect === 'auto' ? `${works.crm.choice.name ?? 'not known yet'} (auto)` : config.crm.dialect;
  log.info(`connector ${version} listens on ${config.http.bind}:${httpPort}, CRM dialect ${dialect}`);
  return { httpPort, isAlive: () => feelPulse({ ...works, knex: database.knex }) };
}

function served(
  works: Works,
  { link, technology }: AsteriskSide,
  metrics: MetricsSide,
  playing: RecordingsSide,
): Served {
  const { config, clock, live } = works;
  return {
    placeCall: createClickToCall(config, {
      ...works,
      link,
      technology,
      clickFailed: (...of) => live.clickFailed(...of),
    }),
    findRecording: (id, ask) => playing.find(id, ask),
    health: () => healthOf({ ...works, link }),
    status: async () => ({ ...(await healthOf({ ...works, link })), ...statusOf(config, clock) }),
    live: () => live,
    measure: (listeners) => metrics.measure(() => readingOf(works, link, listeners)),
    metricsPage: () => metrics.page(),
    meters: metrics.meters,
  };
}

/** Somebody else has put something into the database: `reconcile --repair`, `outbox retry`. */
function lookAgain({ crm, watch }: Works): void {
  crm.courier.nudge();
  watch.poke();
}

const heardFact = 'asterisk.heard_at';

async function listenTo(works: Works, { knex }: DatabaseSide, stops: (() => unknown)[]): Promise<AsteriskSide> {
  const facts = createFacts(knex, works.patience);
  const onRepaired = () => lookAgain(works);
  const afterOutage = createAfterOutage({
    ...works,
    database: knex,
    log: works.log.child({ part: 'cdr' }),
    onRepaired,
  });
  stops.push(() => afterOutage.stop());
  const heard = Number(await facts.get(heardFact));
  return createAsteriskSide(works.config, {
    ...works,
    log: works.log.child({ part: 'ami' }),
    hasOpenCalls: () => works.state.calls.size > 0,
    heardBefore: heard > 0 ? heard : null,
    onHeardAgain: (since) => afterOutage.heardAgain(since),
    // While it cannot be written the next one will do, or the ones that wait would gather.
    saveHeard: async (at) => {
      if (works.patience.state.state === 'well') await facts.set(heardFact, String(at));
    },
  });
}

function takeUp({ state, clock, log }: Works, call: { readonly id: string; readonly state: string }): void {
  if (!restore(state, call.state, clock.now()))
    log.warn(
      `call ${call.id} was kept by another version of the connector and cannot be taken up: its records stay open`,
      { linkedid: call.id },
    );
}
