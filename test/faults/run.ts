import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { ConnectorProcess } from './connector-process.ts';
import { Faults } from './faults.ts';
import { watchLag } from './lag.ts';
import { leftBehind, untilDone } from './left-behind.ts';
import { LivingAsterisk } from './living-asterisk.ts';
import { crmSettings, judge, type Told } from './oracle.ts';
import type { Plan } from './plan.ts';
import { livingCall } from './planned-call.ts';
import { type Scene, until } from './scene.ts';

/** How long the CRM may need to be told the rest once all calls and faults are over. */
const usualLimitMs = 30_000;

export interface Outcome {
  /** What is wrong; empty: nothing. */
  readonly faults: readonly string[];
  readonly log: readonly string[];
  readonly rows: readonly CallRow[];
}

/**
 * Lets a plan happen to the connector as a process, between an Asterisk and a CRM that are played, and compares what the CRM
 * has in the end with what it would have had undisturbed.
 */
export async function runPlan(plan: Plan, main: string, settleLimitMs = usualLimitMs): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), `faults-${plan.seed}-`));
  const asterisk = await LivingAsterisk.start(join(folder, 'Master.csv'));
  await writeFile(join(folder, 'Master.csv'), '');
  const crm = await FakeCrm.start({ ...crmSettings, mode: plan.dialect });
  await writeFile(join(folder, 'connector.yaml'), configOf(plan, asterisk, crm, folder));
  const connector = new ConnectorProcess(main, join(folder, 'connector.yaml'));
  const lag = watchLag();
  const scene = { plan, asterisk, crm, connector, folder, lag, begin: Date.now() };
  try {
    return await happen(scene, settleLimitMs);
  } finally {
    lag.stop();
    await connector.kill();
    await Promise.all([asterisk.stop(), crm.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function happen(scene: Scene, settleLimitMs: number): Promise<Outcome> {
  const { plan, asterisk, crm, connector } = scene;
  connector.start();
  await until(() => asterisk.isHeard, 20_000);
  await pause(300);
  const begin = Date.now();
  const faults = new Faults(scene);
  const told = await Promise.all(plan.calls.map((call, n) => begun(scene, call, n + 1)));
  await Promise.all(plan.faults.map((fault) => faults.happen(fault)));
  await pause(begin + Math.max(...told.map(({ at, call }) => at - begin + call.lastsMs)) + 500 - Date.now());
  await until(() => asterisk.isHeard, 20_000);
  const verdict = () => {
    const { seen } = faults;
    const { dialect } = plan;
    const presumed = presumedIn(connector.log);
    return judge(told, crm.rows, { ...seen, lagMs: scene.lag.mostMs, dialect, killed: asterisk.killed, presumed });
  };
  await until(() => verdict().length === 0, settleLimitMs / 2);
  if (faults.seen.silences.length > 0) await reconcile(connector, faults);
  await until(() => verdict().length === 0, settleLimitMs / 2);
  // What comes twice comes late.
  await pause(300);
  const problems = [...verdict(), ...faults.problems, ...violationsOf(crm, faults, presumedIn(connector.log))];
  if (problems.length === 0) await untilDone(scene.folder);
  const exit = await connector.stop();
  if (exit.code !== 0) problems.push(`SIGTERM ended it with ${exit.code ?? exit.signal}`);
  if (problems.length === 0) problems.push(...(await leftBehind(scene.folder)));
  return { faults: problems, log: connector.log, rows: crm.rows };
}

/** Whose a record of vTiger's is, only an answer tells; so one that is corrected is answered once more, and ended at once. */
const correction = 'an answer after the end opens the row again';

function violationsOf({ violations }: FakeCrm, { seen }: Faults, presumed: ReadonlySet<string>): string[] {
  const isCorrected = seen.silences.length > 0;
  const wrong = violations.filter(
    ({ danger, value }) => !(isCorrected && danger === correction) && !presumed.has(value),
  );
  return wrong.map((each) => `violation ${JSON.stringify(each)}`);
}

/** vTiger's calls whose StartApp had no answer: it may have been applied, and is not repeated. The log names each. */
function presumedIn(log: readonly string[]): ReadonlySet<string> {
  const warnings = log.map((line) => / callback StartApp of call (\S+) not repeated: /.exec(line)?.[1]);
  return new Set(warnings.filter((call) => call !== undefined));
}

async function reconcile(connector: ConnectorProcess, faults: Faults): Promise<void> {
  const { code, output } = await connector.command('reconcile', '--repair');
  connector.log.push(`reconcile --repair ended with ${code}:`, ...output.split('\n'));
  if (code !== 0) faults.problems.push(`reconcile --repair ended with ${code}`);
}

async function begun(scene: Scene, { scenario, atMs }: Plan['calls'][number], serial: number): Promise<Told> {
  // Asterisk names channels by the second in which they begin; two calls of one kind must not be named alike.
  const call = await livingCall(scenario, { serial, epoch: Math.floor(scene.begin / 1000) - serial });
  await pause(atMs);
  scene.asterisk.begin(call);
  return { call, at: Date.now() };
}

function configOf({ dialect }: Plan, { port, account }: LivingAsterisk, crm: FakeCrm, folder: string): string {
  const ami = `host: 127.0.0.1, port: ${port}, username: ${account.name}, secret: '${account.secret}'`;
  return `
ami: { ${ami}, ping_interval_seconds: 1, ping_timeout_seconds: 1 }
crm: { url: '${crm.url}', token: ${crmSettings.token}, time_zone: ${crmSettings.timeZone}, dialect: ${dialect}, timeout_seconds: 2 }
http: { bind: 127.0.0.1, port: 0, close_grace_seconds: 1 }
recordings: { roots: ['${folder}'], public_url: 'http://pbx:5000' }
calls: { late_event_seconds: 0.5 }
numbers: { country: RU, to_crm: auto }
database: { path: '${join(folder, 'connector.db')}' }
cdr: { source: csv, file: '${join(folder, 'Master.csv')}', time_zone: UTC, after_outage: 'no' }
`;
}
