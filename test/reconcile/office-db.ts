import type { Knex } from 'knex';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { CdrRecord } from '../../src/cdr/cdr-record.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { Dialect } from '../../src/crm/dialect.ts';
import { dialectNamed } from '../../src/dialect-choice.ts';
import { historyKeeper } from '../../src/history/history-store.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { type Reconciliation, reconcileSpan } from '../../src/reconcile/reconcile-span.ts';
import type { Teller } from '../../src/reconcile/repair.ts';
import { recordingKeeper } from '../../src/recordings/recording-keeper.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import { unrungKeeper } from '../../src/unrung/unrung-store.ts';
import { officeUsers } from '../doubles/fake-crm.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

export const timeZone = 'Europe/Moscow';
const token = 'abracadabra';
const hourMs = 3_600_000;

/** The settings of the captured office, as an admin there would have them. */
export function officeConfig(more: Readonly<Record<string, string>> = {}): Config {
  const env = {
    CONNECTOR_AMI_USERNAME: 'connector',
    CONNECTOR_AMI_SECRET: 'ami',
    CONNECTOR_CRM_URL: 'http://127.0.0.1',
    CONNECTOR_CRM_TOKEN: token,
    CONNECTOR_CRM_TIME_ZONE: timeZone,
    CONNECTOR_NUMBERS_COUNTRY: 'RU',
    CONNECTOR_TRUNKS: '5000',
    CONNECTOR_CDR_TIME_ZONE: timeZone,
    ...more,
  };
  const loaded = loadConfig({ file: null, env });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** A connector's database with a CRM behind it; the network between them is a function call. */
export class OfficeDb {
  readonly config: Config;
  readonly crm: PbxManager;
  readonly dialect: Dialect;
  readonly #db: TempDb;
  readonly #store: OutboxStore;
  readonly #now: () => number;

  private constructor(db: TempDb, name: Dialect['name'], now: () => number, config: Config) {
    this.#db = db;
    this.#now = now;
    this.config = config;
    this.dialect = dialectNamed(name, config);
    this.crm = new PbxManager({ users: officeUsers, customers: [], token, mode: name, timeZone, now });
    const onFatal = (fault: unknown) => {
      throw fault;
    };
    this.#store = new OutboxStore({
      knex: db.knex,
      now,
      onFatal,
      keepers: [recordingKeeper, unrungKeeper, historyKeeper],
    });
  }

  static async open(name: Dialect['name'], now: () => number, config = officeConfig()): Promise<OfficeDb> {
    return new OfficeDb(await tempDb(), name, now, config);
  }

  get knex(): Knex {
    return this.#db.knex;
  }

  /** What a running connector learns, as it keeps and tells it. */
  async hear(events: readonly CallEvent[]): Promise<void> {
    const callbacks = events.flatMap((event) => this.dialect.callbacks(event));
    await this.#store.commit({ callbacks, calls: [], events });
  }

  /** Brings all callbacks that wait to the CRM. @returns how many */
  async deliver(): Promise<number> {
    let count = 0;
    for (;;) {
      const due = await this.#store.due(100, [], 'old');
      if (due.length === 0) return count;
      for (const callback of due) {
        this.crm.receive({ ...callback.params, vtigersignature: token });
        await this.#store.markDelivered(callback, null);
        count += 1;
      }
    }
  }

  /** @param records all that the CDR has */
  reconcile(records: readonly CdrRecord[], repair: boolean): Promise<Reconciliation> {
    const teller: Teller = {
      dialect: this.dialect.name,
      callbacks: (event) => this.dialect.callbacks(event),
      commit: (commit) => this.#store.commit(commit),
    };
    const source = {
      title: 'captured',
      read: async (from: number, until: number) => records.filter(({ start }) => start >= from && start < until),
      close: async () => {},
    };
    const until = this.#now();
    const parts = { config: this.config, database: this.knex, source, teller, now: this.#now };
    return reconcileSpan(parts, { from: until - 24 * hourMs, until, repair });
  }

  remove(): Promise<void> {
    return this.#db.remove();
  }
}

/** Some time after the last row, when all has settled. */
export function longAfter(records: readonly CdrRecord[]): number {
  return Math.max(0, ...records.map(({ end }) => end)) + hourMs;
}
