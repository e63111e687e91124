import type { RequestListener } from 'node:http';
import { Router } from '@koa/router';
import Koa, { type Context, type Next } from 'koa';
import { addressesIn, clientAddress } from './client-address.ts';
import { hasClientLeft } from './client-left.ts';
import { countRequests } from './count-requests.ts';
import { createDesk, type Desk, type NamedSite } from './desk.ts';
import { health as healthOfOne } from './health.ts';
import { healthOfAll } from './health-of-all.ts';
import { close, listen, nodeServer, wordOnAddress } from './listener.ts';
import { live, liveCalls, liveQuiet } from './live.ts';
import { makeCall } from './make-call.ts';
import { metrics } from './metrics.ts';
import { MonitorAccess } from './monitor-access.ts';
import { createPollAnswer } from './poll.ts';
import type { HttpLog, HttpPorts, HttpSettings } from './ports.ts';
import { live as isLive, ready } from './readiness.ts';
import { recording } from './recording.ts';
import { RefusalLog } from './refusal-log.ts';
import { SecretCheck } from './secret.ts';
import { status } from './status.ts';

export interface HttpServer {
  /** Rejects when the address cannot be had. */
  listen(): Promise<{ readonly port: number }>;
  /** Takes no more requests, lets the ones under way finish within the grace time, then cuts them. */
  close(): Promise<void>;
}

/**
 * The HTTP side: /makecall, /recording, /live, /status, /health, /metrics. Does nothing until `listen`.
 *
 * @param sites several connections, each served below its name; at the root each request goes to the one it is for, and
 *   `ports` says how all of them are. None: there is one, that of `ports` and `settings`
 */
export function createHttpServer(
  ports: HttpPorts,
  settings: HttpSettings,
  log: HttpLog,
  sites: readonly NamedSite[] = [],
): HttpServer {
  const state = { closing: false };
  const rooms = roomsOf({ ports, settings, log }, sites);
  const app = new Koa();
  app.on('error', (fault: Error, context?: Context) => logFault(fault, context, log));
  app.use(withAddress(settings.trustedProxies));
  app.use(accessLog(log, ports.now));
  app.use(countRequests(ports, sites));
  app.use(async (context, next) => {
    context.set('X-Content-Type-Options', 'nosniff');
    // PBXManager glues `/makecall` to the connector's address as it was typed, often with a slash at its end.
    context.path = context.path.replace(/^\/+/, '/').replace(/^(\/[a-z0-9-]{1,20})\/+(?=[^/])/, '$1/');
    for (const { refusals } of rooms) refusals.sumUp();
    await next();
    if (state.closing) context.set('Connection', 'close');
  });
  app.use(refuseQueued);
  app.use(answerFaults(log));
  const router = new Router();
  for (const room of rooms) addRoutes(router, room);
  app.use(router.routes());
  app.use(router.allowedMethods());
  const [{ desks, refusals }] = rooms;
  const pages = desks.reduce((sum, desk) => sum + desk.settings.live.streams, 0);
  const answerPoll = createPollAnswer(rooms);
  const answer = app.callback();
  const answerAny: RequestListener = (request, response) => {
    if (state.closing || !answerPoll(request, response)) void answer(request, response);
  };
  const server = nodeServer(answerAny, pages, settings, refusals);
  return {
    async listen() {
      const place = await listen(server, settings);
      const word = wordOnAddress(settings);
      if (word !== null) log.warn(word);
      return place;
    },
    close: async () => {
      state.closing = true;
      for (const { streams } of desks) streams.close();
      await close(server, settings.closeGraceMs);
      for (const { refusals } of rooms) refusals.sumUp(true);
    },
  };
}

/** The paths below one address, and who answers there. */
interface Room {
  /** `/name`, or nothing: the root, where each may be asked for. */
  readonly below: string;
  readonly desks: readonly Desk[];
  readonly now: () => number;
  readonly ports: Pick<HttpPorts, 'meters'>;
  readonly health: (context: Context) => Promise<void>;
  readonly ready: (context: Context) => Promise<void>;
  readonly access: MonitorAccess;
  readonly refusals: RefusalLog;
}

/** The root first. */
function roomsOf(root: Omit<NamedSite, 'name'>, sites: readonly NamedSite[]): readonly [Room, ...Room[]] {
  const named = sites.map((site) => ({ ...site, desk: createDesk(site) }));
  const { now } = root.ports;
  const access = new MonitorAccess(root.settings.monitors, now);
  const all = named.length === 0 ? [createDesk(root)] : named.map(({ desk }) => desk);
  return [
    {
      ...{ below: '', desks: all, now, access, refusals: new RefusalLog(root.log, now), ports: root.ports },
      health: (context) =>
        named.length === 0 ? healthOfOne(context, root.ports, access) : healthOfAll(context, named, access),
      ready: (context) => ready(context, named.length === 0 ? [{ name: null, ports: root.ports }] : named, access),
    },
    ...named.map(({ name, desk, ports, log }) => ({
      ...{ below: `/${name}`, desks: [desk], now, access, refusals: new RefusalLog(log, now), ports },
      health: (context: Context) => healthOfOne(context, ports, access),
      ready: (context: Context) => ready(context, [{ name: null, ports }], access),
    })),
  ];
}

function addRoutes(router: Router, { below, desks, now, health, ready, access, refusals }: Room): void {
  const secrets = desks.map(({ settings }) => settings.secret);
  const secretCheck = () => new SecretCheck(secrets, now);
  const call = { desks, secretCheck: secretCheck(), refusals };
  router.get(`${below}/makecall`, (context) =>
    context.method === 'HEAD' ? refuseHead(context, 'GET, POST') : makeCall(context, call),
  );
  router.post(`${below}/makecall`, (context) => makeCall(context, call));
  const play = { desks, secretCheck: secretCheck(), refusals };
  router.get(`${below}/recording`, (context) => recording(context, play));
  const listen = { desks, refusals };
  router.get(`${below}/live`, (context) =>
    context.method === 'HEAD' ? refuseHead(context, 'GET') : live(context, listen),
  );
  router.get(`${below}/live/calls`, (context) => liveCalls(context, listen));
  router.get(`${below}/live/quiet`, (context) => liveQuiet(context, listen));
  const tell = { desks, secretCheck: secretCheck(), refusals };
  router.get(`${below}/status`, (context) => status(context, tell));
  router.get(`${below}/health`, health);
  router.get(`${below}/health/live`, isLive);
  router.get(`${below}/health/ready`, ready);
  // All connections stand on one page.
  if (below === '') router.get('/metrics', (context) => metrics(context, { desks, access, refusals }));
}

/** The router takes HEAD for GET, but nobody must place a call by only looking. */
function refuseHead(context: Context, allowed: string): void {
  context.status = 405;
  context.set('Allow', allowed);
}

/** Without the query, where PBXManager puts the secret; and without what is glued to a path that has no `?`. */
function loggedPath(context: Context): string {
  return /^[\w/.-]{0,100}/.exec(context.path)?.[0] ?? '';
}

/** Of whom the locks and the log speak. Koa's own way takes the leftmost address, which anybody may write himself. */
function withAddress(proxies: readonly string[]) {
  const isTrusted = addressesIn(proxies);
  return (context: Context, next: Next): Promise<void> => {
    const peer = context.req.socket.remoteAddress ?? '';
    context.request.ip = clientAddress(peer, context.get('X-Forwarded-For'), isTrusted);
    return next();
  };
}

function accessLog(log: HttpLog, now: () => number) {
  return async (context: Context, next: Next): Promise<void> => {
    const began = now();
    await next();
    log.debug(`${context.method} ${loggedPath(context)} ${context.status} ${now() - began} ms`, {
      address: context.ip,
    });
  };
}

/**
 * A request that comes behind another one whose answer still goes on. Node (20 to 24) keeps its answer back, without a word when
 * the client leaves: a stream, or a recording's open file, would stay. No browser and no CRM sends requests like that.
 */
function refuseQueued(context: Context, next: Next): Promise<void> | undefined {
  if (context.res.socket !== null) return next();
  context.status = 400;
  context.set('Connection', 'close');
  context.body = isClick(context) ? 'Error' : 'One request at a time: wait for the answer to the one before.\n';
  return undefined;
}

/** Our own faults, caught once. /makecall must say `Error` even then: PBXManager takes any other text for success. */
function answerFaults(log: HttpLog) {
  return async (context: Context, next: Next): Promise<void> => {
    try {
      await next();
    } catch (fault) {
      log.error(`${context.method} ${loggedPath(context)} failed`, { fault: String(fault), stack: stackOf(fault) });
      for (const header of context.res.getHeaderNames()) context.remove(header);
      context.status = 500;
      context.body = isClick(context) ? 'Error' : 'Internal Server Error\n';
    }
    if (context.status === 404 && context.body === undefined) answerUnknown(context);
  };
}

/** PBXManager takes whatever it does not know for success, also where its app URL is mistyped; without a word it does not. */
function answerUnknown(context: Context): void {
  context.body = isClick(context) ? 'Error' : '';
  context.status = 404;
}

/** PBXManager puts `/makecall` behind the app URL, whatever that is. */
function isClick(context: Context): boolean {
  return /\/makecall(?:\/|$)/i.test(context.path);
}

function stackOf(fault: unknown): string | undefined {
  return fault instanceof Error ? fault.stack : undefined;
}

/** What Koa tells when no answer is possible any more: mostly a client who went away. */
function logFault(fault: NodeJS.ErrnoException, context: Context | undefined, log: HttpLog): void {
  const where = context === undefined ? 'http' : `${context.method} ${loggedPath(context)}`;
  if (hasClientLeft(fault)) log.debug(`${where}: the client left`);
  else log.error(`${where} broke off`, { fault: String(fault), stack: fault.stack });
}
