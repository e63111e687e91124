import { afterEach, describe, expect, test } from 'vitest';
import type { AmiUser } from '../../src/tools/demo/ami-server.ts';
import { FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { eventually } from './eventually.ts';
import { type Linked, linkTo } from './linked.ts';

let fake: FakeAsterisk;
let linked: Linked;

async function as(rights: Partial<AmiUser>): Promise<void> {
  fake = await FakeAsterisk.start({ users: [{ name: 'vtiger', secret: 'correct horse', ...rights }] });
  linked = linkTo(fake.port, { bootLimitMs: 20, probeRights: true });
}

afterEach(async () => {
  await linked.link.stop();
  await fake.stop();
});

const probes = () => fake.actions('Originate');

describe('what the account may not do', () => {
  test('is said at the login, each thing once', async () => {
    await as({ actions: ['Getvar'] });
    await linked.up();
    fake.server.drop();
    await eventually('up again', () => linked.ups() === 2);
    expect(linked.said('warn').filter((text) => text.startsWith('AMI account'))).toEqual([
      expect.stringContaining('may not Originate: it needs write class `originate`; click-to-call will fail'),
      expect.stringContaining('may not CoreShowChannels: it needs write class `reporting`'),
    ]);
    expect(probes()).toEqual([]);
  });

  test('an account with all rights is not complained of, and probed once in all', async () => {
    await as({});
    await linked.up();
    await eventually('probed', () => probes().length === 1);
    fake.server.drop();
    await eventually('up again', () => linked.ups() === 2);
    await linked.link.send({ Action: 'Ping' });
    expect(probes()).toHaveLength(1);
    expect(linked.said('error')).toEqual([]);
    expect(linked.said('warn')).toEqual([expect.stringMatching(/^AMI link down: /)]);
    expect(linked.inputs).toEqual([]);
  });

  test('an account that is not shown calls', async () => {
    fake = await FakeAsterisk.start({
      users: [{ name: 'vtiger', secret: 'correct horse', read: ['cdr', 'system', 'dialplan'] }],
    });
    const clock = new ManualClock();
    linked = linkTo(fake.port, { probeRights: true }, { clock });
    await linked.up();
    await eventually('probed', () => probes().length === 1);
    await linked.link.send({ Action: 'Ping' });
    await clock.advance(10_000);
    expect(linked.said('error')).toEqual([
      `AMI account vtiger at 127.0.0.1:${fake.port} is not shown calls: it needs read class \`call\`; no call will reach the CRM`,
    ]);
  });

  test('the probe can be switched off', async () => {
    fake = await FakeAsterisk.start();
    linked = linkTo(fake.port, { probeRights: false });
    await linked.up();
    await linked.link.send({ Action: 'Ping' });
    expect(probes()).toEqual([]);
  });
});

describe('Cdr that do not come', () => {
  const channel = { Channel: 'PJSIP/101-00000001', Uniqueid: '1.1', Linkedid: '1.1', BridgeUniqueid: 'b' };
  const calls = async (count: number, more: () => void = () => {}) => {
    for (let n = 0; n < count; n++) {
      fake.server.event('BridgeEnter', 'call', channel);
      fake.server.event('BridgeEnter', 'call', channel);
      fake.server.event('Hangup', 'call', channel);
      fake.server.event('Hangup', 'call', channel);
    }
    more();
    await linked.link.send({ Action: 'Ping' });
  };
  const complaints = () => linked.said('warn').filter((text) => text.includes('no Cdr'));

  test('are missed after some calls, once', async () => {
    await as({});
    await linked.up();
    await calls(4);
    expect(complaints()).toEqual([]);
    await calls(8);
    expect(complaints()).toHaveLength(1);
  });

  test('are not missed where one came', async () => {
    await as({});
    await linked.up();
    fake.server.event('Cdr', 'cdr', { UniqueID: '1.1' });
    await calls(20);
    expect(complaints()).toEqual([]);
  });
});
