import type { Input } from './call/ami-event.ts';
import type { CallEvent } from './call/call-event.ts';
import type { Linkedid } from './call/ids.ts';
import { save } from './call/saved.ts';
import { createState, type TrackerState } from './call/state.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { type CrmSide, createCrmSide } from './crm-side.ts';
import type { DatabaseSide } from './database-side.ts';
import type { Patience } from './db/patience.ts';
import { type Change, createFlow } from './flow.ts';
import { HistoryStore, historyKeeper } from './history/history-store.ts';
import { createLiveSide, type LiveSide } from './live-side.ts';
import type { Log } from './log.ts';
import type { Meters } from './metrics/meters.ts';
import { recordingKeeper } from './recordings/recording-keeper.ts';
import { RecordingStore } from './recordings/recording-store.ts';
import { RecordingWatch } from './recordings/watch.ts';
import { callRules, recordingPlaces, watchSettings } from './settings.ts';
import { UnrungStore, unrungKeeper } from './unrung/unrung-store.ts';

/** Everything that works on one database, built but not yet running. */
export interface Works {
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
  readonly meters: Meters;
  readonly take: (input: Input, at: number) => void;
  /** Resolves when all that was learnt so far is on disk. */
  readonly written: () => Promise<void>;
}

export interface WorksParts extends Pick<Works, 'log' | 'clock' | 'version' | 'meters'> {
  /** Told when the process cannot go on: what it learns can no longer be kept. */
  readonly onFatal: (fault: unknown) => void;
}

/** Builds all that works on one database, and joins it by functions. */
export function build(config: Config, parts: WorksParts, { knex: database, patience }: DatabaseSide): Works {
  const { log, version, clock, onFatal, meters } = parts;
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
    meters,
    keepers: [recordingKeeper, unrungKeeper, historyKeeper],
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
    onReady: (recording, talks, rows) =>
      crm.store.commit({ callbacks: crm.announcements(recording, talks), calls: [], rows }),
    onFate: (fate) => (fate === 'linked' ? meters.recordingLinked() : meters.recordingEnded(fate)),
  });
  const { commit, written } = createCommit(crm, watch, (ms) => meters.written(ms), clock);
  const dialectOf = (call: Linkedid) => crm.choice.of(call)?.name ?? crm.choice.name;
  const live = createLiveSide(config, { state, clock, dialectOf });
  const took = (input: Input, events: readonly CallEvent[], at: number) => {
    meters.callEvents(events);
    live.took(input, events, at);
  };
  const take = createTake(state, crm, took, commit, log.child({ part: 'call' }));
  patience.onMended = () => keepOpenCalls(state, crm);
  return {
    ...{ config, log, clock, version, patience, meters, state },
    ...{ crm, recordings, unrung, history, watch, live, take, written },
  };
}

/** The core's flow, and behind it those who listen to what is so now. */
function createTake(
  state: TrackerState,
  crm: CrmSide,
  took: LiveSide['took'],
  commit: (change: Change) => void,
  log: Log,
) {
  const flow = createFlow(state, () => crm, commit, log);
  return (input: Input, at: number): void => took(input, flow(input, at), at);
}

/** Writes each change whole, and has it sent when it is on disk. Reading from Asterisk never waits for either. */
function createCommit(crm: CrmSide, watch: RecordingWatch, onWritten: (ms: number) => void, clock: Clock) {
  let last: Promise<void> = Promise.resolve();
  const commit = ({ callbacks, calls, events }: Change) => {
    if (callbacks.length + calls.length === 0 && events.every(({ kind }) => kind === 'surprise')) return;
    const begun = clock.now();
    last = crm.commit({ callbacks, calls, events }, events);
    const settled = () => {
      // What the CRM is not told of is written when there is something else to write.
      if (callbacks.length > 0) onWritten(clock.now() - begun);
      if (events.some(({ kind }) => kind === 'closed' || kind === 'recorded')) watch.pokeSoon();
    };
    // One that is fatal has been told by the store, and what found no room in memory is counted there.
    last.then(settled, () => {});
  };
  return { commit, written: () => last.catch(() => {}) };
}

/** A new database has taken a damaged one's place: what was lost of the open calls is still known here. */
function keepOpenCalls(state: TrackerState, crm: CrmSide): void {
  const calls = [...state.calls.keys()].map((id) => ({ id, state: save(state, id) }));
  crm.store.commit({ callbacks: [], calls }).catch(() => {});
}
