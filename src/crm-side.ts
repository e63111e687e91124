import { readFileSync } from 'node:fs';
import type { Knex } from 'knex';
import type { CallEvent, Talk } from './call/call-event.ts';
import type { Linkedid } from './call/ids.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { Answer } from './crm/answer.ts';
import type { Callback } from './crm/callback.ts';
import type { Dialect } from './crm/dialect.ts';
import { catchUp } from './crm/late.ts';
import { createPost } from './crm/post.ts';
import { createFacts } from './db/facts.ts';
import type { Keeper } from './db/keeper.ts';
import type { Patience } from './db/patience.ts';
import { createDialectChoice, type DialectChoice, isTold } from './dialect-choice.ts';
import { recordingKey } from './http/recording-key.ts';
import type { Log } from './log.ts';
import type { CrmAnswer, Meters } from './metrics/meters.ts';
import { type Courier, createCourier } from './outbox/courier.ts';
import { createHold } from './outbox/hold.ts';
import { type Commit, OutboxStore } from './outbox/outbox-store.ts';
import { mostSlow } from './outbox/sending.ts';
import { type Recording, type RecordingId, recordingLink } from './recordings/recording.ts';

export interface CrmSideParts {
  readonly knex: Knex;
  readonly clock: Clock;
  readonly log: Log;
  readonly onFatal: (fault: unknown) => void;
  readonly patience: Patience;
  readonly meters: Pick<Meters, 'crmAnswered' | 'sent'>;
  /** Who keeps what else of the events. */
  readonly keepers: readonly Keeper<CallEvent>[];
  readonly openCalls: () => Iterable<Linkedid>;
  /** The CRM can be told of recordings from now on. */
  readonly onKnown: () => void;
}

/** All that speaks to the CRM: what it is told, in whose words, and who brings it there. */
export interface CrmSide {
  readonly store: OutboxStore;
  readonly courier: Courier;
  readonly choice: DialectChoice;
  /** What an event has to say to the CRM; nothing while the event is held. */
  callbacks(event: CallEvent): readonly Callback[];
  /** Keeps a change for good; of events that cannot be told yet, the events themselves. */
  commit(commit: Commit, events: readonly CallEvent[]): Promise<void>;
  announcements(recording: Recording, talks: readonly Talk[]): readonly Callback[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createCrmSide(config: Config, parts: CrmSideParts): CrmSide {
  const { knex, clock, log, onFatal, patience, meters, keepers, openCalls, onKnown } = parts;
  const onFull = () => log.error('the memory for what waits for the database is full: calls that begin now are lost');
  // One that the CRM has not answered in time may be waiting in a queue there, before which another waits as long.
  const lastWordMs = 2 * config.crm.timeout_seconds * 1000;
  const store = new OutboxStore({ knex, now: () => clock.now(), onFatal, patience, onFull, lastWordMs, keepers });
  patience.waiting = () => store.backlog;
  const post = createPost(postSettings(config));
  const courier = createCourier({
    store,
    send: (callback) => timed(() => post.send(callback.params), meters, clock),
    onSent: ({ kind, outcome, ageMs }) => meters.sent(kind, outcome, ageMs),
    ask: () => post.probe(),
    clock,
    log,
    lanes: config.crm.connections,
    mostLanes: mostConnections(config),
    onAlarm: () => {},
    // A second StartApp is a second record of the call, and every later callback changes both.
    isRepeatable: ({ kind }) => kind !== 'StartApp',
    onBack: () => choice.askAgain(),
    catchUp,
  });
  const hold = createHold(knex, store, () => courier.nudge());
  const ask = { which: () => post.which(), facts: createFacts(knex, patience), release: hold.release };
  const choice = createDialectChoice(config, { ...ask, clock, log, openCalls, onKnown });
  return {
    store,
    courier,
    choice,
    callbacks(event) {
      const call = callOf(event);
      return call === null ? [] : (choice.of(call)?.callbacks(event) ?? []);
    },
    commit: (commit, events) => hold.commit(commit, choice.name === null ? events.filter(isTold) : []),
    announcements: (...of) => announcements(choice, config, ...of),
    async start() {
      await courier.start();
      await choice.start();
    },
    async stop() {
      await choice.stop();
      await courier.stop();
      await post.close();
    },
  };
}

function callOf(event: CallEvent): Linkedid | null {
  return 'leg' in event ? event.leg.call : event.call;
}

async function timed(send: () => Promise<Answer>, meters: Pick<Meters, 'crmAnswered'>, clock: Clock): Promise<Answer> {
  const begun = clock.now();
  const answer = await send();
  meters.crmAnswered(answerName(answer), clock.now() - begun);
  return answer;
}

const answerNames = {
  accepted: 'accepted',
  emptyServerError: 'empty_server_error',
  notUnderstood: 'not_understood',
  refused: 'refused',
  unavailable: 'unavailable',
} as const;

function answerName(answer: Answer): CrmAnswer {
  return answer.kind === 'unavailable' && answer.timedOut ? 'timed_out' : answerNames[answer.kind];
}

function mostConnections({ crm }: Config): number {
  return Math.max(crm.connections, crm.connections_at_most);
}

function postSettings(config: Config) {
  const { url, token, timeout_seconds, ca_file } = config.crm;
  const trust = ca_file === null ? {} : { ca: readFileSync(ca_file, 'utf8') };
  return { url, token, timeoutMs: timeout_seconds * 1000, connections: mostConnections(config) + mostSlow, ...trust };
}

function announcements(choice: DialectChoice, config: Config, recording: Recording, talks: readonly Talk[]) {
  const dialect = choice.of(recording.call);
  if (dialect === null) return [];
  const link = linkTo(recording.id, dialect.name, config);
  return talks.flatMap((talk) => dialect.recording(talk, link, recording.id));
}

/** As a record keeps it. vTiger's page opens it as it is; SalesPlatform's server, and our module, bring the secret. */
export function linkTo(id: RecordingId, dialect: Dialect['name'], { crm, recordings }: Config): string {
  // The module needs the id alone, and some of the CRM's pages show the link to everybody.
  if (recordings.players === 'module') return recordingLink('http://connector.invalid', id);
  return recordingLink(recordings.public_url, id, dialect === 'vanilla' ? recordingKey(crm.token, id) : '');
}
