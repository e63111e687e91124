import { createHttpServer, type HttpServer } from '../../src/http/app.ts';
import {
  type CallRequest,
  type HealthReport,
  type HttpPorts,
  type HttpSettings,
  liveLimits,
  type PlaceCallResult,
} from '../../src/http/ports.ts';
import { type LogLine, rememberingLog } from '../doubles/silent-log.ts';

export const secret = 'abracadabra-Тайна-1';
export const encodedSecret = encodeURIComponent(secret);

export const healthy: HealthReport = {
  version: '1.2.3',
  link: { state: 'up', up: true, since: '2026-11-20T22:36:12.000Z', lastEventAt: null },
  database: {
    state: 'well',
    since: '2026-11-20T22:36:12.000Z',
    problem: null,
    kept: 0,
    droppedCalls: 0,
    madeAnewAt: null,
  },
  outbox: { depth: 3, oldestSeconds: 7, givenUp: 2 },
  crm: { dialect: 'salesplatform' as const, isAway: false, alarms: [] },
  openCalls: 2,
};

const clocks = {
  now: '2026-11-20T22:36:12.000Z',
  crmTime: '2026-11-21 01:36:12',
  zone: 'Europe/Moscow',
  extension: '^[0-9]{2,6}$',
  players: 'all' as const,
};

export interface Serving {
  port: number;
  server: HttpServer;
  log: LogLine[];
  placed: CallRequest[];
  /** Moves the server's own time. */
  pass(ms: number): void;
}

/** The real HTTP side on a free port of loopback; the rest of the program is what the test gives. */
export async function serve(ports: Partial<HttpPorts> = {}, settings: Partial<HttpSettings> = {}): Promise<Serving> {
  const placed: CallRequest[] = [];
  const { lines, ...log } = rememberingLog();
  let now = Date.UTC(2026, 10, 20);
  const placeCall = (request: CallRequest): PlaceCallResult => {
    placed.push(request);
    return { placed: true, click: `c-${placed.length}` };
  };
  const server = createHttpServer(
    {
      placeCall,
      findRecording: async () => ({ problem: 'unknown', why: 'no such id' }),
      health: () => healthy,
      status: async () => ({ ...healthy, ...clocks }),
      live: () => null,
      measure: async () => {},
      metricsPage: async () => null,
      meters: { clicked: () => {}, requested: () => {} },
      now: () => now,
      ...ports,
    },
    {
      address: '127.0.0.1',
      port: 0,
      secret,
      call: {
        extension: /^\d{2,6}$/,
        contexts: ['vtiger', 'office'],
        plainVariables: ['record'],
        variablePrefix: 'CRM_',
      },
      tls: null,
      trustedProxies: [],
      players: 'all',
      doubleClickMs: 2000,
      clicksPerSecond: 6,
      closeGraceMs: 300,
      live: { ...liveLimits, streams: 100 },
      monitors: { addresses: ['127.0.0.1'], token: '' },
      ...settings,
    },
    log,
  );
  const { port } = await server.listen();
  const pass = (ms: number): void => {
    now += ms;
  };
  return { port, server, log: lines, placed, pass };
}
