import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Clock } from '../../src/clock.ts';
import type { Callback, CallbackKind } from '../../src/crm/callback.ts';
import { catchUp } from '../../src/crm/late.ts';
import { type Courier, type CourierSettings, createCourier } from '../../src/outbox/courier.ts';
import { OutboxStore, type StoredCallback } from '../../src/outbox/outbox-store.ts';
import type { SendResult } from '../../src/outbox/retry.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import { officeUsers } from '../doubles/fake-crm.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { fastClock } from './fast-clock.ts';

const accepted: SendResult = { kind: 'accepted' };
const timedOut: SendResult = { kind: 'unavailable', why: 'no answer', maybeApplied: true, timedOut: true };
const lastWordMs = 120_000;

let db: TempDb;
let clock: Clock;
let crm: PbxManager;
let store: OutboxStore;
let courier: Courier;
let sent: { text: string; at: number }[];
/** What the CRM does with a callback; it takes it unless told otherwise. */
let answer: (callback: StoredCallback) => SendResult | Promise<SendResult>;

beforeEach(async () => {
  db = await tempDb();
  sent = [];
  answer = (callback) => apply(callback);
});

afterEach(async () => {
  await courier.stop();
  await db.remove();
});

function apply({ params }: Callback): SendResult {
  crm.receive({ ...params, vtigersignature: 't' });
  return accepted;
}

async function start(speed: number, settings: Partial<CourierSettings> = {}): Promise<void> {
  clock = fastClock(speed);
  crm = new PbxManager({ users: officeUsers, customers: [], token: 't', now: () => clock.now() });
  store = new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal: () => {}, lastWordMs });
  const send = async (callback: StoredCallback) => {
    sent.push({ text: `${callback.params['callUUID']} ${callback.kind}`, at: clock.now() });
    return answer(callback);
  };
  const log = rememberingLog();
  courier = createCourier({ store, send, clock, log, lanes: 2, onAlarm: () => {}, catchUp, ...settings });
  await courier.start();
}

const bodies: Readonly<Record<CallbackKind, Record<string, string>>> = {
  StartApp: {},
  DialBegin: { callerIdNumber: '79211001011', dialString: '101', StartTime: '2026-11-21 10:00:00' },
  DialAnswer: { callerid1: '79211001011', callerid2: '101' },
  Hangup: { callerIdNum: '101', causetxt: 'Normal Clearing', EndTime: '2026-11-21 10:00:09', Duration: '9' },
  EndCall: { starttime: '2026-11-21 10:00:00', endtime: '2026-11-21 10:00:09', duration: '9', billableseconds: '5' },
  Record: { recordinglink: 'http://pbx/recording?id=1' },
};

const whole: readonly CallbackKind[] = ['DialBegin', 'DialAnswer', 'Hangup', 'EndCall'];

async function commit(call: string, kinds: readonly CallbackKind[] = whole, ring = 1): Promise<void> {
  const callbacks = kinds.map((kind): Callback => {
    const params = { callstatus: kind, callUUID: call, ...bodies[kind] };
    return { key: `${call}|101|${ring}|${kind}`, call: call as Linkedid, kind, params };
  });
  await store.commit({ callbacks, calls: [] });
  courier.nudge();
}

const kindsOf = (call: string) =>
  sent.filter(({ text }) => text.startsWith(`${call} `)).map(({ text }) => text.split(' ')[1]);
const drained = () => vi.waitFor(async () => expect(await store.depth()).toBe(0), { timeout: 8_000, interval: 5 });
const outcomes = async () => (await db.knex('callbacks').orderBy('id')).map(({ outcome }) => outcome);
const row = () =>
  crm.rows.map(({ status, endTime, totalDuration, billDuration }) => ({
    status,
    endTime,
    totalDuration,
    billDuration,
  }));
const ended = { status: 'completed', endTime: '2026-11-21 10:00:09', totalDuration: 9, billDuration: 5 };

describe('a call that is over before the CRM hears of it', () => {
  const away: SendResult = { kind: 'refused', reason: 'url', why: '404' };

  async function afterOutage(settings: Partial<CourierSettings> = {}): Promise<void> {
    answer = () => away;
    await start(200, settings);
    await commit('1.1');
    await vi.waitFor(() => expect(courier.state.isCrmAway).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    sent = [];
  }

  test('is begun and ended; what is left out is kept', async () => {
    await afterOutage();
    answer = apply;
    await drained();
    expect(kindsOf('1.1')).toEqual(['DialBegin', 'Hangup', 'EndCall']);
    expect(await outcomes()).toEqual(['accepted', 'unneeded', 'accepted', 'accepted']);
    expect(row()).toEqual([ended]);
    expect(courier.state).toMatchObject({ delivered: 3, givenUp: 0 });
  });

  test('its end follows at once, and other users’ popups of the same call do not wait for it', async () => {
    await afterOutage();
    const other = {
      key: '1.1|102',
      call: '1.1' as Linkedid,
      kind: 'DialBegin' as const,
      params: { callUUID: '1.1-102' },
    };
    const end = { ...other, key: '1.1|102|end', kind: 'Hangup' as const };
    await db.knex('callbacks').where({ kind: 'Hangup' }).update({ key: 'later' });
    await store.commit({ callbacks: [other, end], calls: [] });
    // Without what is tried while the CRM is still away.
    const texts: string[] = [];
    answer = (callback) => {
      texts.push(`${callback.params['callUUID']} ${callback.kind}`);
      return apply(callback);
    };
    await drained();
    expect(texts.filter((text) => text.startsWith('1.1 '))).toEqual(['1.1 DialBegin', '1.1 Hangup', '1.1 EndCall']);
    expect(texts.filter((text) => text.startsWith('1.1-102 '))).toEqual(['1.1-102 DialBegin', '1.1-102 Hangup']);
    expect(texts).toHaveLength(5);
  });

  test('whose end fails is ended by repeats, in order', async () => {
    await afterOutage();
    let failures = 0;
    answer = (callback) => {
      if (callback.kind !== 'Hangup' || failures === 2) return apply(callback);
      failures += 1;
      return { kind: 'unavailable', why: '503', maybeApplied: false };
    };
    await drained();
    expect(kindsOf('1.1')).toEqual(['DialBegin', 'Hangup', 'Hangup', 'Hangup', 'EndCall']);
    expect(row()).toEqual([ended]);
  });

  test('is begun and ended again, if the connector is killed amid this', async () => {
    await afterOutage();
    let kill = () => {};
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    answer = (callback) => {
      apply(callback);
      if (callback.kind !== 'EndCall') return accepted;
      kill();
      return new Promise(() => {});
    };
    await killed;
    // All that is on disk is that it was to be done.
    expect(await outcomes()).toEqual(['refused', 'unneeded', null, null]);
    await db.reopen();
    answer = apply;
    await start(200);
    await drained();
    expect(kindsOf('1.1').slice(3)).toEqual(['DialBegin', 'Hangup', 'EndCall']);
    expect(row()).toEqual([ended]);
  });

  test('has what was put back by hand meanwhile sent in its place', async () => {
    await afterOutage();
    answer = async (callback) => {
      if (callback.kind === 'EndCall' && kindsOf('1.1').length < 4)
        await db.knex('callbacks').where({ kind: 'DialBegin' }).update({ due_at: null });
      return apply(callback);
    };
    await drained();
    // Were the end taken for delivered, the DialBegin that comes again would leave the row open.
    const inOrder = ['DialBegin', 'Hangup', 'EndCall'];
    expect(kindsOf('1.1')).toEqual([...inOrder, ...inOrder]);
    expect(row()).toEqual([ended]);
  });

  test('is told whole if it is told in time, and while it goes on', async () => {
    await start(1);
    await commit('1.1');
    await drained();
    expect(kindsOf('1.1')).toEqual(whole);
    await courier.stop();
    await start(200);
    await commit('1.2', ['DialBegin', 'DialAnswer']);
    await drained();
    expect(crm.pollIncoming('101')).toMatchObject([{ sourceuuid: '1.2', status: 'in-progress' }]);
  });
});

describe('a CRM that does not answer', () => {
  test('keeps no other call waiting, however many requests are stuck', async () => {
    let stuck = 0;
    answer = (callback) => {
      if (!callback.call.startsWith('stuck')) return apply(callback);
      stuck += 1;
      return new Promise(() => {});
    };
    await start(100);
    for (let n = 0; n < 5; n += 1) await commit(`stuck.${n}`);
    await vi.waitFor(() => expect(stuck).toBe(5));
    await commit('1.1');
    await commit('1.2');
    await vi.waitFor(() => expect([kindsOf('1.1').at(-1), kindsOf('1.2').at(-1)]).toEqual(['EndCall', 'EndCall']));
    await vi.waitFor(() => expect(courier.state).toMatchObject({ inFlight: 5, isCrmAway: false }));
    // The next of its call waits for the one that is stuck.
    expect(kindsOf('stuck.0')).toEqual(['DialBegin']);
  });

  test('at all phones of one queue’s call keeps no other call waiting', async () => {
    const stuck: Callback[] = [];
    answer = (callback) => {
      if (callback.call !== 'queue') return apply(callback);
      stuck.push(callback);
      return new Promise(() => {});
    };
    await start(100);
    const phones = Array.from({ length: 12 }, (_, index) => `queue-${101 + index}`);
    const rings = phones.map((callUUID) => {
      const key = `queue|${callUUID}`;
      return { key, call: 'queue' as Linkedid, kind: 'DialBegin' as const, params: { callUUID } };
    });
    await store.commit({ callbacks: rings, calls: [] });
    // Each is stuck for longer than makes room for another.
    await new Promise((resolve) => setTimeout(resolve, 150));
    for (const call of ['1.1', '1.2', '1.3']) {
      await commit(call);
      await vi.waitFor(() => expect(kindsOf(call).at(-1)).toBe('EndCall'));
    }
    expect(stuck).toHaveLength(2);
    expect(courier.state).toMatchObject({ inFlight: 2, isCrmAway: false });
  });

  test('is asked by no more than six beside its lanes, and counts as away when they fail', async () => {
    let fail = () => {};
    const failed = new Promise<SendResult>((resolve) => {
      fail = () => resolve(timedOut);
    });
    answer = () => failed;
    await start(100);
    for (let n = 0; n < 12; n += 1) await commit(`1.${n}`);
    await vi.waitFor(() => expect(courier.state.inFlight).toBe(8));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(courier.state.inFlight).toBe(8);
    fail();
    await vi.waitFor(() => expect(courier.state.isCrmAway).toBe(true));
  });

  test('is left at a stop after 5 s, and what was under way counts as timed out', async () => {
    answer = () => new Promise(() => {});
    await start(100);
    await commit('1.1');
    await vi.waitFor(() => expect(courier.state.inFlight).toBe(1));
    await courier.stop();
    expect(await db.knex('callbacks').first()).toMatchObject({ state: 'pending', outcome: 'timedOut' });
  });

  test('is not sent the same again before 10 s have passed, though it is back or the connector starts anew', async () => {
    answer = (callback) => (callback.call === '1.1' && kindsOf('1.1').length === 1 ? timedOut : apply(callback));
    await start(200);
    await commit('1.1', ['DialBegin']);
    await vi.waitFor(() => expect(courier.state.retried).toBe(1));
    await store.hurry();
    await courier.stop();
    await courier.start();
    await drained();
    const [first, second] = sent;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(10_000);
  });
});

describe('the last word', () => {
  /** The CRM executes the first DialBegin only when the test says so. */
  let late: Callback | null;

  function lateBegin(callback: StoredCallback): SendResult {
    if (callback.kind !== 'DialBegin' || late !== null) return apply(callback);
    late = callback;
    return timedOut;
  }

  beforeEach(() => {
    late = null;
    answer = lateBegin;
  });

  const told = () => vi.waitFor(() => expect(kindsOf('1.1')).toContain('EndCall'), { interval: 2, timeout: 5_000 });

  test('closes a row that was opened by what the CRM executed late', async () => {
    await start(1_000);
    await commit('1.1', ['DialBegin', 'DialAnswer']);
    await vi.waitFor(() => expect(kindsOf('1.1')).toContain('DialAnswer'), { interval: 2, timeout: 5_000 });
    await commit('1.1', ['Hangup', 'EndCall', 'Record']);
    await told();
    const closedAt = clock.now();
    expect(row()).toMatchObject([{ status: 'completed' }]);
    apply(late as Callback);
    expect(crm.pollIncoming('101')).toMatchObject([{ status: 'ringing' }]);
    await drained();
    expect(row()).toEqual([ended]);
    expect(crm.pollIncoming('101')).toEqual([]);
    expect(kindsOf('1.1').slice(-2)).toEqual(['Hangup', 'EndCall']);
    expect(sent.slice(-2).every(({ at }) => at > closedAt + lastWordMs * 0.8)).toBe(true);
    // Under a name of its own, by which nobody takes it for the call's.
    const again = await db.knex('callbacks').where('key', 'like', 'again|%');
    expect(again.map(({ call, kind, state }) => [call, kind, state])).toEqual([
      ['1.1#again', 'Hangup', 'delivered'],
      ['1.1#again', 'EndCall', 'delivered'],
    ]);
  });

  test('is not said where all was answered, or only the recording’s link was not', async () => {
    answer = (callback) =>
      callback.kind === 'Record' && kindsOf('1.1').filter((kind) => kind === 'Record').length === 1
        ? timedOut
        : apply(callback);
    await start(1_000);
    await commit('1.1', ['DialBegin', 'Record', 'Hangup', 'EndCall']);
    await drained();
    expect(await db.knex('callbacks').where('key', 'like', 'again|%')).toEqual([]);
  });

  test('is not hurried, holds up nothing, and is no backlog', async () => {
    await start(50);
    await commit('1.1', ['DialBegin', 'Hangup', 'EndCall']);
    await told();
    await vi.waitFor(async () => expect(await store.depth()).toBe(2));
    await store.hurry();
    courier.nudge();
    await commit('1.1', ['Record']);
    await vi.waitFor(() => expect(kindsOf('1.1').at(-1)).toBe('Record'));
    await vi.waitFor(async () => expect(await store.oldestAgeMs()).toBe(0));
    expect(await store.depth()).toBe(2);
  });

  test('is let go when the record is opened again', async () => {
    await start(50);
    await commit('1.1', ['DialBegin', 'Hangup', 'EndCall']);
    await told();
    await vi.waitFor(async () => expect(await store.depth()).toBe(2));
    await commit('1.1', ['DialBegin'], 2);
    await drained();
    expect(crm.pollIncoming('101')).toMatchObject([{ status: 'ringing' }]);
    expect(await db.knex('callbacks').where({ outcome: 'unneeded' })).toHaveLength(2);
    // It ends once more in the end.
    await commit('1.1', ['Hangup', 'EndCall'], 2);
    await drained();
    await vi.waitFor(async () => expect(await db.knex('callbacks').where('key', 'like', 'again|%')).toHaveLength(4));
  });
});
