import type { Knex } from 'knex';
import { createAfterOutage } from './after-outage.ts';
import { type AsteriskSide, createAsteriskSide } from './asterisk-side.ts';
import type { Input } from './call/ami-event.ts';
import type { CallEvent } from './call/call-event.ts';
import type { Linkedid } from './call/ids.ts';
import { restore, save } from './call/saved.ts';
import { createState, type TrackerState } from './call/state.ts';
import { createClickToCall } from './click-to-call.ts';
import { type Clock, repeat, systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { type CrmSide, createCrmSide } from './crm-side.ts';
import { type DatabaseSide, openWhenPossible } from './database-side.ts';
import { createFacts } from './db/facts.ts';
import { judgeFault } from './db/fault.ts';
import { watchForeignWrites } from './db/foreign-writes.ts';
import type { Patience } from './db/patience.ts';
import { type Change, createFlow } from './flow.ts';
import { healthOf } from './health-report.ts';
import { HistoryStore } from './history/history-store.ts';
import { keepHouse } from './housekeeping.ts';
import type { FindRecordingResult } from './http/ports.ts';
import { createHttpSide, type Served, servedWhileWaiting } from './http-side.ts';
import { createLiveSide, type LiveSide } from './live-side.ts';
import type { Log } from './log.ts';
import { openRecording } from './recordings/find.ts';
import { RecordingStore } from './recordings/recording-store.ts';
import { RecordingWatch } from './recordings/watch.ts';
import { callRules, recordingPlaces, watchSettings } from './settings.ts';
import { statusOf } from './status-report.ts';
import { UnrungStore } from './unrung/unrung-store.ts';

export interface ServiceParts {
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  /** Calls off a start that waits for its database. */
  readonly signal?: AbortSignal;
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
  readonly patience: Patience;
  readonly state: TrackerState;
  readonly crm: CrmSide;
  readonly recordings: RecordingStore;
  readonly unrung: UnrungStore;
  readonly history: HistoryStore;
  readonly watch: RecordingWatch;
  readonly live: LiveSide;
  readonly take: (input: Input, at: number) => void;
  /** Resolves when all that was learnt so far is on disk. */
  readonly written: () => Promise<void>;
}

const tickMs = 250;

/**
 * The connector as a whole: builds every part, joins them by functions and starts them in order.
 *
 * @throws DatabaseRefused, StartCalledOff, or the fault of an address that cannot be listened on; nothing is then left
 *   running
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
  const { log, version, signal, clock = systemClock } = parts;
  const http = createHttpSide(config, { clock, log });
  stops.push(() => http.close());
  const onWaiting = async (since: number) => {
    const port = await http.serve(servedWhileWaiting(config, { version, clock }, since));
    log.info(`/health answers on ${config.http.bind}:${port} until then`);
  };
  const database = await openWhenPossible(config, { clock, log, signal, onWaiting });
  stops.push(() => database.knex.destroy());
  const works = build(config, { ...parts, clock }, database);
  for (const call of await works.crm.store.openCalls()) takeUp(works, call);
  works.live.takeUp();
  stops.push(() => works.crm.stop());
  await works.crm.start();
  stops.push(() => works.watch.stop());
  // Before the watch stops, which is started when the dialect becomes known.
  stops.push(() => works.crm.choice.stop());
  stops.push(() => works.written());
  stops.push(repeat(works.clock, tickMs, () => works.take({ kind: 'tick' }, works.clock.now())));
  stops.push(keepHouse({ ...works, outbox: works.crm.store }));
  stops.push(watchForeignWrites(database.knex, works.clock, () => lookAgain(works)));
  const asterisk = await listenTo(works, database, stops);
  const { link, listening } = asterisk;
  stops.push(() => listening.stop());
  stops.push(repeat(works.clock, tickMs, () => works.live.linkIs(link.state === 'up')));
  const port = await http.serve(served(works, asterisk));
  link.start();
  stops.push(() => link.stop());
  stops.push(() => http.close());
  stops.push(() => works.patience.stop());
  const dialect =
    config.crm.dialect === 'auto' ? `${works.crm.choice.name ?? 'not known yet'} (auto)` : config.crm.dialect;
  log.info(`connector ${version} listens on ${config.http.bind}:${port}, CRM dialect ${dialect}`);
  return port;
}

function served(works: Works, { link, technology }: AsteriskSide): Served {
  const { config, clock, live } = works;
  return {
    placeCall: createClickToCall(config, {
      ...works,
      link,
      technology,
      clickFailed: (...of) => live.clickFailed(...of),
    }),
    findRecording: (id) => findRecording(works, id),
    health: () => healthOf({ ...works, link }),
    status: async () => ({ ...(await healthOf({ ...works, link })), ...statusOf(config, clock) }),
    live: () => live,
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
    );
}

function build(config: Config, parts: ServiceParts, { knex: database, patience }: DatabaseSide): Works {
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
    patience,
    openCalls: () => state.calls.keys(),
    onKnown: () => watch.start(),
  });
  const watch = new RecordingWatch({
    store: recordings,
    places: recordingPlaces(config),
    settings: watchSettings(config),
    clock,
    log: log.child({ part: 'recordings' }),
    patience,
    onReady: async (recording, talks, mark) => {
      await crm.store.commit({ callbacks: crm.announcements(recording, talks), calls: [], also: mark });
      crm.courier.nudge();
    },
  });
  const { commit, written } = createCommit(crm, watch);
  const dialectOf = (call: Linkedid) => crm.choice.of(call)?.name ?? crm.choice.name;
  const live = createLiveSide(config, { state, clock, dialectOf });
  const take = createTake(state, crm, live, commit, log.child({ part: 'call' }));
  patience.onMended = () => keepOpenCalls(state, crm);
  return { config, log, clock, version, patience, state, crm, recordings, unrung, history, watch, live, take, written };
}

/** The core's flow, and behind it those who listen to what is so now. */
function createTake(state: TrackerState, crm: CrmSide, live: LiveSide, commit: (change: Change) => void, log: Log) {
  let events: readonly CallEvent[] = [];
  const keep = (change: Change) => {
    events = change.events;
    commit(change);
  };
  const flow = createFlow(state, () => crm, keep, log);
  return (input: Input, at: number): void => {
    events = [];
    flow(input, at);
    live.took(input, events, at);
  };
}

/** Writes each change whole, and has it sent when it is on disk. Reading from Asterisk never waits for either. */
function createCommit(crm: CrmSide, watch: RecordingWatch) {
  let last: Promise<void> = Promise.resolve();
  const commit = ({ callbacks, calls, events }: Change) => {
    if (callbacks.length + calls.length === 0 && events.every(({ kind }) => kind === 'surprise')) return;
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
    // One that is fatal has been told by the store, and what found no room in memory is counted there.
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

/** A new database has taken a damaged one's place: what was lost of the open calls is still known here. */
function keepOpenCalls(state: TrackerState, crm: CrmSide): void {
  const calls = [...state.calls.keys()].map((id) => ({ id, state: save(state, id) }));
  crm.store.commit({ callbacks: [], calls }).catch(() => {});
}

async function findRecording({ recordings, config, patience, log }: Works, id: string): Promise<FindRecordingResult> {
  try {
    return await openRecording(id, recordings, recordingPlaces(config));
  } catch (fault) {
    if (judgeFault(fault).kind === 'ours') throw fault;
    // Damage may be met here first.
    if (patience.state.state === 'well') patience.persist(() => recordings.byId(id)).catch(() => {});
    log.debug('a recording could not be looked up', { id, fault: String(fault) });
    return { problem: 'unavailable', why: judgeFault(fault).problem };
  }
}
