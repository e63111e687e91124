import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { createHttpServer } from './http/app.ts';
import type { HealthReport, HttpPorts } from './http/ports.ts';
import type { Log } from './log.ts';
import { type MetricsSide, noMetrics, readingWhileWaiting } from './metrics-side.ts';
import { httpSettings } from './settings.ts';
import { statusOf } from './status-report.ts';

/** What the program does for its HTTP side. */
export type Served = Omit<HttpPorts, 'now'>;

export interface HttpSide {
  /** Listens, unless it does already, and does for those who ask what `served` can. @returns the port */
  serve(served: Served): Promise<number>;
  close(): Promise<void>;
}

/** The HTTP side as a whole: it can be there before the rest of the program is. */
export function createHttpSide(config: Config, { clock, log }: { readonly clock: Clock; readonly log: Log }): HttpSide {
  let now: Served | null = null;
  const served = (): Served => {
    if (now === null) throw new Error('Nothing is served yet.');
    return now;
  };
  const server = createHttpServer(portsOf(served, clock), httpSettings(config), log.child({ part: 'http' }));
  let port: number | null = null;
  return {
    async serve(next) {
      now = next;
      port ??= (await server.listen()).port;
      return port;
    },
    close: () => server.close(),
  };
}

/** What the HTTP side asks for, of whatever is served at that moment. */
export function portsOf(served: () => Served, clock: Clock): HttpPorts {
  return {
    placeCall: (request) => served().placeCall(request),
    findRecording: (id, ask) => served().findRecording(id, ask),
    health: () => served().health(),
    status: () => served().status(),
    live: () => served().live(),
    measure: (listeners) => served().measure(listeners),
    metricsPage: () => served().metricsPage(),
    meters: {
      clicked: (outcome) => served().meters.clicked(outcome),
      requested: (...of) => served().meters.requested(...of),
    },
    now: () => clock.now(),
  };
}

interface WaitingParts {
  readonly version: string;
  readonly clock: Clock;
  readonly metrics?: MetricsSide;
}

/** While the database cannot be opened, or nothing runs for another reason: nothing is done, and health says why. */
export function servedWhileWaiting(
  config: Config,
  { version, clock, metrics = noMetrics }: WaitingParts,
  since: number,
  why = 'the database cannot be opened yet',
): Served {
  const iso = new Date(since).toISOString();
  const report: HealthReport = {
    version,
    link: { state: 'not started', up: false, since: iso, lastEventAt: null },
    database: { state: 'failing', since: iso, problem: why, kept: 0, droppedCalls: 0, madeAnewAt: null },
    outbox: { depth: null, oldestSeconds: null, givenUp: null },
    crm: { dialect: 'unknown', isAway: false, alarms: [] },
    openCalls: 0,
  };
  return {
    placeCall: () => ({ placed: false, why }),
    findRecording: async () => ({ problem: 'unavailable', why }),
    health: () => report,
    status: async () => ({ ...report, ...statusOf(config, clock) }),
    live: () => null,
    measure: () => metrics.measure(() => readingWhileWaiting),
    metricsPage: () => metrics.page(),
    meters: metrics.meters,
  };
}
