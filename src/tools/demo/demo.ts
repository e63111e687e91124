import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../log.ts';
import { Crm } from './crm.ts';
import { Live } from './live.ts';
import { Module } from './module.ts';
import { Pbx } from './pbx.ts';
import { callbackPath, createWeb } from './web.ts';

export interface DemoSettings {
  /** Of the page; 0: any free one. */
  readonly port: number;
  readonly log: Log;
  /** Starts a connector with settings in the shape of connector.yaml. */
  readonly startConnector: (settings: object) => Promise<{ readonly httpPort: number; stop(): Promise<void> }>;
  /** 1: calls take as long as they took. */
  readonly speed?: number;
}

export interface Demo {
  /** Where the page is. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Run in reverse. */
type Stops = (() => unknown)[];

/**
 * The connector between a PBX that plays captured calls and a CRM with a page, all on this machine: nothing is needed
 * and nothing is left.
 *
 * @throws when the port is taken or the connector does not start; nothing is then left running
 */
export async function startDemo(settings: DemoSettings): Promise<Demo> {
  const stops: Stops = [];
  const stop = async () => {
    for (let last = stops.pop(); last !== undefined; last = stops.pop()) await last();
  };
  try {
    return { url: await startAll(settings, stops), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

/** How long the connector may take to log in to a PBX that is next door. */
const loginMs = 10_000;

async function startAll(settings: DemoSettings, stops: Stops): Promise<string> {
  const { log, speed = 1 } = settings;
  const folder = await mkdtemp(join(tmpdir(), 'connector-demo-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const monitor = join(folder, 'monitor');
  await mkdir(monitor);
  const user = { name: 'vtiger', secret: randomBytes(16).toString('hex') };
  const token = randomBytes(16).toString('hex');
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let connectorPort = 0;
  const connectorUrl = () => `http://127.0.0.1:${connectorPort}`;
  const onFault = (fault: unknown) => log.error('the demo failed', { fault: String(fault) });

  const live: Live = new Live((extension) => ({
    now: Date.now(),
    calls: crm.calls(),
    popups: crm.popups(extension),
  }));
  const onWire = live.wire.bind(live);
  const crm = new Crm({ token, timeZone, connectorUrl, onWire, onChange: () => live.changed() });
  const pbx = new Pbx({ user, monitor, speed, onWire, onFault });
  const amiPort = await pbx.start();
  stops.push(() => pbx.stop());
  const web = await listen(
    createWeb({ crm, pbx, live, module: new Module({ crm, token }), connectorUrl, onFault }).callback(),
    settings.port,
  );
  stops.push(() => web.close());
  stops.push(() => live.close());
  const connector = await settings.startConnector({
    ami: { host: '127.0.0.1', port: amiPort, username: user.name, secret: user.secret },
    crm: { url: `${web.url}${callbackPath}`, token, dialect: 'salesplatform', time_zone: timeZone },
    http: { bind: '127.0.0.1', port: 0 },
    ...connectorSettings(folder, monitor),
  });
  stops.push(() => connector.stop());
  connectorPort = connector.httpPort;
  if (!(await pbx.followed(loginMs))) throw new Error('The connector did not log in to the demo’s PBX');
  return web.url;
}

function connectorSettings(folder: string, monitor: string) {
  return {
    recordings: {
      roots: [monitor],
      // Its port is not known yet; the demo's CRM puts the right address in front.
      public_url: 'http://connector',
      path_map: [{ from: '/var/spool/asterisk/monitor', to: monitor }],
      settle_seconds: 0.3,
    },
    database: { path: join(folder, 'connector.db') },
    // A second is enough for what a PBX next door tells late, and the recording is there the sooner.
    calls: { late_event_seconds: 1 },
    click_to_call: { context: 'vtiger', ring_seconds: 30 },
  };
}

async function listen(answer: Parameters<typeof createServer>[1], port: number) {
  const server = createServer(answer);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
