import { describe, expect, test } from 'vitest';
import { createState } from '../src/call/state.ts';
import { step } from '../src/call/tracker.ts';
import type { Config } from '../src/config/schema.ts';
import { createLiveSide } from '../src/live-side.ts';
import { createTicks, ticking } from '../src/ticks.ts';
import type { Works } from '../src/works.ts';
import { begin, caller, dial, hangs, p101, rings, rules } from './call/office.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import { configOf } from './service/office.ts';

function ticker() {
  const clock = new ManualClock();
  const all = { clock, ticks: 0, isAwaited: true };
  const ticks = createTicks({
    clock,
    everyMs: 250,
    tick: () => {
      all.ticks += 1;
    },
    isAwaited: () => all.isAwaited,
  });
  return Object.assign(all, { wake: () => ticks.wake(), stop: () => ticks.stop() });
}

describe('ticks', () => {
  test('begin when they are asked for, go on while something waits, and begin again', async () => {
    const all = ticker();
    await all.clock.advance(1_000);
    expect(all.ticks).toBe(0);
    for (let times = 0; times < 3; times += 1) all.wake();
    await all.clock.advance(1_000);
    expect(all.ticks).toBe(4);
    all.isAwaited = false;
    await all.clock.advance(60_000);
    expect([all.ticks, all.clock.pending]).toEqual([5, 0]);
    all.wake();
    await all.clock.advance(250);
    expect(all.ticks).toBe(6);
  });

  test('end', async () => {
    const all = ticker();
    all.wake();
    all.stop();
    all.wake();
    await all.clock.advance(60_000);
    expect([all.ticks, all.clock.pending]).toEqual([0, 0]);
  });
});

function office() {
  const clock = new ManualClock();
  const state = createState(rules);
  const required = 'ami: {username: a, secret: b}\ncrm: {url: "http://crm", token: t, time_zone: UTC}\n';
  const live = createLiveSide(configOf(required) as Config, { state, clock, dialectOf: () => null });
  const take: Works['take'] = (input, at) => live.took(input, step(state, input, at).events, at);
  const { works, ticks } = ticking({ clock, state, live, take } as unknown as Works);
  return { clock, state, live, works, ticks };
}

describe('of the works', () => {
  test('a call is closed, its end is shown for its time, and then all is at rest', async () => {
    const { clock, state, live, works } = office();
    for (const input of [begin(caller), begin(p101), dial(caller, p101), rings(p101), hangs(caller), hangs(p101)])
      works.take(input, clock.now());
    expect([state.calls.size, live.isAtRest]).toEqual([1, false]);
    await clock.advance(9_000);
    expect([state.calls.size, live.isAtRest]).toEqual([0, false]);
    await clock.advance(2_000);
    expect([live.isAtRest, clock.pending]).toEqual([true, 0]);
  });

  test('a click of which Asterisk says nothing ends', async () => {
    const { clock, live, works } = office();
    const click = { actionId: 'a', uniqueid: 'connector-a', extension: '101', number: '79210000000' };
    works.take({ kind: 'click', ...click } as never, clock.now());
    expect(live.isAtRest).toBe(false);
    await clock.advance(600_000);
    expect([live.isAtRest, clock.pending]).toEqual([true, 0]);
  });

  test('a call that goes on has its ticks', async () => {
    const { clock, works } = office();
    for (const input of [begin(caller), begin(p101), dial(caller, p101), rings(p101)]) works.take(input, clock.now());
    await clock.advance(600_000);
    expect(clock.pending).toBe(1);
  });
});
