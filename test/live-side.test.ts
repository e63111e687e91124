import { describe, expect, test } from 'vitest';
import type { Input } from '../src/call/ami-event.ts';
import type { Uniqueid } from '../src/call/ids.ts';
import { createState } from '../src/call/state.ts';
import { step } from '../src/call/tracker.ts';
import { createLiveSide } from '../src/live-side.ts';
import { begin, caller, channel, dial, dialEnds, enters, hangs, p101, rings, rules } from './call/office.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import type { PageSnapshot } from './live/page.ts';
import { configOf } from './service/office.ts';

const required = 'ami: {username: a, secret: b}\ncrm: {url: "http://crm", token: t, time_zone: UTC}\n';
const turn = () => new Promise((resolve) => setImmediate(resolve));

function office(dialect: 'salesplatform' | 'vanilla' | null = 'salesplatform') {
  const state = createState(rules);
  const clock = new ManualClock();
  const live = createLiveSide(configOf(required), { state, clock, dialectOf: () => dialect });
  return {
    live,
    clock,
    say: (...inputs: Input[]) => {
      for (const input of inputs) live.took(input, step(state, input, clock.now()).events, clock.now());
    },
  };
}

function page({ live }: ReturnType<typeof office>, extension: string) {
  const snapshots: PageSnapshot[] = [];
  const leave = live.watch(extension, (snapshot) => snapshots.push(JSON.parse(snapshot)));
  return { snapshots, leave };
}

const ringing = [begin(caller), begin(p101), dial(caller, p101), rings(p101)];
const answered = [dialEnds(caller, p101, 'ANSWER'), enters(p101), enters(caller)];
const phases = ({ snapshots }: ReturnType<typeof page>) =>
  snapshots.map(({ calls }) => calls.map(({ phase }) => phase).join());

describe('who listens', () => {
  test('is told at once, and what happens in one turn of the event loop as one', async () => {
    const all = office();
    const agent = page(all, '101');
    expect(agent.snapshots).toEqual([
      { extension: '101', at: '2026-11-20T22:36:12.000Z', linkUp: false, calls: [], ended: [], clicks: [] },
    ]);
    all.say(...ringing, ...answered);
    expect(agent.snapshots).toHaveLength(1);
    await turn();
    expect(phases(agent)).toEqual(['', 'talking']);
  });

  test('is told nothing when nothing has changed for him', async () => {
    const all = office();
    const [agent, other] = [page(all, '101'), page(all, '102')];
    all.say(...ringing);
    await turn();
    await all.clock.advance(1000);
    all.say({ kind: 'tick' }, rings(p101));
    // His phone rings, and does no more, before anybody looks.
    const second = channel('PJSIP/102-9', '1.9', '1.1');
    all.say(begin(second), dial(caller, second), dialEnds(caller, second, 'CANCEL'), hangs(second, 26));
    await turn();
    expect(phases(agent)).toEqual(['', 'ringing']);
    expect(other.snapshots).toHaveLength(1);
  });

  test('of two the second is told what is so now, and the first no other thing', async () => {
    const all = office();
    const first = page(all, '101');
    all.say(...ringing);
    const second = page(all, '101');
    await turn();
    expect([phases(first), phases(second)]).toEqual([['', 'ringing'], ['ringing']]);
    first.leave();
    first.leave();
    all.say(...answered);
    await turn();
    expect([phases(first), phases(second)]).toEqual([
      ['', 'ringing'],
      ['ringing', 'talking'],
    ]);
  });

  test('and has left is told no more, though something was about to be told', async () => {
    const all = office();
    const agent = page(all, '101');
    all.say(...ringing);
    agent.leave();
    await turn();
    expect(agent.snapshots).toHaveLength(1);
    const again = page(all, '101');
    agent.leave();
    all.say(...answered);
    await turn();
    expect(phases(again)).toEqual(['ringing', 'talking']);
  });

  test('learns that Asterisk is heard, and is heard no more, once', async () => {
    const all = office();
    const agents = [page(all, '101'), page(all, '102')];
    for (const up of [true, true, false]) {
      all.live.linkIs(up);
      await turn();
    }
    for (const { snapshots } of agents) expect(snapshots.map(({ linkUp }) => linkUp)).toEqual([false, true, false]);
  });
});

describe('quiet', () => {
  const isEmpty = (all: ReturnType<typeof office>, extension: string) => {
    const { calls, ended, clicks } = JSON.parse(all.live.snapshot(extension)) as PageSnapshot;
    return calls.length + ended.length + clicks.length === 0;
  };
  const quiet = (all: ReturnType<typeof office>) =>
    ['101', '102'].filter((extension) => {
      expect(all.live.isQuiet(extension)).toBe(isEmpty(all, extension));
      return all.live.isQuiet(extension);
    });

  test('is who has no call, none that ended a moment ago, and no click', async () => {
    const all = office();
    all.live.linkIs(true);
    expect(quiet(all)).toEqual(['101', '102']);
    all.say(...ringing);
    expect(quiet(all)).toEqual(['102']);
    all.say(hangs(caller), hangs(p101));
    expect(quiet(all)).toEqual(['102']);
    await all.clock.advance(10_000);
    all.say({ kind: 'tick' });
    expect(quiet(all)).toEqual(['101', '102']);
    all.say({ kind: 'click', actionId: 'a', uniqueid: 'c2c-1' as Uniqueid, extension: '102', number: '79211001011' });
    expect(quiet(all)).toEqual(['101']);
  });

  test('is nobody while Asterisk is not heard', () => {
    expect(office().live.isQuiet('101')).toBe(false);
  });
});

test.each([
  ['salesplatform', '1.1-101', '79211001011'],
  ['vanilla', '1.1', '9211001011'],
  [null, '1.1-101', '79211001011'],
] as const)('in %s’s words a part is %s, with %s', (dialect, id, number) => {
  const all = office(dialect);
  all.say(...ringing);
  expect(JSON.parse(all.live.snapshot('101'))).toMatchObject({ calls: [{ id, number }] });
});

test('of five hundred who listen only he is told whom it concerns', async () => {
  const all = office();
  const others = Array.from({ length: 500 }, (_, n) => page(all, String(200 + n)));
  const agent = page(all, '101');
  all.say(...ringing);
  await turn();
  expect(phases(agent)).toEqual(['', 'ringing']);
  expect(others.every(({ snapshots }) => snapshots.length === 1)).toBe(true);
});
