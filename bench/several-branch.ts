import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LivingAsterisk } from '../test/faults/living-asterisk.ts';
import type { LivingCall, Moment } from '../test/faults/planned-call.ts';
import { LoadCalls } from './load-calls.ts';
import { LoadCrm } from './load-crm.ts';

/** Inbound calls: answered, not answered, busy. */
const outcomes: Readonly<Record<string, string>> = { s01: 'Normal Clearing', s02: 'no-answer', s04: 'busy' };

/** One PBX and its CRM, with the time from Asterisk's DialBegin to the CRM's popup of every call. */
export class Branch {
  readonly crm: LoadCrm;
  readonly asterisk: LivingAsterisk;
  readonly database: string;
  readonly #name: string;
  readonly #calls = new LoadCalls(Object.keys(outcomes));
  /** Of each record: its call's kind. */
  #expected = new Map<string, string>();
  readonly #rang = new Map<string, number>();
  #popups: number[] = [];

  private constructor(name: string, folder: string, crm: LoadCrm, asterisk: LivingAsterisk) {
    this.#name = name;
    this.crm = crm;
    this.asterisk = asterisk;
    this.database = join(folder, `connector-${name}.db`);
    crm.onCallback = (id, kind) => {
      const rangAt = this.#rang.get(id);
      if (kind === 'DialBegin' && rangAt !== undefined) this.#popups.push(performance.now() - rangAt);
    };
  }

  static async start(name: string, folder: string): Promise<Branch> {
    const master = join(folder, `${name}.csv`);
    await writeFile(master, '');
    return new Branch(name, folder, await LoadCrm.start(), await LivingAsterisk.start(master));
  }

  get yaml(): string {
    const { port, account } = this.asterisk;
    return `  ${this.#name}:
    ami: { port: ${port}, username: ${account.name}, secret: '${account.secret}' }
    crm: { url: '${this.crm.url}', token: abracadabra }
`;
  }

  get isHeard(): boolean {
    return this.asterisk.isHeard;
  }

  /** What was so far does not count. */
  forget(): void {
    this.#expected = new Map();
    this.#popups = [];
  }

  async callFor(seconds: number, rate: number): Promise<void> {
    await this.#calls.during(seconds, rate, ({ call, kind, linkedid, serial }) => {
      const id = `${this.#name}-${linkedid}-${serial}01`;
      this.#expected.set(id, kind);
      this.asterisk.begin(this.#timed(call, id));
    });
  }

  /** Its moments are looked at when they are sent. */
  #timed(call: LivingCall, id: string): LivingCall {
    const sent = (moment: Moment): Moment => {
      const rings = moment.packets.some(({ headers }) => headers.get('event') === 'DialBegin');
      if (!rings || this.#rang.has(id)) return moment;
      const rang = () => this.#rang.set(id, performance.now());
      return {
        afterMs: moment.afterMs,
        get packets() {
          rang();
          return moment.packets;
        },
      };
    };
    return { ...call, moments: call.moments.map(sent) };
  }

  report(): string {
    const sorted = [...this.#popups].sort((a, b) => a - b);
    const at = (share: number) => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)} ms`;
    const records = [...this.#expected].map(([id, kind]) => ({ wanted: outcomes[kind], ...this.crm.records.get(id) }));
    const wrong = records.flatMap(({ status, wanted, told = [] }) => {
      const begun = told.filter((one) => one === 'DialBegin').length;
      return status === wanted && begun === 1 ? [] : [`${wanted}: ${status ?? 'no record'}, begun ${begun} times`];
    });
    const kinds = [...new Set(wrong)].map((one) => `${wrong.filter((other) => other === one).length} ${one}`);
    const popups = `popup median ${at(0.5)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}, most ${at(1)}`;
    return [`${records.length} calls, ${records.length - wrong.length} records right; ${popups}`, ...kinds].join(
      '\n    ',
    );
  }

  async stop(): Promise<void> {
    await this.asterisk.stop();
    this.crm.stop();
  }
}
