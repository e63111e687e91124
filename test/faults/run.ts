import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { localTimeIn } from '../../src/crm/local-time.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import type { Violation } from '../../src/tools/demo/violations.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { ConnectorProcess } from './connector-process.ts';
import { Faults } from './faults.ts';
import { watchLag } from './lag.ts';
import { leftBehind } from './left-behind.ts';
import { LivingAsterisk } from './living-asterisk.ts';
import { type Circumstances, crmSettings, judge, type Told } from './oracle.ts';
import type { Plan } from './plan.ts';
import { livingCall } from './planned-call.ts';
import { type Scene, until } from './scene.ts';

/** How long the CRM may need to be told the rest once all calls and faults are over. */
const usualLimitMs = 30_000;
const startLimitMs = 60_000;

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
  if (!(await until(() => asterisk.isHeard && asterisk.listings > 0, startLimitMs)))
    return { faults: ['the connector did not come up'], log: connector.log, rows: [] };
  const begin = Date.now();
  const faults = new Faults(scene);
  const failing = Promise.all(plan.faults.map((fault) => faults.happen(fault)));
  const told = await Promise.all(plan.calls.map((call, n) => begun(scene, call, n + 1)));
  await failing;
  await pause(begin + Math.max(...told.map(({ at, call }) => at - begin + call.lastsMs)) + 500 - Date.now());
  await until(() => asterisk.isHeard, 20_000);
  if (plan.faults.some(({ kind }) => kind === 'crm refuses the token')) await restart(scene, faults);
  const verdict = () => judge(told, crm.rows, circumstancesOf(scene, faults));
  await until(() => verdict().length === 0, settleLimitMs / 2);
  if (faults.seen.silences.length > 0) await reconcile(scene, faults);
  await until(() => verdict().length === 0, settleLimitMs / 2);
  await until(async () => (await leftBehind(scene.folder)).length === 0, settleLimitMs / 2);
  // What comes twice comes late.
  await pause(300);
  const problems = [...verdict(), ...faults.problems, ...violationsOf(scene, faults)];
  await stop(connector, problems);
  if (problems.length === 0) problems.push(...(await leftBehind(scene.folder)));
  return { faults: problems, log: connector.log, rows: crm.rows };
}

/** As one does who has corrected its settings; by itself it tries such a callback again after a minute. */
async function restart({ asterisk, connector }: Scene, { problems }: Faults): Promise<void> {
  await stop(connector, problems);
  const { listings } = asterisk;
  connector.start();
  await until(() => asterisk.listings > listings, startLimitMs);
}

async function stop(connector: ConnectorProcess, problems: string[]): Promise<void> {
  const { code, signal } = await connector.stop();
  if (code !== 0) problems.push(`SIGTERM ended it with ${code ?? signal}`);
}

function circumstancesOf({ plan, asterisk, connector, lag }: Scene, { seen }: Faults): Circumstances {
  const { dialect } = plan;
  const isVanilla = dialect === 'vanilla';
  const inDoubt = connector.log.map((line) => /callback StartApp of call (\S+) not repeated/.exec(line)?.[1] ?? '');
  return { ...seen, dialect, lagMs: lag.mostMs, killed: asterisk.killed, doubtful: new Set(isVanilla ? inDoubt : []) };
}

/** Whose a record of vTiger's is, only an answer tells; so one that is corrected is answered once more, and ended at once. */
const correction = 'an answer after the end opens the row again';

/** What follows a callback of which it is not known whether it arrived, if it did not. */
const unstarted = 'nobody has started this call';

function violationsOf(scene: Scene, faults: Faults): string[] {
  const { silences, doubtful } = circumstancesOf(scene, faults);
  const isAllowed = ({ danger, value }: Violation) =>
    (danger === correction && silences.length > 0) || (danger === unstarted && doubtful.has(value));
  const wrong = scene.crm.violations.filter((each) => !isAllowed(each));
  return wrong.map((each) => `violation ${JSON.stringify(each)}`);
}

const timeInCrm = localTimeIn(crmSettings.timeZone);

/** From the beginning of the run on: one that is killed at once in its first life knows of nothing by which it could tell since when it has run. */
async function reconcile({ connector, begin }: Scene, faults: Faults): Promise<void> {
  const { code, output } = await connector.command('reconcile', '--repair', '--since', timeInCrm(begin - 2_000));
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
