import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection } from '../../src/ami/connection.ts';
import { systemClock } from '../../src/clock.ts';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';

interface Emitter {
  listeners(event: string): unknown[];
}

/** The real asterisk-manager, whose listeners can be counted. */
const made = vi.hoisted((): Emitter[] => []);
vi.mock('asterisk-manager', async (importOriginal) => {
  const { default: Manager } = await importOriginal<{ default: new (...given: unknown[]) => Emitter }>();
  const construct = (target: typeof Manager, given: unknown[]) => {
    const manager = new target(...given);
    made.push(manager);
    return manager;
  };
  return { default: new Proxy(Manager, { construct }) };
});

let fake: FakeAsterisk;
let connection: Connection;
const closed: string[] = [];

beforeEach(async () => {
  fake = await FakeAsterisk.start();
  made.length = 0;
  closed.length = 0;
  connection = new Connection(
    {
      host: '127.0.0.1',
      port: fake.port,
      username: account.name,
      secret: account.secret,
      loginTimeoutMs: 1_000,
      actionTimeoutMs: 300,
    },
    { clock: systemClock, onPacket: () => {}, onClosed: (reason) => closed.push(reason) },
  );
});

afterEach(async () => {
  connection.close('the test is over');
  await fake.stop();
});

test('an action leaves no listener behind, answered or not', async () => {
  await connection.open();
  await connection.send({ Action: 'Ping', ActionID: 'answered' });
  await connection.send({ Action: 'Nonsense', ActionID: 'rejected' });
  fake.neverAnswer('Getvar');
  await connection.send({ Action: 'Getvar', ActionID: 'unanswered' });
  expect(made).toHaveLength(1);
  for (const id of ['answered', 'rejected', 'unanswered']) expect(made[0]?.listeners(id)).toEqual([]);
});

test('a closed one keeps no listeners but the one that swallows a late error', async () => {
  await connection.open();
  connection.close('enough');
  connection.close('again');
  expect(closed).toEqual(['enough']);
  for (const event of ['rawevent', 'close', 'connect', 'end']) expect(made[0]?.listeners(event)).toEqual([]);
  expect(made[0]?.listeners('error')).toHaveLength(1);
});

test('sends nothing before the login and after the end', async () => {
  const ping = { Action: 'Ping' };
  expect(await connection.send(ping)).toEqual({ kind: 'down' });
  const opening = connection.open();
  expect(await connection.send(ping)).toEqual({ kind: 'down' });
  expect(await opening).toEqual({ kind: 'in' });
  expect(await connection.send(ping)).toMatchObject({ kind: 'answered' });
  connection.close('enough');
  expect(await connection.send(ping)).toEqual({ kind: 'down' });
  expect(fake.actions('Ping')).toHaveLength(1);
});

test('the end fails a login under way', async () => {
  const opening = connection.open();
  connection.close('enough');
  expect(await opening).toEqual({ kind: 'failed', reason: 'enough', isAbsent: false });
});
