import type { Knex } from 'knex';
import type { AmiLink } from './ami/link.ts';
import { type AsteriskSide, createAsteriskSide } from './asterisk-side.ts';
import type { Input } from './call/ami-event.ts';
import type { CallEvent } from './call/call-event.ts';
import { restore } from './call/saved.ts';
import { createState, type TrackerState } from './call/state.ts';
import { createClickToCall } from './click-to-call.ts';
import { type Clock, repeat, systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { type CrmSide, createCrmSide } from './crm-side.ts';
import { createFacts, type Facts } from './db/facts.ts';
import { openDatabase } from './db/open.ts';
import { type Change, createFlow } from './flow.ts';
import { HistoryStore } from './history/history-store.ts';
import { createHttpServer } from './http/app.ts';
import type { HealthReport } from './http/ports.ts';
import type { Log } from './log.ts';
import { openRecording } from './recordings/find.ts';
import { RecordingStore } from './recordings/recording-store.ts';
import { RecordingWatch } from './recordings/watch.ts';
import { callRules, httpSettings, recordingPlaces, watchSettings } from './settings.ts';
import { UnrungStore } from './unrung/unrung-store.ts';

export interface ServiceParts {
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  /** Told when the process cannot go on: what it learns can no longer be kept. */
  readonly onFatal: (fault: unknown) => void;
}

export interface Service {
  readonly httpPort: number;
  /** Takes nothing new, finishes what is under way, and lets everything go. */
  stop(): Promise<void>;
}

/** Everything that works on one database, built but not yet running. */
interface Works {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly version: string;
  readonly state: TrackerState;
  readonly crm: CrmSide;
  readonly recordings: RecordingStore;
  readonly unrung: UnrungStore;
  readonly history: HistoryStore;
  readonly watch: RecordingWatch;
  readonly take: (input: Input, at: number) => void;
  /** Resolves when all that was learnt so far is on disk. */
  readonly written: () => Promise<void>;
}

const tickMs = 250;
const hourMs = 3_600_000;

/**
 * The connector as a whole: builds every part, joins them by functions and starts them in order.
 *
 * @throws DatabaseRefused, or the fault of an address that cannot be listened on; nothing is then left running
 */
export async function startService(config: Config, parts: ServiceParts): Promise<Service> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (let last = stops.pop(); last !== undefined; last = stops.pop()) await last();
  };
  try {
    const httpPort = await startAll(config, parts, stops);
    return { httpPort, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

/** Stops run in reverse: first nothing new comes in, then what is known is written and sent, last the database closes. */
async function startAll(config: Config, parts: ServiceParts, stops: (() => unknown)[]): Promise<number> {
  const database = await openDatabase(config.database.path, parts.log);
  stops.push(() => database.destroy());
  const works = build(config, parts, database);
  for (const call of await works.crm.store.openCalls()) takeUp(works, call);
  stops.push(() => works.crm.stop());
  await works.crm.start();
  stops.push(() => works.watch.stop());
  // Before the watch stops, which is started when the dialect becomes known.
  stops.push(() => works.crm.choice.stop());
  stops.push(() => works.written());
  stops.push(repeat(works.clock, tickMs, () => works.take({ kind: 'tick' }, works.clock.now())));
  stops.push(repeat(works.clock, hourMs, () => prune(works)));
  const { link, technology, listening } = await listenTo(works, createFacts(database));
  stops.push(() => listening.stop());
  const http = createHttpServer(
    {
      placeCall: createClickToCall(config, { ...works, link, technology }),
      findRecording: (id) => openRecording(id, works.recordings, recordingPlaces(config)),
      health: () => healthOf(works, link),
      now: () => works.clock.now(),
    },
    httpSettings(config),
    works.log.child({ part: 'http' }),
  );
  const { port } = await http.listen();
  link.start();
  stops.push(() => link.stop());
  stops.push(() => http.close());
  const dialect =
    config.crm.dialect === 'auto' ? `${works.crm.choice.name ?? 'not known yet'} (auto)` : config.crm.dialect;
  works.log.info(`connector ${works.version} listens on ${config.http.bind}:${port}, CRM dialect ${dialect}`);
  return port;
}

const heardFact = 'asterisk.heard_at';

async function listenTo(works: Works, facts: Facts): Promise<AsteriskSide> {
  const heard = Number(await facts.get(heardFact));
  return createAsteriskSide(works.config, {
    ...works,
    log: works.log.child({ part: 'ami' }),
    hasOpenCalls: () => works.state.calls.size > 0,
    heardBefore: heard > 0 ? heard : null,
    saveHeard: (at) => facts.set(heardFact, String(at)),
  });
}

function takeUp({ state, clock, log }: Works, call: { readonly id: string; readonly state: string }): void {
  if (!restore(state, call.state, clock.now()))
    log.warn(
      `call ${call.id} was kept by another version of the connector and cannot be taken up: its records stay open`,
    );
}

function build(config: Config, parts: ServiceParts, database: Knex): Works {
  const { log, version, clock = systemClock, onFatal } = parts;
  const state = createState(callRules(config));
  const recordings = new RecordingStore(database);
  const unrung = new UnrungStore(database);
  const history = new HistoryStore(database);
  const crm = createCrmSide(config, {
    knex: database,
    clock,
    log: log.child({ part: 'outbox' }),
    onFatal,
    openCalls: () => state.calls.keys(),
    onKnown: () => watch.start(),
  });
  const watch = new RecordingWatch({
    store: recordings,
    places: recordingPlaces(config),
    settings: watchSettings(config),
    clock,
    log: log.child({ part: 'recordings' }),
    onReady: async (recording, talks) => {
      await crm.store.commit({ callbacks: crm.announcements(recording, talks), calls: [] });
      crm.courier.nudge();
    },
  });
  const { commit, written } = createCommit(crm, watch);
  const take = createFlow(state, () => crm, commit, log.child({ part: 'call' }));
  return { config, log, clock, version, state, crm, recordings, unrung, history, watch, take, written };
}

/** Writes each change whole, and has it sent when it is on disk. Reading from Asterisk never waits for either. */
function createCommit(crm: CrmSide, watch: RecordingWatch) {
  let last: Promise<void> = Promise.resolve();
  const commit = ({ callbacks, calls, events }: Change) => {
    const also = async (transaction: Knex) => {
      await keepRecordings(new RecordingStore(transaction), events);
      await new UnrungStore(transaction).keep(events);
      await new HistoryStore(transaction).keep(events);
    };
    last = crm.commit({ callbacks, calls, also }, events);
    const settled = () => {
      crm.courier.nudge();
      if (events.some(({ kind }) => kind === 'closed' || kind === 'recorded')) watch.poke();
    };
    // A failure is fatal and has been told by the store.
    last.then(settled, () => {});
  };
  return { commit, written: () => last.catch(() => {}) };
}

async function keepRecordings(recordings: RecordingStore, events: readonly CallEvent[]): Promise<void> {
  for (const event of events) {
    if (event.kind === 'recorded') await recordings.add(event);
    else if (event.kind === 'closed') await recordings.closeCall(event.call, event.talked, event.at);
  }
}

/** Delivered callbacks are kept for a while, for the question what the CRM was told, and so are calls that rang nobody. */
function prune({ config, clock, crm, unrung, history, log }: Works): void {
  const daysAgo = (days: number) => clock.now() - days * 24 * hourMs;
  const complain = (what: string) => (fault: unknown) =>
    log.warn(`old ${what} could not be removed, trying again in an hour: ${fault}`);
  crm.store.prune(daysAgo(config.outbox.keep_delivered_days)).catch(complain('callbacks'));
  unrung.prune(daysAgo(config.calls.keep_unrung_days)).catch(complain('calls that rang nobody'));
  history.prune(daysAgo(config.calls.keep_days)).catch(complain('calls'));
}

async function healthOf({ version, crm, state }: Works, link: AmiLink): Promise<HealthReport> {
  const [depth, oldest] = await Promise.all([crm.store.depth(), crm.store.oldestAgeMs()]);
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    version,
    link: {
      state: link.state,
      up: link.state === 'up',
      since: iso(link.since),
      lastEventAt: link.lastEventAt === null ? null : iso(link.lastEventAt),
    },
    outbox: { depth, oldestSeconds: Math.round((oldest ?? 0) / 1000) },
    crm: {
      dialect: crm.choice.name ?? 'unknown',
      isAway: crm.courier.state.isCrmAway,
      alarms: crm.courier.state.alarms.map(({ kind }) => kind),
    },
    openCalls: state.calls.size,
  };
}
