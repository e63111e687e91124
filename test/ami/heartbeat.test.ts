import { expect, test } from 'vitest';
import type { ActionResult } from '../../src/ami/action.ts';
import { startHeartbeat } from '../../src/ami/heartbeat.ts';
import { ManualClock } from '../doubles/manual-clock.ts';

test('tells how long each Pong took, and nothing of a Ping that was not answered', async () => {
  const clock = new ManualClock();
  const waiting: ((result: ActionResult) => void)[] = [];
  const connection = {
    send: () => new Promise<ActionResult>((answer) => waiting.push(answer)),
    // Bytes come all the time: a Pong that is missing is not yet the end.
    get lastByteAt() {
      return clock.now();
    },
  };
  const took: number[] = [];
  const dead: string[] = [];
  const settings = { pingIntervalMs: 10_000, pingTimeoutMs: 5_000 };
  const stop = startHeartbeat(
    connection,
    settings,
    clock,
    (why) => dead.push(why),
    (ms) => took.push(ms),
  );
  const answer = async (afterMs: number, result: ActionResult) => {
    await clock.advance(afterMs);
    waiting.shift()?.(result);
    await clock.advance(0);
  };
  await clock.advance(10_000);
  await answer(30, { kind: 'answered', response: new Map(), events: [] });
  await clock.advance(10_000);
  await answer(5_000, { kind: 'timedOut' });
  await clock.advance(0);
  await answer(1_200, { kind: 'answered', response: new Map(), events: [] });
  stop();
  expect(took).toEqual([30, 1_200]);
  expect(dead).toEqual([]);
});
