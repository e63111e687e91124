import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConnectorProcess } from '../test/faults/connector-process.ts';
import { LivingAsterisk } from '../test/faults/living-asterisk.ts';
import { copyProgram } from '../test/faults/program.ts';
import { LoadCalls } from './load-calls.ts';
import { LoadCrm, type LoadRecord } from './load-crm.ts';

/** What becomes of a call of each kind: the record's status, and for how long was talked. */
const outcomes: Readonly<Record<string, { readonly user: string; readonly status: string; readonly talked: number }>> =
  {
    s01: { user: '01', status: 'Normal Clearing', talked: 4 },
    s02: { user: '01', status: 'no-answer', talked: 0 },
    s04: { user: '01', status: 'busy', talked: 0 },
    s06: { user: '01', status: 'Normal Clearing', talked: 4 },
    s07: { user: '01', status: 'Normal Clearing', talked: 4 },
  };

/** Times are told in whole seconds; what a record of Asterisk's says differs by two more. */
const toleranceSeconds = 4;

/** A connector as a process between an Asterisk and a CRM that are played, with calls coming in at a rate. */
export class Load {
  readonly crm: LoadCrm;
  readonly asterisk: LivingAsterisk;
  readonly connector: ConnectorProcess;
  /** Of each record that there must be: its call's kind. */
  readonly expected = new Map<string, string>();
  readonly #calls = new LoadCalls(Object.keys(outcomes));

  private constructor(crm: LoadCrm, asterisk: LivingAsterisk, connector: ConnectorProcess) {
    this.crm = crm;
    this.asterisk = asterisk;
    this.connector = connector;
  }

  static async start(): Promise<Load> {
    const folder = await mkdtemp(join(tmpdir(), 'load-'));
    await writeFile(join(folder, 'Master.csv'), '');
    const asterisk = await LivingAsterisk.start(join(folder, 'Master.csv'));
    const crm = await LoadCrm.start();
    const { port, account } = asterisk;
    const config = `
ami: { host: 127.0.0.1, port: ${port}, username: ${account.name}, secret: '${account.secret}' }
crm: { url: '${crm.url}', token: abracadabra, time_zone: Europe/Moscow, dialect: salesplatform }
http: { bind: 127.0.0.1, port: 0 }
recordings: { roots: ['${folder}'] }
database: { path: '${join(folder, 'connector.db')}' }
cdr: { source: csv, file: '${join(folder, 'Master.csv')}', time_zone: UTC, after_outage: 'no' }
log: { level: error }
`;
    await writeFile(join(folder, 'connector.yaml'), config);
    const load = new Load(
      crm,
      asterisk,
      new ConnectorProcess(await copyProgram('load'), join(folder, 'connector.yaml')),
    );
    load.connector.start();
    await load.untilUp();
    return load;
  }

  async untilUp(): Promise<void> {
    while (!this.asterisk.isHeard) await pause(20);
  }

  /** Lets calls begin, `rate` a second, for some seconds. */
  async callFor(seconds: number, rate: number): Promise<void> {
    await this.#calls.during(seconds, rate, ({ call, kind, linkedid, serial }) => {
      this.expected.set(`${linkedid}-${serial}${outcomes[kind]?.user}`, kind);
      this.asterisk.begin(call);
    });
  }

  /** Resident memory of the connector, in MB. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.connector.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  }

  /** What is wrong with the CRM's records. */
  get verdict(): Readonly<Record<'lost' | 'doubled' | 'outOfOrder' | 'open' | 'wrong' | 'strange', number>> {
    const verdict = { lost: 0, doubled: 0, outOfOrder: 0, open: 0, wrong: 0, strange: 0 };
    for (const id of this.crm.records.keys()) if (!this.expected.has(id)) verdict.strange += 1;
    for (const [id, kind] of this.expected) {
      const record = this.crm.records.get(id);
      if (record === undefined) verdict.lost += 1;
      else judge(record, kind, verdict);
    }
    return verdict;
  }
}

function judge(
  { told, status, talked }: LoadRecord,
  kind: string,
  verdict: { doubled: number; outOfOrder: number; open: number; wrong: number },
): void {
  const wanted = outcomes[kind];
  if (told.filter((each) => each === 'DialBegin').length > 1) verdict.doubled += 1;
  if (told[0] !== 'DialBegin' || told.lastIndexOf('DialAnswer') > told.indexOf('Hangup')) {
    if (told.includes('Hangup')) verdict.outOfOrder += 1;
  }
  if (status === 'ringing' || status === 'in-progress') verdict.open += 1;
  else if (status !== wanted?.status || Math.abs(talked - wanted.talked) > toleranceSeconds) verdict.wrong += 1;
}
