import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Input } from '../../src/call/ami-event.ts';
import { restore, save } from '../../src/call/saved.ts';
import { createState } from '../../src/call/state.ts';
import { step } from '../../src/call/tracker.ts';
import { rules } from '../call/office.ts';
import { type LivingCall, livingCall } from '../faults/planned-call.ts';

/** Until the connector is back. */
const downMs = 100_000;

/** What is told of a call after it has ended unheard behind the `cut`th input, the connector having been restarted or not. */
function endsUnheard(call: LivingCall, cut: number, isRestarted: boolean): string[] {
  const stored = new Map<string, string | null>();
  let state = createState(rules);
  const say = (input: Input, at: number) => {
    const { events, touched } = step(state, input, at);
    for (const id of touched) stored.set(id, save(state, id));
    return events;
  };
  const heard = call.heard(0).slice(0, cut);
  for (const { input, at } of heard) say(input, at);
  const until = heard.at(-1)?.at ?? 0;
  if (isRestarted) {
    state = createState(rules);
    for (const text of stored.values()) if (text !== null) restore(state, text, until + downMs);
  }
  const none = { channels: [], since: Number.POSITIVE_INFINITY, heardUntil: until };
  const events = [...say({ kind: 'snapshot', ...none }, until + downMs)];
  for (const after of [1_000, 3_000, 150_000]) events.push(...say({ kind: 'tick' }, until + downMs + after));
  const late = events.filter((event) => event.kind === 'ended' && event.at > until);
  return [
    ...late.map((event) => `input ${cut}, ${isRestarted}: ${JSON.stringify(event)}`),
    ...[...state.calls.keys()].map((id) => `input ${cut}, ${isRestarted}: ${id} is left`),
  ];
}

test.each(readdirSync('test/captures/22'))('%s, cut anywhere, ends when it was last heard of', async (scenario) => {
  const call = await livingCall(scenario, { serial: 1, epoch: 1_700_000_000 });
  const cuts = call.heard(0).map((_, cut) => cut + 1);
  expect(cuts.flatMap((cut) => [true, false].flatMap((isRestarted) => endsUnheard(call, cut, isRestarted)))).toEqual(
    [],
  );
});
