import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { Dialect } from '../../src/crm/dialect.ts';
import { type Service, startService } from '../../src/service.ts';
import { type Capture, loadCapture, renameCapture } from '../../src/tools/demo/capture.ts';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

export const token = 'abracadabra';

/** The whole connector between a played Asterisk and a fake CRM, in a folder of its own. */
export interface WholeOffice {
  readonly asterisk: FakeAsterisk;
  readonly crm: FakeCrm;
  readonly folder: string;
  readonly monitor: string;
  readonly log: ReturnType<typeof rememberingLog>;
  readonly config: Config;
  service: Service;
  readonly url: string;
  /** Stops the connector and starts it anew on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export function configOf(yaml: string, file = '/tmp/connector.yaml'): Config {
  const loaded = loadConfig({ file, env: {}, read: () => yaml });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

export interface ConnectorSettings {
  readonly ami: { readonly host: string; readonly port: number; readonly username: string; readonly secret: string };
  /** Default: a SalesPlatform in Moscow's time. */
  readonly crm: {
    readonly url: string;
    readonly token: string;
    readonly dialect?: Dialect['name'] | 'auto';
    readonly timeZone?: string;
  };
  /** Where Asterisk's recordings are for this process. */
  readonly monitor: string;
  /** Holds the database. */
  readonly folder: string;
  /** Of the connector's own HTTP side; default: any free one. */
  readonly port?: number;
  readonly publicUrl?: string;
  /** More of connector.yaml. */
  readonly more?: string;
  /** More of its section http. */
  readonly http?: string;
}

const serviceParts = (log: ReturnType<typeof rememberingLog>) => ({
  log,
  version: '0.0.0',
  onFatal: (fault: unknown) => {
    throw fault;
  },
});

/** A connector in this process, with short waits. */
export async function startConnector(settings: ConnectorSettings) {
  const { ami, crm, monitor, folder, port = 0, publicUrl = 'http://pbx.example:5000', more = '', http = '' } = settings;
  const { dialect = 'salesplatform', timeZone = 'Europe/Moscow' } = crm;
  const log = rememberingLog();
  const config = configOf(
    `
ami: { host: ${ami.host}, port: ${ami.port}, username: ${ami.username}, secret: '${ami.secret}' }
crm: { url: '${crm.url}', token: ${crm.token}, time_zone: ${timeZone}, dialect: ${dialect} }
http: { bind: 127.0.0.1, port: ${port}, close_grace_seconds: 1${http && `, ${http}`} }
recordings:
  roots: ['${monitor}']
  public_url: ${publicUrl}
  path_map: [{ from: /var/spool/asterisk/monitor, to: '${monitor}' }]
  settle_seconds: 0.2
database: { path: '${join(folder, 'connector.db')}' }
calls: { late_event_seconds: 0.3 }
${/^cdr:/m.test(more) ? '' : '# Not the one of an Asterisk that runs on this machine.\ncdr: { source: none }'}
${more}`,
    join(folder, 'connector.yaml'),
  );
  const service = await startService(config, serviceParts(log));
  return { config, log, service };
}

export async function openOffice(more = '', http = ''): Promise<WholeOffice> {
  const folder = await mkdtemp(join(tmpdir(), 'office-'));
  const monitor = join(folder, 'monitor');
  await mkdir(monitor);
  const asterisk = await FakeAsterisk.start();
  const crm = await FakeCrm.start();
  const ami = { host: '127.0.0.1', port: asterisk.port, username: account.name, secret: account.secret };
  const connector = await startConnector({ ami, crm: { url: crm.url, token }, monitor, folder, more, http });
  const office = { ...connector, asterisk, crm, folder, monitor };
  await until(() => asterisk.actions('CoreShowChannels').length > 0);
  return Object.assign(office, {
    get url() {
      return `http://127.0.0.1:${office.service.httpPort}`;
    },
    async restart() {
      await office.service.stop();
      office.service = await startService(office.config, serviceParts(office.log));
    },
    async close() {
      await office.service.stop();
      await Promise.all([asterisk.stop(), crm.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  });
}

let serial = 0;

/** A capture under ids that were not used before. */
export async function freshCapture(scenario: string, words: Record<string, string> = {}): Promise<Capture> {
  serial += 1;
  const capture = await loadCapture(`test/captures/${scenario}`);
  return renameCapture(capture, { epoch: 1_800_000_000 + serial, serial, words });
}

/** Waits for something that is about to be true. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  what = 'what was waited for',
  ms = 5000,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A WAV with half a second of silence in it. */
export async function writeRecording(monitor: string, name: string, bytes = 8000): Promise<void> {
  await writeFile(join(monitor, name), Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(40), Buffer.alloc(bytes)]));
}
