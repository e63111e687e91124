import { expect, test } from 'vitest';
import type { StoredCallback } from '../../src/outbox/callback-row.ts';
import { Sending } from '../../src/outbox/sending.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { liveMegabytes } from '../memory.ts';

const callback = { id: 1, kind: 'Hangup', call: '1795.1' } as StoredCallback;

function sendingBy(send: () => Promise<{ readonly kind: 'accepted' }>) {
  const clock = new ManualClock(0);
  const never = () => {
    throw new Error('is not asked');
  };
  const store = { markSending: never } as never;
  return {
    clock,
    sending: new Sending({ store, send, clock, log: rememberingLog(), isRepeatable: () => true, onSlow: () => {} }),
  };
}

test('nothing is kept of what was sent', async () => {
  const { sending } = sendingBy(async () => ({ kind: 'accepted' }));
  const sendMany = async (count: number) => {
    for (let n = 0; n < count; n += 1) await sending.send(callback);
  };
  await sendMany(1_000);
  const before = liveMegabytes();
  await sendMany(30_000);
  expect(liveMegabytes() - before).toBeLessThan(3);
});

test('what is under way when it is stopped counts as not answered after 5 s, and so does what is sent then', async () => {
  const { sending, clock } = sendingBy(() => new Promise(() => {}));
  const first = sending.send(callback);
  const stopped = sending.stop([first.then(() => {})]);
  await clock.advance(5_000);
  await stopped;
  expect(await first).toMatchObject({ kind: 'unavailable', timedOut: true });
  expect(await sending.send(callback)).toMatchObject({ kind: 'unavailable', timedOut: true });
});
