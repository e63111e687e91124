import type { Linkedid } from '../../src/call/ids.ts';
import { systemClock } from '../../src/clock.ts';
import type { Callback } from '../../src/crm/callback.ts';
import { createPost } from '../../src/crm/post.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

/**
 * A process for the test to kill: commits calls without end (or none, to `drain`) and delivers them. On its standard
 * output it names each call whose callbacks are on disk.
 */
const [path = '', url = '', first = '0', mode = ''] = process.argv.slice(2);

const knex = await openDatabase(path);
const onFatal = (fault: unknown) => {
  throw fault;
};
const store = new OutboxStore({ knex, now: Date.now, onFatal });
const post = createPost({ url, token: 't', timeoutMs: 2_000, connections: 4 });
const send = (callback: Callback) => post.send(callback.params);
const courier = createCourier({
  store,
  send,
  ask: () => post.probe(),
  isRepeatable: ({ kind }) => kind !== 'StartApp',
  clock: systemClock,
  log: rememberingLog(),
  lanes: 4,
  onAlarm: () => {},
});
await courier.start();

async function commitCall(number: number): Promise<void> {
  // Every other call begins with what must not be told twice.
  const begin = number % 2 === 0 ? 'DialBegin' : 'StartApp';
  const call = `${begin}-${number}` as Linkedid;
  for (const kind of [begin, 'DialAnswer', 'EndCall', 'Hangup'] as const) {
    const params = { callstatus: kind, callUUID: call };
    await store.commit({ callbacks: [{ key: `${call}|${kind}`, call, kind, params }], calls: [] });
    courier.nudge();
  }
  process.stdout.write(`${call}\n`);
}

if (mode === 'drain') {
  while ((await store.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await courier.stop();
  await post.close();
  await knex.destroy();
} else {
  for (let number = Number(first); ; number += 3) {
    await Promise.all([0, 1, 2].map((offset) => commitCall(number + offset)));
  }
}
