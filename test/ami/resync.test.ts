import { afterEach, beforeEach, expect, test } from 'vitest';
import { listChannels } from '../../src/ami/resync.ts';
import { FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { eventually } from './eventually.ts';
import { type Linked, linkTo } from './linked.ts';

const clock = new ManualClock(1_000);
let fake: FakeAsterisk;
let linked: Linked;

beforeEach(async () => {
  fake = await FakeAsterisk.start();
  linked = linkTo(fake.port);
  await linked.up();
});

afterEach(async () => {
  await linked.link.stop();
  await fake.stop();
});

const channel = (id: string) => ({
  Channel: `PJSIP/101-${id}`,
  ChannelState: '6',
  ChannelStateDesc: 'Up',
  CallerIDNum: '101',
  CallerIDName: '<unknown>',
  ConnectedLineNum: '79211001011',
  Context: 'internal',
  Exten: '101',
  Priority: '1',
  Uniqueid: id,
  Linkedid: '1.1',
  Application: 'AppDial',
  Duration: '00:00:07',
  BridgeId: 'b',
});

test('no channel is a list too', async () => {
  expect(await listChannels(linked.link, clock)).toEqual({ kind: 'listed', channels: [], since: 1_000 });
});

test('every channel, with what the core knows of one', async () => {
  fake.server.channels = [channel('1.1'), channel('1.2')];
  const list = await listChannels(linked.link, clock);
  expect(list).toMatchObject({ kind: 'listed', channels: [{ uniqueid: '1.1' }, { uniqueid: '1.2' }] });
  expect(list.kind === 'listed' && list.channels[1]).toEqual({
    name: 'PJSIP/101-1.2',
    uniqueid: '1.2',
    linkedid: '1.1',
    state: 6,
    callerNumber: '101',
    callerName: '',
    exten: '101',
    bridge: 'b',
    ageMs: 7_000,
  });
  expect(linked.inputs).toEqual([]);
});

test('a list of several hundred', async () => {
  fake.server.channels = Array.from({ length: 700 }, (_, n) => channel(`1.${n}`));
  const list = await listChannels(linked.link, clock);
  expect(list.kind === 'listed' && list.channels.length).toBe(700);
});

test('events in between do not get into it, and are not lost', async () => {
  fake.server.intercept = (action, client) => {
    if (action.get('action') !== 'CoreShowChannels') return false;
    const id = action.get('actionid');
    client.write(`Response: Success\r\nActionID: ${id}\r\nEventList: start\r\n\r\n`);
    client.listed(action, 'CoreShowChannel', channel('1.1'));
    fake.server.event('Hangup', 'call', channel('1.9'));
    client.listed(action, 'CoreShowChannelsComplete', { EventList: 'Complete', ListItems: '1' });
    return true;
  };
  const list = await listChannels(linked.link, clock);
  expect(list.kind === 'listed' && list.channels.map((one) => one.uniqueid)).toEqual(['1.1']);
  await eventually('the Hangup came', () => linked.inputs.length === 1);
});

test('part of a list is none', async () => {
  fake.server.intercept = (action, client) => {
    if (action.get('action') !== 'CoreShowChannels') return false;
    client.answer(action, { EventList: 'start' });
    client.listed(action, 'CoreShowChannel', channel('1.1'));
    fake.server.drop();
    return true;
  };
  expect(await listChannels(linked.link, clock)).toEqual({ kind: 'failed', reason: 'down' });
});

test('a channel that cannot be read spoils the list: it would seem to be gone', async () => {
  fake.server.channels = [channel('1.1'), { ...channel('1.2'), Linkedid: '' }];
  expect(await listChannels(linked.link, clock)).toMatchObject({ kind: 'failed' });
});

test('without the right', async () => {
  await fake.stop();
  await linked.link.stop();
  fake = await FakeAsterisk.start({ users: [{ name: 'vtiger', secret: 'correct horse', actions: ['Originate'] }] });
  linked = linkTo(fake.port);
  await linked.up();
  expect(await listChannels(linked.link, clock)).toEqual({ kind: 'forbidden', reason: 'Permission denied' });
});
