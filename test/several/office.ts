import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Config } from '../../src/config/schema.ts';
import type { Log } from '../../src/log.ts';
import { type Service, startService } from '../../src/service.ts';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { FakeCrm, type FakeCrmSettings } from '../doubles/fake-crm.ts';
import { configOf, token, until as untilWithin } from '../service/office.ts';

export interface Line {
  readonly level: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that remembers, and whose children's fields stand in their lines. */
export function fieldsLog(lines: Line[] = [], own: object = {}): Log & { readonly lines: Line[] } {
  const at =
    (level: string) =>
    (text: string, fields: object = {}) =>
      void lines.push({ level, text, fields: { ...own, ...fields } });
  return {
    lines,
    ...{ error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') },
    child: (fields) => fieldsLog(lines, { ...own, ...fields }),
  };
}

/** One PBX with its CRM, of several. */
export interface Branch {
  readonly name: string;
  readonly asterisk: FakeAsterisk;
  readonly crm: FakeCrm;
  readonly monitor: string;
  readonly database: string;
}

export interface SeveralOffices {
  readonly north: Branch;
  readonly south: Branch;
  readonly log: ReturnType<typeof fieldsLog>;
  readonly config: Config;
  readonly service: Service;
  readonly url: string;
  /** Faults that were taken for the whole process's. */
  readonly fatal: unknown[];
  close(): Promise<void>;
}

export interface SeveralSettings {
  /** Sections of connector.yaml put over a connection's own. */
  readonly of?: { readonly north?: Sections; readonly south?: Sections };
  readonly oneCrm?: boolean;
  /** More of the section http, which all have in common. */
  readonly http?: Readonly<Record<string, unknown>>;
  readonly crm?: FakeCrmSettings;
  /** Done in the folder before the connector starts. */
  readonly before?: (folder: string) => Promise<void>;
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const tokens = { north: token, south: 'sesame-south' };

/** The connector with two connections, each between a played Asterisk and a CRM of its own. */
export async function openSeveral(settings: SeveralSettings = {}): Promise<SeveralOffices> {
  const folder = await mkdtemp(join(tmpdir(), 'several-'));
  const north = await branch('north', folder, await FakeCrm.start({ ...settings.crm, token: tokens.north }));
  const crmOfSouth =
    settings.oneCrm === true ? north.crm : await FakeCrm.start({ ...settings.crm, token: tokens.south });
  const south = await branch('south', folder, crmOfSouth);
  await settings.before?.(folder);
  const log = fieldsLog();
  const config = configOf(yamlOf([north, south], settings), join(folder, 'connector.yaml'));
  const fatal: unknown[] = [];
  const service = await startService(config, { log, version: '0.0.0', onFatal: (fault) => void fatal.push(fault) });
  return {
    ...{ north, south, log, config, service, fatal, url: `http://127.0.0.1:${service.httpPort}` },
    async close() {
      await service.stop();
      for (const { asterisk, crm } of [north, south]) await Promise.all([asterisk.stop(), crm.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function branch(name: string, folder: string, crm: FakeCrm): Promise<Branch> {
  const monitor = join(folder, `monitor-${name}`);
  await mkdir(monitor);
  return { name, asterisk: await FakeAsterisk.start(), crm, monitor, database: join(folder, `connector-${name}.db`) };
}

function yamlOf(branches: readonly Branch[], { of = {}, oneCrm = false, http = {} }: SeveralSettings): string {
  const connections = branches.map(({ name, asterisk, crm, monitor }) => {
    const own: Sections = {
      ami: { port: asterisk.port },
      crm: { url: crm.url, token: oneCrm ? tokens.north : tokens[name as keyof typeof tokens] },
      recordings: { roots: [monitor], path_map: [{ from: '/var/spool/asterisk/monitor', to: monitor }] },
    };
    const more = of[name as keyof typeof tokens] ?? {};
    const sections = [...new Set([...Object.keys(own), ...Object.keys(more)])];
    return [name, Object.fromEntries(sections.map((section) => [section, { ...own[section], ...more[section] }]))];
  });
  return stringify({
    ami: { host: '127.0.0.1', username: account.name, secret: account.secret },
    crm: { time_zone: 'Europe/Moscow', dialect: 'salesplatform' },
    http: { bind: '127.0.0.1', port: 0, close_grace_seconds: 1, ...http },
    recordings: { public_url: 'http://pbx.example:5000', settle_seconds: 0.2 },
    calls: { late_event_seconds: 0.3 },
    cdr: { source: 'none' },
    connections: Object.fromEntries(connections),
  });
}

/** What fails stays so until a test mends it: the limit need only be one that a machine under load can hold. */
export function until(isTrue: () => boolean, what?: string): Promise<void> {
  return untilWithin(isTrue, what, 20_000);
}

/** Both hear their Asterisk. */
export function isUp({ asterisk }: Branch): boolean {
  return asterisk.actions('CoreShowChannels').length > 0;
}

export async function healthAt(
  url: string,
): Promise<{ readonly code: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { code: response.status, body: (await response.json()) as Record<string, unknown> };
}
