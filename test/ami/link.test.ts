import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventFilters, eventMask } from '../../src/ami/wanted.ts';
import { FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { eventually } from './eventually.ts';
import { type Linked, linkTo } from './linked.ts';

const channel = {
  Channel: 'PJSIP/101-00000001',
  ChannelState: '5',
  CallerIDNum: '101',
  CallerIDName: '<unknown>',
  Uniqueid: '1.1',
  Linkedid: '1.1',
};

let fake: FakeAsterisk;
let linked: Linked;

beforeEach(async () => {
  fake = await FakeAsterisk.start();
  linked = linkTo(fake.port);
});

afterEach(async () => {
  await linked.link.stop();
  await fake.stop();
});

describe('a link that is up', () => {
  test('logs in, narrows the events, and is up once', async () => {
    await linked.up();
    expect(linked.ups()).toBe(1);
    expect(fake.actions('Login')).toHaveLength(1);
    expect(fake.actions('Events').map((action) => action.get('eventmask'))).toEqual([eventMask]);
    expect(fake.actions('Filter').map((action) => action.get('filter'))).toEqual(eventFilters([]));
    expect(linked.said('info')).toEqual([`AMI link up: vtiger at 127.0.0.1:${fake.port}`]);
    expect(linked.link.allowedActions.has('originate')).toBe(true);
  });

  test('hands on the events that the core takes, with the time of the clock', async () => {
    const times: number[] = [];
    const clock = new ManualClock(5_000);
    linked = linkTo(fake.port, {}, { clock, onInput: (event, at) => times.push(event.kind === 'newState' ? at : -1) });
    await linked.up();
    fake.server.event('Newstate', 'call', channel);
    await eventually('the event came', () => times.length === 1);
    expect(times).toEqual([5_000]);
    expect(linked.link.lastEventAt).toBe(5_000);
  });

  test('tells of each event that came, wanted or not', async () => {
    const clock = new ManualClock(5_000);
    let came = 0;
    const onPacket = () => {
      came += 1;
    };
    linked = linkTo(fake.port, {}, { clock, onPacket });
    await linked.up();
    const before = came;
    await clock.advance(1_000);
    // As if no filter stood.
    fake.server.send('Event: Newexten\r\nUniqueid: 1.1\r\n\r\n');
    await linked.link.send({ Action: 'Ping' });
    expect(came).toBe(before + 1);
    expect(linked.link.lastEventAt).toBe(6_000);
    fake.server.event('Newstate', 'call', channel);
    await linked.link.send({ Action: 'Ping' });
    expect(came).toBe(before + 2);
    expect(linked.inputs).toHaveLength(1);
  });

  test('events count from the login on, before the link is up', async () => {
    fake.neverAnswer('ListCommands');
    linked.link.start();
    await eventually('logged in', () => fake.actions('ListCommands').length === 1);
    fake.server.event('Newstate', 'call', channel);
    await eventually('the event came', () => linked.inputs.length === 1);
    expect(linked.link.state).toBe('connecting');
    expect(await linked.link.send({ Action: 'Ping' })).toEqual({ kind: 'down' });
    expect(fake.actions('Ping')).toEqual([]);
  });

  test('an action is answered, rejected, or has its time', async () => {
    await linked.up();
    const { link } = linked;
    expect(await link.send({ Action: 'Ping' })).toMatchObject({ kind: 'answered' });
    expect(await link.send({ Action: 'Nonsense' })).toMatchObject({ kind: 'rejected', message: /Invalid/ });
    fake.neverAnswer('Getvar');
    expect(await link.send({ Action: 'Getvar', Variable: 'X' }, { timeoutMs: 30 })).toEqual({ kind: 'timedOut' });
  });

  test('a late answer to a timed out action disturbs nothing', async () => {
    await linked.up();
    fake.neverAnswer('Getvar');
    const action = { Action: 'Getvar', ActionID: 'late-1', Variable: 'X' };
    expect(await linked.link.send(action, { timeoutMs: 30 })).toEqual({ kind: 'timedOut' });
    fake.server.send('Response: Success\r\nActionID: late-1\r\nValue: \r\n\r\n');
    expect(await linked.link.send({ Action: 'Ping' })).toMatchObject({ kind: 'answered' });
    expect(linked.said('error')).toEqual([]);
  });

  test('an ActionID that waits for its answer is not used twice', async () => {
    await linked.up();
    fake.neverAnswer('Getvar');
    const first = linked.link.send({ Action: 'Getvar', ActionID: 'one', Variable: 'X' }, { timeoutMs: 50 });
    const second = await linked.link.send({ Action: 'Ping', ActionID: 'one' });
    expect(second).toEqual({ kind: 'rejected', message: 'not sent: ActionID one is in use' });
    expect(await first).toEqual({ kind: 'timedOut' });
  });

  test('what our own handlers throw is logged, and the next event comes', async () => {
    let calls = 0;
    const onInput = () => {
      calls += 1;
      throw new Error('broken handler');
    };
    linked = linkTo(fake.port, {}, { onInput, onUp: onInput });
    await linked.up();
    fake.server.event('Newstate', 'call', channel);
    fake.server.event('Newstate', 'call', channel);
    await eventually('both events came', () => calls === 3);
    expect(linked.said('error')).toEqual(Array(3).fill('a handler of the AMI link failed'));
    expect(linked.link.state).toBe('up');
  });

  test('stop logs off, and nothing is called any more', async () => {
    await linked.up();
    await linked.link.stop();
    expect(fake.actions('Logoff')).toHaveLength(1);
    expect(linked.link.state).toBe('stopped');
    expect(linked.downs).toEqual([]);
    expect(await linked.link.send({ Action: 'Ping' })).toEqual({ kind: 'down' });
    await linked.link.stop();
  });

  test('can be started again after stop', async () => {
    await linked.up();
    await linked.link.stop();
    await linked.up();
    expect(linked.ups()).toBe(2);
  });

  test('stop while it waits to reconnect, and while it connects', async () => {
    await fake.stop();
    const clock = new ManualClock();
    linked = linkTo(fake.port, {}, { clock });
    linked.link.start();
    await eventually('waiting', () => linked.link.state === 'waiting');
    await linked.link.stop();
    linked.link.start();
    await linked.link.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('after the login', () => {
  test('without FullyBooted it goes on after a while, and says why once', async () => {
    const user = { name: 'vtiger', secret: 'correct horse', read: ['call', 'cdr'] };
    await fake.stop();
    fake = await FakeAsterisk.start({ users: [user] });
    linked = linkTo(fake.port, { bootLimitMs: 30 });
    await linked.up();
    fake.server.drop();
    await eventually('up again', () => linked.ups() === 2);
    expect(linked.said('info').filter((text) => text.startsWith('no FullyBooted'))).toHaveLength(1);
  });

  test('a booting Asterisk is waited for', async () => {
    const user = { name: 'vtiger', secret: 'correct horse', read: ['call', 'cdr'] };
    await fake.stop();
    fake = await FakeAsterisk.start({ users: [user] });
    const clock = new ManualClock();
    linked = linkTo(fake.port, {}, { clock });
    linked.link.start();
    await eventually('logged in', () => fake.server.clients.length === 1);
    expect(fake.actions('Events')).toEqual([]);
    fake.server.send('Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n');
    await eventually('up', () => linked.link.state === 'up');
    expect(linked.said('info')).toHaveLength(1);
  });

  test('without the right to Filter it does without', async () => {
    await fake.stop();
    const actions = ['Originate', 'CoreShowChannels'];
    fake = await FakeAsterisk.start({ users: [{ name: 'vtiger', secret: 'correct horse', actions }] });
    linked = linkTo(fake.port);
    await linked.up();
    expect(fake.actions('Filter')).toEqual([]);
    expect(linked.said('warn')).toEqual([]);
  });

  test('half a set of filters would lose events: it connects anew and sets none', async () => {
    let filters = 0;
    const { intercept } = fake.server;
    fake.server.intercept = (action, client) => {
      if (action.get('action') !== 'Filter') return intercept?.(action, client) ?? false;
      filters += 1;
      if (filters !== 3) return false;
      client.refuse(action, 'Filter did not compile');
      return true;
    };
    await linked.up();
    const before = filters;
    expect(fake.actions('Login')).toHaveLength(2);
    expect(fake.server.clients).toHaveLength(1);
    expect(fake.server.clients[0]?.filters).toEqual([]);
    expect(before).toBe(eventFilters([]).length);
  });
});
