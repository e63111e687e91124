import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { eventually } from './eventually.ts';
import { type Linked, linkTo } from './linked.ts';

const ringing = [
  'Event: Newstate',
  'Privilege: call,all',
  'Channel: PJSIP/101-00000001',
  'ChannelState: 5',
  'Uniqueid: 1.1',
  'Linkedid: 1.1',
  '',
  '',
].join('\r\n');

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

describe('what goes out', () => {
  test('no line break makes a second action or header', async () => {
    await linked.up();
    const before = fake.server.received.length;
    const poison = '100\r\n\r\nAction: Command\r\nCommand: core stop now';
    const results = await Promise.all([
      linked.link.send({ Action: 'Originate', Exten: poison }),
      linked.link.send({ Action: 'Originate', Variable: { A: poison } }),
      linked.link.send({ Action: 'Originate', Variable: { [poison]: 'A' } }),
      linked.link.send({ Action: 'Originate', [poison]: 'A' }),
      linked.link.send({ Action: 'Originate', ActionID: poison }),
    ]);
    expect(results.map((result) => result.kind)).toEqual(Array(5).fill('rejected'));
    await linked.link.send({ Action: 'Ping' });
    expect(fake.server.received.slice(before).map((action) => action.get('action'))).toEqual(['Ping']);
  });

  test('nothing is kept during an outage to be dialled later', async () => {
    await linked.up();
    fake.refuseLogins('not now');
    fake.server.drop();
    await eventually('down', () => linked.link.state !== 'up');
    expect(await linked.link.send({ Action: 'Originate', Channel: 'PJSIP/101' })).toEqual({ kind: 'down' });
    fake.refuseLogins(null);
    await linked.link.stop();
    await linked.up();
    expect(fake.actions('Originate').filter((action) => action.get('channel') === 'PJSIP/101')).toEqual([]);
  });

  test('before start and while it logs in, actions are refused at once', async () => {
    expect(await linked.link.send({ Action: 'Ping' })).toEqual({ kind: 'down' });
    fake.freeze();
    linked.link.start();
    await eventually('logging in', () => fake.actions('Login').length === 1);
    expect(await linked.link.send({ Action: 'Ping' })).toEqual({ kind: 'down' });
  });

  test('what waits for an answer fails when the connection ends', async () => {
    await linked.up();
    fake.neverAnswer('Getvar');
    const five = [1, 2, 3, 4, 5].map((n) => linked.link.send({ Action: 'Getvar', Variable: `V${n}` }));
    await eventually('all asked', () => fake.actions('Getvar').length === 5);
    fake.server.drop();
    expect(await Promise.all(five)).toEqual(Array(5).fill({ kind: 'down' }));
  });
});

describe('a connection that ends', () => {
  test('in the middle of a packet: nothing of it is in the next one', async () => {
    await linked.up();
    await fake.cutInMidPacket(ringing);
    await eventually('up again', () => linked.ups() === 2);
    expect(linked.downs).toHaveLength(1);
    fake.server.send(ringing);
    await eventually('the event came', () => linked.inputs.length > 0);
    expect(linked.inputs).toMatchObject([{ kind: 'newState', channel: { uniqueid: '1.1' } }]);
  });

  test('in the middle of a response to an action of ours', async () => {
    await linked.up();
    await fake.cutInMidPacket('Response: Error\r\nActionID: 17\r\nMessage: half a message that goes on\r\n\r\n');
    await eventually('up again', () => linked.ups() === 2);
    expect(await linked.link.send({ Action: 'Ping' })).toMatchObject({ kind: 'answered' });
  });

  test('by a restart: said with its reason, and it comes back soon', async () => {
    await linked.up();
    const { port } = fake;
    fake.server.event('Shutdown', 'system', { Shutdown: 'Cleanly', Restart: 'True' });
    await fake.stop();
    await eventually('down', () => linked.downs.length === 1);
    expect(linked.said('warn')[0]).toBe('AMI link down: Asterisk shuts down (restart: True)');
    await fake.server.listen(port);
    await eventually('up again', () => linked.ups() === 2);
  });

  test('each outage is one warning, however many attempts it takes', async () => {
    await linked.up();
    const { port } = fake;
    await fake.stop();
    await eventually('several attempts', () => linked.said('debug').length >= 3);
    expect(linked.said('warn')).toEqual([
      expect.stringMatching(/^AMI link down: (Asterisk closed the connection|.*RESET)/),
    ]);
    await fake.server.listen(port);
    await eventually('up again', () => linked.ups() === 2);
  });

  test('the wait between attempts grows', async () => {
    const { port } = fake;
    await fake.stop();
    const clock = new ManualClock();
    const reconnect = { firstMs: 1000, mostMs: 60_000 };
    linked = linkTo(port, { reconnect }, { clock, random: () => 1 });
    linked.link.start();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      await eventually('waiting', () => linked.link.state === 'waiting');
      const began = clock.now();
      while (linked.link.state === 'waiting') await clock.advance(500);
      waits.push(clock.now() - began);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
  });
});

describe('an Asterisk that does not answer', () => {
  test('the login has a deadline', async () => {
    fake.freeze();
    linked = linkTo(fake.port, { loginTimeoutMs: 30 });
    linked.link.start();
    await eventually('gave up', () => linked.said('warn').length === 1);
    expect(linked.said('warn')[0]).toContain('no answer to Login within 0.03 s');
    fake.thaw();
    await eventually('up', () => linked.ups() === 1);
  });

  test('something else that listens on the port', async () => {
    const sockets: Socket[] = [];
    const ssh = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.write('SSH-2.0-OpenSSH_9.2\r\n');
    });
    await new Promise<void>((resolve) => ssh.listen(0, '127.0.0.1', resolve));
    const { port } = ssh.address() as { port: number };
    linked = linkTo(port, { loginTimeoutMs: 50 });
    linked.link.start();
    await eventually('gave up', () => linked.said('warn').length === 1);
    await linked.link.stop();
    for (const socket of sockets) socket.destroy();
    ssh.close();
  });

  test('a frozen one is noticed by its missing Pong, and replaced', async () => {
    linked = linkTo(fake.port, { pingIntervalMs: 30, pingTimeoutMs: 40, loginTimeoutMs: 60 });
    await linked.up();
    fake.freeze();
    await eventually('down', () => linked.downs.length === 1);
    expect(linked.downs).toEqual(['no answer to Ping within 0.04 s']);
    fake.thaw();
    await eventually('up again', () => linked.ups() === 2);
  });

  test('an idle one that answers its Pings stays', async () => {
    linked = linkTo(fake.port, { pingIntervalMs: 5, pingTimeoutMs: 1000 });
    await linked.up();
    await eventually('ten Pings', () => fake.actions('Ping').length >= 10);
    expect(linked.downs).toEqual([]);
  });

  test('one that sends a burst before the Pong is not dropped at once, but in the end', async () => {
    linked = linkTo(fake.port, { pingIntervalMs: 10, pingTimeoutMs: 60 });
    await linked.up();
    fake.neverAnswer('Ping');
    const burst = setInterval(() => fake.server.send(ringing), 5);
    await eventually('a second Ping', () => fake.actions('Ping').length >= 2);
    expect(linked.downs).toEqual([]);
    await eventually('down', () => linked.downs.length === 1);
    clearInterval(burst);
    expect(fake.actions('Ping').length).toBeGreaterThanOrEqual(3);
  });

  test('the preparation after the login has its deadlines too', async () => {
    fake.neverAnswer('Events');
    linked = linkTo(fake.port, { actionTimeoutMs: 30 });
    linked.link.start();
    await eventually('gave up', () => linked.said('warn').length === 1);
    expect(linked.said('warn')[0]).toContain('Action Events: timedOut');
    fake.answerAgain();
    await eventually('up', () => linked.ups() === 1);
  });
});

describe('a refused login', () => {
  test('is said once, with user and host and without the secret, and tried again slowly', async () => {
    const clock = new ManualClock();
    linked = linkTo(fake.port, { secret: 'wrong-secret' }, { clock });
    linked.link.start();
    await eventually('refused', () => linked.link.state === 'refused');
    await clock.advance(59_000);
    expect(fake.actions('Login')).toHaveLength(1);
    await clock.advance(1_000);
    await eventually('tried again', () => fake.actions('Login').length === 2);
    await eventually('refused again', () => linked.link.state === 'refused');
    expect(linked.said('error')).toEqual([
      `Asterisk refused the AMI login of vtiger at 127.0.0.1:${fake.port}: Authentication failed. ` +
        'See manager.conf (secret, permit); trying again every 60 s',
    ]);
    expect(JSON.stringify(linked.lines)).not.toContain('wrong-secret');
  });

  test('a refusal for a while only, and another one later', async () => {
    fake.refuseLogins('Authentication failed');
    linked = linkTo(fake.port, { refusedRetryMs: 20 });
    linked.link.start();
    await eventually('refused', () => fake.actions('Login').length >= 2);
    fake.refuseLogins(null);
    await eventually('up', () => linked.ups() === 1);
    expect(linked.said('error')).toHaveLength(1);
    fake.refuseLogins('Authentication failed');
    fake.server.drop();
    await eventually('refused again', () => linked.link.state === 'refused');
    expect(linked.said('error')).toHaveLength(2);
  });
});

describe('hostile or odd bytes', () => {
  const stillWorks = async () => {
    fake.server.send(ringing);
    await eventually('the event came', () => linked.inputs.some((event) => event.kind === 'newState'));
  };

  test('a line without end is cut off', async () => {
    await linked.up();
    const mebibyte = Buffer.alloc(1024 * 1024, 'x');
    for (let n = 0; n < 5; n++) fake.server.send(mebibyte);
    await eventually('down', () => linked.downs.length === 1);
    expect(linked.downs[0]).toMatch(/^over 1048576 bytes without the end of a packet$/);
    await eventually('up again', () => linked.ups() === 2);
    await stillWorks();
  });

  test('a packet of endless short lines too', async () => {
    await linked.up();
    fake.server.send('a\r\n'.repeat(200_000));
    await eventually('down', () => linked.downs.length === 1);
    expect(linked.downs[0]).toMatch(/lines without the end of a packet$/);
  });

  test('a read of nothing but line ends too', async () => {
    await linked.up();
    fake.server.send('\r\n'.repeat(200_000));
    await eventually('down', () => linked.downs.length === 1);
    expect(linked.downs[0]).toMatch(
      /^over (20000 lines in one read|5000 lines without the end of a packet|20000 lines without a packet)$/,
    );
    await eventually('up again', () => linked.ups() === 2);
    await stillWorks();
  });

  test('what asterisk-manager would take for one answer without end, though empty lines come, ends with the first', async () => {
    await linked.up();
    fake.server.send('Response: Follows\r\n');
    for (let n = 0; n < 40; n++) fake.server.send('Event: Hangup\r\nUniqueid: 1\r\n\r\n'.repeat(2_000));
    await stillWorks();
    expect(linked.downs).toEqual([]);
  });

  test('a read full of short packets is no reason', async () => {
    await linked.up();
    fake.server.send(`${'Event: Hangup\r\nUniqueid: 1\r\n\r\n'.repeat(20_000)}${ringing}`);
    await eventually('the last one came', () => linked.inputs.some((event) => event.kind === 'newState'));
    expect(linked.downs).toEqual([]);
  });

  test('a long stream of whole packets is no reason', async () => {
    await linked.up();
    let count = 0;
    for (let n = 0; n < 200; n++) fake.server.send(ringing.repeat(200));
    await eventually('all came', () => {
      count = linked.inputs.length;
      return count === 40_000;
    });
    expect(linked.downs).toEqual([]);
  });

  test.each([
    ['an event named RawEvent', 'Event: RawEvent\r\nX: y\r\n\r\n'],
    ['an event named error', 'Event: error\r\nX: y\r\n\r\n'],
    ['an event named close', 'Event: close\r\nX: y\r\n\r\n'],
    [
      'the ActionID rawevent, which any AMI client may choose',
      'Event: OriginateResponse\r\nActionID: rawevent\r\nResponse: Failure\r\n\r\n',
    ],
    ['the ActionID close', 'Event: OriginateResponse\r\nActionID: close\r\nResponse: Failure\r\n\r\n'],
    ['a response to nobody', 'Response: Success\r\nActionID: error\r\n\r\nResponse: Error\r\nActionID: 1\r\n\r\n'],
    ['names of Object.prototype', 'Event: Hangup\r\n__proto__: x\r\nconstructor: y\r\nhasOwnProperty: z\r\n\r\n'],
    ['no name', ': \r\n:\r\n\r\n\r\n\r\n\r\n'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0x3a, 0x20, 0x0d, 0x0a, 0x0d, 0x0a])],
  ])('%s harms nothing', async (_name, bytes) => {
    await linked.up();
    fake.server.send(bytes);
    await stillWorks();
    expect(linked.downs).toEqual([]);
    expect(linked.said('error')).toEqual([]);
  });

  test('an OriginateResponse before the response of its action is an event', async () => {
    await linked.up();
    const failure = 'Event: OriginateResponse\r\nActionID: click-1\r\nResponse: Failure\r\nReason: 0\r\n\r\n';
    fake.server.intercept = (action, client) => {
      if (action.get('actionid') !== 'click-1') return false;
      client.write(`${failure}Response: Success\r\nActionID: click-1\r\nMessage: queued\r\n\r\n`);
      return true;
    };
    const result = await linked.link.send({ Action: 'Originate', ActionID: 'click-1' });
    expect(result).toMatchObject({ kind: 'answered' });
    expect(result.kind === 'answered' && result.response.get('message')).toBe('queued');
    expect(linked.inputs).toEqual([
      { kind: 'originateResponse', actionId: 'click-1', success: false, reason: 0, uniqueid: null },
    ]);
  });
});

test('a replaced connection is really gone', async () => {
  await linked.up();
  for (let n = 2; n <= 6; n++) {
    fake.server.drop();
    await eventually(`up ${n}`, () => linked.ups() === n);
  }
  expect(fake.server.clients).toHaveLength(1);
  fake.server.send(ringing);
  await linked.link.send({ Action: 'Ping' });
  expect(linked.inputs).toHaveLength(1);
});
