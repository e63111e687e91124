import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Callback, CallbackKind } from '../../src/crm/callback.ts';
import { createPost, type Post } from '../../src/crm/post.ts';
import { type Courier, type CourierSettings, createCourier } from '../../src/outbox/courier.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import type { Alarm } from '../../src/outbox/settle.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { fastClock } from './fast-clock.ts';
import { ok, type Reply, type Request, ScriptedCrm } from './scripted-crm.ts';

let db: TempDb;
let crm: ScriptedCrm;
let post: Post;
let store: OutboxStore;
let courier: Courier;
let log: ReturnType<typeof rememberingLog>;
let alarms: Alarm[];
let faults: unknown[];

beforeEach(async () => {
  [db, crm, log, alarms, faults] = [await tempDb(), new ScriptedCrm(), rememberingLog(), [], []];
  await crm.start();
});

afterEach(async () => {
  await courier?.stop();
  await crm.stop();
  await post?.close();
  await db.remove();
});

/** A courier between a real database and a real socket, on a clock that runs fast. */
async function start(settings: Partial<CourierSettings> = {}, speed = 100, timeoutMs = 1_000): Promise<void> {
  const clock = fastClock(speed);
  post = createPost({ url: crm.url, token: 't', timeoutMs, connections: 4 });
  store = new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal: (fault) => faults.push(fault) });
  const send = (callback: Callback) => post.send(callback.params);
  const onAlarm = (alarm: Alarm) => alarms.push(alarm);
  courier = createCourier({ store, send, clock, log, lanes: 4, onAlarm, ...settings });
  await courier.start();
}

/** The parts of a courier that never sends. */
function parts(): Omit<CourierSettings, 'send'> {
  const clock = fastClock(100);
  store = new OutboxStore({ knex: db.knex, now: () => clock.now(), onFatal: (fault) => faults.push(fault) });
  return { store, clock, log, lanes: 4, onAlarm: () => {} };
}

const kinds = ['DialBegin', 'DialAnswer', 'EndCall', 'Hangup'] as const;

function callback(call: string, kind: CallbackKind): Callback {
  return { key: `${call}|${kind}`, call: call as Linkedid, kind, params: { callstatus: kind, callUUID: call } };
}

async function commit(...calls: string[]): Promise<void> {
  await store.commit({ callbacks: calls.flatMap((call) => kinds.map((kind) => callback(call, kind))), calls: [] });
  courier.nudge();
}

function ofCall(call: string): (string | undefined)[] {
  return crm.accepted.filter((params) => params['callUUID'] === call).map((params) => params['callstatus']);
}

function said(level: string): string[] {
  return log.lines.filter((line) => line.level === level).map((line) => line.text);
}

const drained = () => vi.waitFor(async () => expect(await store.depth()).toBe(0), { timeout: 8_000, interval: 5 });

describe('the courier', () => {
  test('brings every callback once and in order, one of a record at a time', async () => {
    const underWay = new Set<string>();
    crm.answer(async ({ params }) => {
      const call = params['callUUID'] ?? '';
      expect(underWay.has(call)).toBe(false);
      underWay.add(call);
      await new Promise((resolve) => setTimeout(resolve, 2));
      underWay.delete(call);
      return ok;
    });
    await start();
    const calls = Array.from({ length: 20 }, (_, index) => `1.${index}`);
    await commit(...calls);
    await drained();
    for (const call of calls) expect(ofCall(call)).toEqual(kinds);
    expect(crm.requests).toHaveLength(80);
    expect(crm.mostAtOnce).toBeLessThanOrEqual(4);
    expect(crm.mostAtOnce).toBeGreaterThan(1);
    expect(courier.state).toMatchObject({ delivered: 80, retried: 0, givenUp: 0, isCrmAway: false });
  });

  test('tells the phones of one call side by side, and of each in order', async () => {
    const isAsked = new Map<string, () => void>();
    const allAsked = Promise.all(
      ['101', '102', '103'].map((phone) => new Promise<void>((resolve) => isAsked.set(`1.1-${phone}`, resolve))),
    );
    crm.answer(async ({ params }) => {
      isAsked.get(params['callUUID'] ?? '')?.();
      await allAsked;
      return ok;
    });
    await start();
    const ofPhone = (phone: string) =>
      kinds.map((kind) => ({ ...callback(`1.1-${phone}`, kind), call: '1.1' as Linkedid }));
    await store.commit({ callbacks: ['101', '102'].flatMap(ofPhone), calls: [] });
    // One that comes while the others of its call are on their way does not wait either.
    await store.commit({ callbacks: ofPhone('103'), calls: [] });
    await drained();
    for (const phone of ['101', '102', '103']) expect(ofCall(`1.1-${phone}`)).toEqual(kinds);
    expect(crm.requests).toHaveLength(12);
  });

  test('brings what was waiting when it starts', async () => {
    await start();
    await courier.stop();
    await commit('1.1');
    expect(crm.requests).toHaveLength(0);
    await courier.start();
    await drained();
    expect(ofCall('1.1')).toEqual(kinds);
  });

  test('does not wait, when it starts, for what was put off before', async () => {
    crm.answer(() => ({ status: 503 }));
    await start({}, 1);
    await commit('1.1');
    await vi.waitFor(() => expect(courier.state.retried).toBe(1));
    await courier.stop();
    await db
      .knex('callbacks')
      .whereNotNull('due_at')
      .update({ due_at: Date.UTC(2027, 0, 1) });
    crm.answer(() => ok);
    await courier.start();
    await drained();
    expect(ofCall('1.1')).toEqual(kinds);
  });

  test('a call that fails again and again holds up nobody else, and keeps its order', async () => {
    let failures = 0;
    crm.answer(({ params }) => {
      if (params['callUUID'] !== 'stuck' || params['callstatus'] !== 'DialAnswer' || failures >= 6) return ok;
      failures += 1;
      return { status: 503, body: 'not this one' };
    });
    await start();
    await commit('stuck', '1.1', '1.2');
    await vi.waitFor(() => expect([ofCall('1.1'), ofCall('1.2')]).toEqual([kinds, kinds]));
    expect(ofCall('stuck')).toEqual(['DialBegin']);
    await drained();
    expect(ofCall('stuck')).toEqual(kinds);
  });

  test('a call at which the CRM hangs holds up nobody else', async () => {
    crm.answer(({ params }) => (params['callUUID'] === 'hung' ? 'hang' : ok));
    await start({}, 100, 1_200);
    await commit('hung');
    await vi.waitFor(() => expect(crm.requests).toHaveLength(1));
    await commit('1.1', '1.2');
    await vi.waitFor(() => expect([ofCall('1.1'), ofCall('1.2')]).toEqual([kinds, kinds]), { timeout: 1_000 });
    crm.answer(() => ok);
    await drained();
    expect(ofCall('hung')).toEqual(kinds);
  });

  test('goes to sleep when there is nothing to do', async () => {
    let queries = 0;
    await start();
    await commit('1.1');
    await drained();
    await new Promise((resolve) => setTimeout(resolve, 500));
    db.knex.on('query', () => (queries += 1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(queries).toBe(0);
  });

  test('stop waits for what is under way and begins nothing more', async () => {
    let release = () => {};
    crm.answer(async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return ok;
    });
    await start();
    await commit('1.1');
    await vi.waitFor(() => expect(crm.requests).toHaveLength(1));
    let isStopped = false;
    const stopping = courier.stop().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isStopped).toBe(false);
    release();
    await stopping;
    expect(await store.depth()).toBe(3);
    expect(crm.requests).toHaveLength(1);
    expect(courier.state.inFlight).toBe(0);
  });

  test('when the outcome of a send cannot be written, it stops and the failure is fatal', async () => {
    await start();
    await db.knex.raw(
      "CREATE TRIGGER full BEFORE UPDATE ON callbacks WHEN new.state = 'delivered' BEGIN SELECT RAISE(FAIL, 'disk full'); END",
    );
    await commit('1.1');
    await vi.waitFor(() => expect(faults).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(crm.requests).toHaveLength(1);
  });

  test('a send that throws is our own fault, said so, and tried again', async () => {
    let isFirst = true;
    await start({
      send: async () => {
        if (!isFirst) return { kind: 'accepted' };
        isFirst = false;
        throw new Error('a slip');
      },
    });
    await commit('1.1');
    await drained();
    expect(said('error')).toEqual(['callback DialBegin of call 1.1 could not be sent']);
  });

  test('what must not be applied twice is not sent twice when its answer was lost', async () => {
    crm.answer(({ params }) => (params['callstatus'] === 'DialBegin' ? 'reset' : ok));
    await start({ isRepeatable: (callback) => callback.kind !== 'DialBegin' });
    await commit('1.1');
    await drained();
    expect(crm.requests.map((request) => request.params['callstatus'])).toEqual(kinds);
    expect(said('warn')).toEqual([expect.stringContaining('callback DialBegin of call 1.1 not repeated')]);
  });

  test('it goes out only to a CRM that is there, so an outage behind a proxy loses and doubles none', async () => {
    const begun: (string | undefined)[] = [];
    let isUp = false;
    crm.answer(({ params }) => {
      if (!isUp) return { status: 502, body: '<html>Bad Gateway</html>' };
      if (params['callstatus'] === 'DialBegin') begun.push(params['callUUID']);
      return ok;
    });
    await start({ isRepeatable: ({ kind }) => kind !== 'DialBegin', ask: () => post.probe() });
    const calls = ['1.1', '1.2', '1.3', '1.4', '1.5', '1.6'];
    await commit(...calls);
    await vi.waitFor(() => expect(courier.state.isCrmAway).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 200));
    isUp = true;
    await drained();
    expect(begun.sort()).toEqual(calls);
    for (const call of calls) expect(ofCall(call)).toEqual(kinds);
    expect(said('warn')).toEqual([expect.stringContaining('the CRM is away, callbacks wait: ')]);
  });

  test('many that were on their way at a kill do not make the CRM count as away', async () => {
    const isRepeatable = ({ kind }: Callback) => kind !== 'DialBegin';
    let underWay = 0;
    const send = () => {
      underWay += 1;
      return new Promise<never>(() => {});
    };
    const killed = createCourier({ ...parts(), send, isRepeatable });
    await killed.start();
    const calls = ['1.1', '1.2', '1.3', '1.4'];
    await store.commit({ callbacks: calls.flatMap((call) => kinds.map((kind) => callback(call, kind))), calls: [] });
    killed.nudge();
    await vi.waitFor(() => expect(underWay).toBe(4));
    await start({ isRepeatable });
    await drained();
    for (const call of calls) expect(ofCall(call)).toEqual(['DialAnswer', 'EndCall', 'Hangup']);
    const why = 'not repeated: the connector was ended while it was being sent';
    expect(said('warn').sort()).toEqual(calls.map((call) => `callback DialBegin of call ${call} ${why}`));
    expect(said('info')).toEqual([]);
  });

  test('one that was on its way when the connector was killed is not sent again, the call goes on', async () => {
    const isRepeatable = ({ kind }: Callback) => kind !== 'DialBegin';
    let isKilled = false;
    const killed = createCourier({
      ...parts(),
      // The process ends while the CRM has it.
      send: () => {
        isKilled = true;
        return new Promise(() => {});
      },
      isRepeatable,
    });
    await killed.start();
    await store.commit({ callbacks: kinds.map((kind) => callback('1.1', kind)), calls: [] });
    killed.nudge();
    await vi.waitFor(() => expect(isKilled).toBe(true));
    await start({ isRepeatable });
    await drained();
    expect(ofCall('1.1')).toEqual(['DialAnswer', 'EndCall', 'Hangup']);
    expect(said('warn')).toEqual([expect.stringContaining('the connector was ended while it was being sent')]);
  });

  test('what was refused a connection has not been sent, and is', async () => {
    await crm.stop();
    await start({ isRepeatable: ({ kind }) => kind !== 'DialBegin' });
    await commit('1.1');
    await vi.waitFor(() => expect(courier.state.retried).toBeGreaterThan(0));
    await courier.stop();
    await crm.start();
    await start({ isRepeatable: ({ kind }) => kind !== 'DialBegin' });
    await drained();
    expect(ofCall('1.1')).toEqual([...kinds]);
  });
});

describe('a CRM that is away', () => {
  test.each<[string, Reply | 'nobody']>([
    ['not listening', 'nobody'],
    ['resetting connections', 'reset'],
    ['breaking off its answers', 'cut'],
    ['behind a proxy that says 502', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['behind a maintenance page with 200', { status: 200, body: '<html>Back soon</html>' }],
    ['dead at every request', { status: 500 }],
  ])('%s: is tried now and then, told of once, and caught up with', async (_, reply) => {
    await start();
    if (reply === 'nobody') await crm.stop();
    else crm.answer(() => reply);
    await commit('1.1', '1.2', '1.3', '1.4', '1.5', '1.6');
    await vi.waitFor(() => expect(courier.state.isCrmAway).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(said('warn')).toEqual([expect.stringContaining('the CRM is away, callbacks wait: ')]);
    // A minute has gone by on its clock: the four lanes at first, then tries at 0.5, 1.5, 3.5, 8.5, 18.5 s and so on.
    expect(courier.state.retried).toBeLessThan(16);
    if (reply === 'nobody') await crm.start();
    else crm.answer(() => ok);
    await drained();
    for (const call of ['1.1', '1.2', '1.3', '1.4', '1.5', '1.6']) expect(ofCall(call)).toEqual(kinds);
    expect(said('info')).toEqual([expect.stringMatching(/^the CRM is back after \d+ s$/)]);
    expect(courier.state).toMatchObject({ givenUp: 0, delivered: 24, isCrmAway: false });
    expect(said('error')).toEqual([]);
  });

  test('hanging: its requests end in time, and it is caught up with', async () => {
    crm.answer(() => 'hang');
    await start({}, 100, 200);
    await commit('1.1', '1.2', '1.3', '1.4', '1.5');
    await vi.waitFor(() => expect(courier.state.isCrmAway).toBe(true));
    crm.answer(() => ok);
    await drained();
    for (const call of ['1.1', '1.2', '1.3', '1.4', '1.5']) expect(ofCall(call)).toEqual(kinds);
  });

  test('for days: nothing is given up', async () => {
    crm.answer(() => ({ status: 503 }));
    await start({}, 500_000);
    await commit('1.1', '1.2');
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(courier.state).toMatchObject({ isCrmAway: true, givenUp: 0 });
    crm.answer(() => ok);
    await drained();
    expect([ofCall('1.1'), ofCall('1.2')]).toEqual([kinds, kinds]);
  });

  test('back again: calls that begin now do not wait behind the backlog', async () => {
    crm.answer(() => ({ status: 503 }));
    // A call is new for a minute, which must last longer than its four callbacks take on a busy machine.
    await start({ lanes: 2 }, 20);
    const backlog = Array.from({ length: 300 }, (_, index) => `old.${index}`);
    await commit(...backlog);
    await vi.waitFor(() => expect(courier.state.isCrmAway).toBe(true));
    // More than a minute on its clock.
    await new Promise((resolve) => setTimeout(resolve, 3_200));
    let before = 0;
    crm.answer(async ({ params }: Request) => {
      if (ofCall('new').length < 4) await new Promise((resolve) => setTimeout(resolve, 8));
      if (params['callUUID'] !== 'new') before += 1;
      return ok;
    });
    await vi.waitFor(() => expect(before).toBeGreaterThan(4), { interval: 1, timeout: 10_000 });
    await commit('new');
    const atCommit = before;
    // Of about 1,180 others, each of its four callbacks waits for those under way, and for the disk, which may take its time.
    await vi.waitFor(() => expect(ofCall('new')).toHaveLength(4), { interval: 1, timeout: 10_000 });
    expect(before - atCommit).toBeLessThan(500);
    await drained();
    expect(backlog.map(ofCall)).toEqual(backlog.map(() => [...kinds]));
  });
});

describe('what a person must put right', () => {
  test('a wrong token: told once, nothing thrown away, and all goes on when it is right', async () => {
    crm.answer(() => ({ status: 200, body: '<Response><Authentication>Failure</Authentication></Response>' }));
    await start();
    await commit('1.1', '1.2', '1.3');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(alarms).toEqual([{ kind: 'token', text: expect.stringContaining('crm.token') }]);
    expect(said('error')).toEqual([alarms[0]?.text]);
    expect(courier.state).toMatchObject({ alarms, isCrmAway: true, givenUp: 0 });
    expect(crm.requests.length).toBeLessThan(10);
    crm.answer(() => ok);
    await drained();
    expect(courier.state.alarms).toEqual([]);
    expect(['1.1', '1.2', '1.3'].map(ofCall)).toEqual([kinds, kinds, kinds]);
  });

  test('a wrong address: told once', async () => {
    crm.answer(() => ({ status: 404, body: '<html>Not Found</html>' }));
    await start();
    await commit('1.1', '1.2');
    await vi.waitFor(() => expect(crm.requests.length).toBeGreaterThan(2));
    expect(alarms).toEqual([{ kind: 'url', text: expect.stringContaining('HTTP 404') }]);
  });

  test('500 without a word to what is applied: each sent three times, then taken for delivered, told once', async () => {
    crm.answer(({ params }) => (params['callstatus'] === 'ConnectorProbe' ? ok : { status: 500 }));
    await start();
    await commit('1.1', '1.2');
    await drained();
    const sent = crm.requests.map((request) => request.params).filter((params) => params['callUUID'] === '1.1');
    expect(sent.map((params) => params['callstatus'])).toEqual(kinds.flatMap((kind) => [kind, kind, kind]));
    expect(alarms.map((alarm) => alarm.kind)).toEqual(['emptyServerError']);
    expect(await db.knex('callbacks').distinct('state', 'outcome')).toEqual([
      { state: 'delivered', outcome: 'presumed' },
    ]);
  });

  test('a callback that the CRM objects to: tried five times, then kept as given up, and its call goes on', async () => {
    crm.answer(({ params }) => {
      if (params['callstatus'] !== 'DialAnswer') return ok;
      return { status: 200, body: 'Sorry! Attempt to access restricted file.' };
    });
    await start();
    await commit('1.1');
    await drained();
    expect(ofCall('1.1')).toEqual(['DialBegin', 'EndCall', 'Hangup']);
    expect(crm.requests.filter((request) => request.params['callstatus'] === 'DialAnswer')).toHaveLength(5);
    const why = 'the CRM answered: Sorry! Attempt to access restricted file.';
    expect(said('error')).toEqual([`callback DialAnswer of call 1.1 given up: ${why}`]);
    const [row] = await db.knex('callbacks').where({ state: 'given_up' });
    expect(row).toMatchObject({ kind: 'DialAnswer', outcome: 'notUnderstood', detail: why, attempts: 4 });
  });
});
