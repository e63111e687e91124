import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { openDatabase } from '../../src/db/open.ts';
import { examine } from '../../src/doctor/doctor.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { account } from '../doubles/fake-asterisk.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { SettledAsterisk } from './settled-asterisk.ts';

/** An installation in which all is well, for tests to spoil; the connector itself does not run. */
export interface Patient {
  asterisk: SettledAsterisk;
  readonly crm: FakeCrm;
  readonly folder: string;
  readonly monitor: string;
  readonly databasePath: string;
  /** Put over the settings, by section. */
  settings: Record<string, object>;
  node: string;
  notes: string[];
  examine(): Promise<Finding[]>;
  config(): Config;
  close(): Promise<void>;
}

export async function wellPatient(): Promise<Patient> {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const monitor = join(folder, 'monitor');
  await mkdir(monitor);
  await writeFile(join(monitor, 'one.wav'), Buffer.alloc(8044));
  const file = join(folder, 'connector.yaml');
  await writeFile(file, '# as told\n', { mode: 0o600 });
  const databasePath = join(folder, 'connector.db');
  const crm = await FakeCrm.start({ token: 'abracadabra-and-more' });
  crm.fault = (_, path) => modulePage(path);
  const patient: Patient = {
    ...{ crm, folder, monitor, databasePath, settings: {}, node: 'v20.20.2', notes: [] },
    asterisk: await SettledAsterisk.start(),
    config: () => configFor(patient, file),
    examine: () =>
      examine(patient.config(), {
        clock: systemClock,
        version: '0.1.0',
        node: patient.node,
        file,
        notes: patient.notes,
      }),
    async close() {
      await Promise.all([patient.asterisk.fake.stop(), crm.stop()]);
      await chmod(monitor, 0o755).catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
  return patient;
}

/** What the page of the connector's module says to whoever brings no token; undefined: another page is asked for. */
export function modulePage(path: string) {
  return path.endsWith('/poll.php') ? { status: 401, body: '{"error":"token"}' } : undefined;
}

function configFor({ asterisk, crm, monitor, databasePath, settings }: Patient, file: string): Config {
  const sections: Record<string, object> = {
    ami: { host: '127.0.0.1', port: asterisk.fake.port, username: account.name, secret: account.secret },
    crm: { url: crm.url, token: 'abracadabra-and-more', time_zone: 'Europe/Moscow' },
    http: { bind: '127.0.0.1', port: 1 },
    recordings: { roots: [monitor], path_map: [{ from: '/var/spool/asterisk/monitor', to: monitor }] },
    database: { path: databasePath },
    cdr: { source: 'none' },
  };
  const names = new Set([...Object.keys(sections), ...Object.keys(settings)]);
  const merged = [...names].map((name) => [name, { ...sections[name], ...settings[name] }]);
  const text = JSON.stringify(Object.fromEntries(merged));
  const loaded = loadConfig({ file, env: {}, read: (path) => (path === file ? text : readFileSync(path, 'utf8')) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** A database as a connector that has been stopped leaves it, with what `fill` puts there. */
export async function stoppedConnector(
  path: string,
  fill: (knex: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown> = async () => {},
): Promise<void> {
  const knex = await openDatabase(path);
  await fill(knex);
  await knex.destroy();
}
