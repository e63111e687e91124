import type { promises } from 'node:fs';

/** A click-to-call that passed every check: no character in it can leave its AMI header or its place in a dialplan. */
export interface CallRequest {
  /** The user's phone, as the configured extension pattern recognises it. */
  readonly from: string;
  /** `^\+?[0-9*#]{1,32}$` */
  readonly to: string;
  /** One of the allowed contexts; null: the configured default. */
  readonly context: string | null;
  /** Channel variables for the Originate. */
  readonly variables: Readonly<Record<string, string>>;
}

/** `placed`: the Originate was handed to a link that is up. What Asterisk makes of it shows in the call's own events. */
export type PlaceCallResult =
  /** `click`: what the live channel knows it by. */
  { readonly placed: true; readonly click: string } | { readonly placed: false; readonly why: string };

/** An open file; whoever asked for it closes the handle. */
export interface FoundRecording {
  readonly handle: promises.FileHandle;
  readonly size: number;
  readonly mtimeMs: number;
  /** The file's base name. */
  readonly name: string;
}

export type RecordingProblem =
  | 'unknown'
  | 'not-ready'
  | 'empty'
  | 'overwritten'
  /** The file is no longer the one that was linked. */
  | 'changed'
  | 'gone'
  | 'unreadable'
  /** By retention: it was old enough. */
  | 'deleted'
  /** The database that knows it cannot be read for the moment. */
  | 'unavailable'
  /** Browsers do not play it, and: it is being made over; others are; there is nothing to do it with; it was tried in vain. */
  | 'converting'
  | 'busy'
  | 'no-transcoder'
  | 'not-converted';

export type FindRecordingResult =
  | { readonly file: FoundRecording }
  /** `why` and `call` are for the log: it may name the file. `said`: to the listener, in place of the usual words. */
  | { readonly problem: RecordingProblem; readonly why: string; readonly call?: string; readonly said?: string };

export interface RecordingAsk {
  /** The file as Asterisk has written it, whether browsers play that or not. */
  readonly asIs: boolean;
  /** The asker has left. */
  readonly signal: AbortSignal;
}

export interface HealthReport {
  readonly version: string;
  /** `since` and `lastEventAt`: ISO 8601; null when there was none. */
  readonly link: {
    readonly state: string;
    readonly up: boolean;
    readonly since: string;
    readonly lastEventAt: string | null;
  };
  readonly database: {
    readonly state: 'well' | 'failing';
    /** ISO 8601. */
    readonly since: string;
    /** In a few words, while it fails. */
    readonly problem: string | null;
    /** Changes that wait in memory to be written. */
    readonly kept: number;
    /** Calls that found no room in memory, since the start. */
    readonly droppedCalls: number;
    /** When a damaged file was exchanged for a new one; null: not since the start. */
    readonly madeAnewAt: string | null;
  };
  /** null: the database cannot be asked. */
  readonly outbox: {
    readonly depth: number | null;
    readonly oldestSeconds: number | null;
    /** Callbacks that a person must send again or drop. */
    readonly givenUp: number | null;
  };
  readonly crm: {
    /** `unknown`: it has not answered yet, and calls are kept until it does. */
    readonly dialect: 'salesplatform' | 'vanilla' | 'unknown';
    readonly isAway: boolean;
    /** What a person must put right; the log has the sentences. */
    readonly alarms: readonly ('token' | 'url' | 'emptyServerError')[];
  };
  readonly openCalls: number;
}

/** What the CRM's settings page shows. */
export interface StatusReport extends HealthReport {
  /** ISO 8601. */
  readonly now: string;
  /** The same in the CRM's zone, as callbacks have it. */
  readonly crmTime: string;
  readonly zone: string;
  /** What an extension looks like: a regular expression. */
  readonly extension: string;
  /** Who may fetch recordings: recordings.players. */
  readonly players: 'all' | 'module';
}

/** What users' pages are told of their calls: snapshots in JSON. */
export interface LivePort {
  snapshot(extension: string): string;
  /** Asterisk is heard, and the snapshot holds nothing. */
  isQuiet(extension: string): boolean;
  /** Calls `push` at once and after every change; the returned function ends it. */
  watch(extension: string, push: (snapshot: string) => void): () => void;
}

export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** What counts requests. */
export interface HttpMeters {
  /** What the CRM was answered to a click. */
  clicked(outcome: 'placed' | 'repeated' | 'refused' | 'unauthorized' | 'unreachable'): void;
  /** @param path one of a few known ones, never what somebody typed */
  requested(path: string, status: number): void;
}

/** All that the HTTP side asks of the rest of the program. */
export interface HttpPorts {
  /** Must not wait for Asterisk: the CRM holds its user's session until /makecall is answered. */
  placeCall(request: CallRequest): PlaceCallResult;
  findRecording(id: string, ask: RecordingAsk): Promise<FindRecordingResult>;
  health(): HealthReport | Promise<HealthReport>;
  status(): Promise<StatusReport>;
  /** null: the connector is still starting. */
  live(): LivePort | null;
  /** Brings the figures of the metrics up to date. @param listeners pages that listen to the live channel */
  measure(listeners: number): Promise<void>;
  /** The metrics of the whole process; null: nothing is counted. */
  metricsPage(): Promise<MetricsPage | null>;
  readonly meters: HttpMeters;
  /** Epoch milliseconds. */
  now(): number;
}

/** The part of the program's log that the HTTP side uses. */
export interface HttpLog {
  error(text: string, fields?: object): void;
  warn(text: string, fields?: object): void;
  info(text: string, fields?: object): void;
  debug(text: string, fields?: object): void;
}

export interface ListenSettings {
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM files; null: without TLS. */
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
}

export interface HttpSettings extends ListenSettings {
  readonly secret: string;
  readonly call: CallRules;
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** `module`: recordings are for those alone who send the secret as a bearer token. */
  readonly players: 'all' | 'module';
  /** How long an equal click is taken for the same one. */
  readonly doubleClickMs: number;
  /** Of all phones together; for ten seconds in a row it may be more. */
  readonly clicksPerSecond: number;
  /** How long `close` waits for what is being answered or streamed. */
  readonly closeGraceMs: number;
  readonly live: LiveLimits;
  readonly monitors: MonitorSettings;
}

/** To whom more is told than whether the connector is well. */
export interface MonitorSettings {
  /** Addresses and networks. */
  readonly addresses: readonly string[];
  /** Empty: there is none. */
  readonly token: string;
}

export interface LiveLimits {
  /** How many pages may listen at once; one more is sent away. */
  readonly streams: number;
  /** Of one extension; for one more the oldest is sent away. */
  readonly streamsPerExtension: number;
  /** After how long a silent stream is given a sign of life. */
  readonly beatMs: number;
  /** How long a page may leave unread what it was sent. */
  readonly slowMs: number;
  /** How often all that is looked at. */
  readonly lookMs: number;
}

export const liveLimits: Omit<LiveLimits, 'streams'> = {
  streamsPerExtension: 10,
  beatMs: 15_000,
  slowMs: 30_000,
  lookMs: 1_000,
};

/** What /makecall accepts. */
export interface CallRules {
  /** What `from` may be, as a whole: with anchors at both ends, and no flags. */
  readonly extension: RegExp;
  /** `*`: any. */
  readonly contexts: readonly string[];
  /** Parameters that become channel variables under their own name; any other gets `variablePrefix` before it. */
  readonly plainVariables: readonly string[];
  readonly variablePrefix: string;
}
