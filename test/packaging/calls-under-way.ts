import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { watchLag } from '../faults/lag.ts';
import { leftBehind } from '../faults/left-behind.ts';
import { LivingAsterisk, type Silence } from '../faults/living-asterisk.ts';
import { crmSettings, judge, type Told } from '../faults/oracle.ts';
import { livingCall } from '../faults/planned-call.ts';
import { until } from '../faults/scene.ts';
import { tempFolder } from './temp-folder.ts';

/** An answered call, one that rings a group, and others that last about ten seconds. */
const scenarios = ['s01', 's06', 's07', 's14'];

/** An Asterisk whose calls go on whatever becomes of the connector, and a CRM whose records are compared in the end. */
export class CallsUnderWay {
  readonly folder: string;
  readonly configFile: string;
  readonly asterisk: LivingAsterisk;
  readonly crm: FakeCrm;
  readonly #begin = Date.now();
  readonly #lag = watchLag();
  readonly #told: Told[] = [];
  readonly #silences: Silence[] = [];

  private constructor(folder: string, asterisk: LivingAsterisk, crm: FakeCrm) {
    this.folder = folder;
    this.configFile = join(folder, 'connector.yaml');
    this.asterisk = asterisk;
    this.crm = crm;
  }

  /** Until the test is over. */
  static async start(): Promise<CallsUnderWay> {
    const folder = await tempFolder();
    const master = join(folder, 'Master.csv');
    await writeFile(master, '');
    const calls = new CallsUnderWay(folder, await LivingAsterisk.start(master), await FakeCrm.start(crmSettings));
    onTestFinished(async () => {
      calls.#lag.stop();
      await Promise.all([calls.asterisk.stop(), calls.crm.stop()]);
    });
    await calls.settle();
    return calls;
  }

  /** Writes connector.yaml. */
  async settle(more = 'http: { port: 0, close_grace_seconds: 1 }'): Promise<void> {
    const { port, account } = this.asterisk;
    const { token, timeZone } = crmSettings;
    const settings = `
ami: { host: 127.0.0.1, port: ${port}, username: ${account.name}, secret: '${account.secret}' }
crm: { url: '${this.crm.url}', token: ${token}, time_zone: ${timeZone}, dialect: salesplatform }
recordings: { roots: ['${this.folder}'], public_url: 'http://pbx:5000' }
database: { path: '${join(this.folder, 'connector.db')}' }
calls: { late_event_seconds: 0.5 }
cdr: { source: csv, file: '${join(this.folder, 'Master.csv')}', time_zone: UTC, after_outage: 'no' }
${more}
`;
    await writeFile(this.configFile, settings);
  }

  async areHeard(listings = 0): Promise<void> {
    expect(await until(() => this.asterisk.isHeard && this.asterisk.listings > listings, 30_000)).toBe(true);
  }

  /** Of offices of their own. */
  async begin(): Promise<void> {
    for (const scenario of scenarios) {
      const serial = this.#told.length + 1;
      const call = await livingCall(scenario, { serial, epoch: Math.floor(this.#begin / 1000) - serial });
      this.asterisk.begin(call);
      this.#told.push({ call, at: Date.now() });
    }
  }

  /** Something after which the connector has to find out what goes on. */
  async survive(happen: () => unknown): Promise<void> {
    const { listings } = this.asterisk;
    const silence: Silence = { from: Date.now() - 300, until: null };
    this.#silences.push(silence);
    await happen();
    await this.areHeard(listings);
    silence.until = Date.now() + 300;
  }

  async areOver(): Promise<void> {
    await pause(Math.max(0, ...this.#told.map(({ at, call }) => at + call.lastsMs + 500 - Date.now())));
  }

  /** What Asterisk's own records tell of the calls, for what rang or ended while nobody listened. */
  async reconcile(program: string): Promise<void> {
    const records = this.#told.reduce((sum, { call }) => sum + call.records.length, 0);
    const lines = async () => (await readFile(join(this.folder, 'Master.csv'), 'utf8')).split('\n').length - 1;
    expect(await until(async () => (await lines()) === records, 20_000)).toBe(true);
    const since = localTimeIn(crmSettings.timeZone)(this.#begin - 2_000);
    const words = ['reconcile', '--repair', '--since', since, '--config', this.configFile];
    await promisify(execFile)(process.execPath, [program, ...words]);
  }

  /** The CRM has in the end what it would have had undisturbed. @param story told when it has not */
  async areRight(story: () => string): Promise<void> {
    const seen = { silences: this.#silences, pausedMs: 0, dialect: 'salesplatform', killed: new Set<never>() } as const;
    const lagMs = this.#lag.mostMs;
    const verdict = () => judge(this.#told, this.crm.rows, { ...seen, lagMs, doubtful: new Set() });
    await until(() => verdict().length === 0, 20_000);
    expect(verdict(), story()).toEqual([]);
    expect(this.crm.violations.filter(({ danger }) => danger !== correction)).toEqual([]);
    expect(this.crm.rows.length).toBeGreaterThanOrEqual(this.#told.length);
  }

  /** After the connector has stopped. */
  async areDoneWith(): Promise<void> {
    expect(await leftBehind(this.folder)).toEqual([]);
  }
}

/** A record that is corrected from Asterisk's is answered once more, and ended at once. */
const correction = 'an answer after the end opens the row again';
