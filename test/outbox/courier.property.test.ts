import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Callback } from '../../src/crm/callback.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import type { SendResult } from '../../src/outbox/retry.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { fastClock } from './fast-clock.ts';

/** What happens to one send. */
interface Fate {
  readonly result: SendResult;
  /** Whether the CRM took it, although its answer may be lost. */
  readonly isApplied: boolean;
  /** Turns of the event loop until the answer. */
  readonly turns: number;
}

const accepted: SendResult = { kind: 'accepted' };
const lost: SendResult = { kind: 'unavailable', why: 'reset', maybeApplied: true };
const refused: SendResult = { kind: 'refused', reason: 'token', why: 'wrong' };

const fate: fc.Arbitrary<Fate> = fc
  .record({
    turns: fc.integer({ min: 0, max: 3 }),
    what: fc.constantFrom(
      { result: accepted, isApplied: true },
      { result: lost, isApplied: true },
      { result: lost, isApplied: false },
      { result: refused, isApplied: false },
    ),
  })
  .map(({ turns, what }) => ({ turns, ...what }));

/** A letter for the call, and a digit for the user. */
const records = ['a1', 'a2', 'b1', 'c1', 'c2', 'c3'] as const;

const plan = fc.record({
  /** For each commit, the records that its callbacks are of. */
  commits: fc.array(fc.array(fc.constantFrom(...records), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 8,
  }),
  fates: fc.array(fate, { maxLength: 40 }),
  /** At which sends the connector is killed. */
  kills: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
  lanes: fc.integer({ min: 1, max: 4 }),
});

type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A CRM that deals with each send as planned, and with all further ones well. */
class PlannedCrm {
  readonly applied: Callback[] = [];
  readonly #plan: Plan;
  #sends = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  async send(callback: Callback, connector: Connector): Promise<SendResult> {
    const {
      result,
      isApplied,
      turns: wait,
    } = this.#plan.fates[this.#sends] ?? {
      result: accepted,
      isApplied: true,
      turns: 0,
    };
    this.#sends += 1;
    if (isApplied) this.applied.push(callback);
    if (this.#plan.kills.includes(this.#sends)) connector.isKilled = true;
    await turns(wait);
    // A killed process learns of no answer any more, so nothing of what was under way is ever marked.
    return connector.isKilled ? new Promise(() => {}) : result;
  }
}

class Connector {
  isKilled = false;
  readonly store: OutboxStore;
  readonly #courier;

  constructor(db: TempDb, crm: PlannedCrm, lanes: number) {
    const clock = fastClock(20_000);
    this.store = new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal: () => {} });
    const send = (callback: Callback) => crm.send(callback, this);
    this.#courier = createCourier({
      store: this.store,
      send,
      clock,
      lanes,
      log: rememberingLog(),
      onAlarm: () => {},
    });
  }

  async start(): Promise<this> {
    await this.#courier.start();
    return this;
  }

  async commit(callbacks: Callback[]): Promise<void> {
    await this.store.commit({ callbacks, calls: [] });
    this.#courier.nudge();
  }

  async stop(): Promise<void> {
    await this.#courier.stop();
  }
}

async function run(plan: Plan, committed: Callback[][]): Promise<Callback[]> {
  const db = await tempDb();
  const crm = new PlannedCrm(plan);
  let connector = await new Connector(db, crm, plan.lanes).start();
  const restartIfKilled = async () => {
    if (!connector.isKilled) return;
    void connector.stop();
    await turns(3);
    await db.reopen();
    connector = await new Connector(db, crm, plan.lanes).start();
  };
  for (const callbacks of committed) {
    await restartIfKilled();
    await connector.commit(callbacks);
  }
  const isDone = async () => {
    await restartIfKilled();
    expect(await connector.store.depth()).toBe(0);
  };
  await vi.waitFor(isDone, { timeout: 10_000, interval: 2 });
  await connector.stop();
  await db.remove();
  return crm.applied;
}

/**
 * What was lost on its way back is sent again, and after a kill all that was sent behind it as well, before anything later of its record:
 * no harm done.
 */
function withoutRepeats(applied: readonly string[]): string[] {
  const kept: string[] = [];
  for (const key of applied) {
    const before = kept.indexOf(key);
    kept.splice(before === -1 ? kept.length : before);
    kept.push(key);
  }
  return kept;
}

describe('the courier, whatever fails and in whatever order', () => {
  test("applies each record's callbacks in the order of their commits, each at least once", async () => {
    const property = fc.asyncProperty(plan, async (plan) => {
      let count = 0;
      const committed = plan.commits.map((records) =>
        records.map((record): Callback => {
          count += 1;
          const [call] = record;
          return { key: `${record}|${count}`, call: call as Linkedid, kind: 'Hangup', params: { callUUID: record } };
        }),
      );
      const keys = (await run(plan, committed)).map((callback) => callback.key);
      for (const record of records) {
        const applied = keys.filter((key) => key.startsWith(record));
        const expected = committed.flat().filter(({ params }) => params['callUUID'] === record);
        expect(withoutRepeats(applied)).toEqual(expected.map((callback) => callback.key));
      }
    });
    await fc.assert(property, { numRuns: 80, endOnFailure: true });
  }, 180_000);
});
