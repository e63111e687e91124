import { describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import { restore, save } from '../../src/call/saved.ts';
import { answers, Core, caller, hangs, listed, p101, p102, phone, ringing, rules, trunkIn } from './office.ts';

const none = { channels: [], since: Number.POSITIVE_INFINITY } as const;

describe('a call that ended while nobody listened', () => {
  test('has talked for as long as it was heard of, and no longer', () => {
    const core = ringing(p101);
    core.now = 1_000;
    answers(core, caller, p101);
    core.now = 3_600_000;
    core.say({ kind: 'snapshot', ...none, heardUntil: 21_000 });
    core.pass(2_000);
    expect(core.story.slice(1)).toEqual([
      '1.0 answered 101 inbound 79211001011',
      '21.0 ended 101 inbound 79211001011 completed talked 20.0',
      '3602.0 closed 101',
    ]);
    expect(core.finishes).toMatchObject([{ at: 21_000, talkedMs: 20_000, outcome: 'completed' }]);
    expect(core.isEmpty).toBe(true);
  });

  test('has not ended before what is known of it: it was stored later than it was last written until when we listened', () => {
    const core = ringing(p101);
    core.now = 8_000;
    answers(core, caller, p101);
    core.now = 60_000;
    core.say({ kind: 'snapshot', ...none, heardUntil: 5_000 });
    expect(core.story.at(-1)).toBe('8.0 ended 101 inbound 79211001011 completed talked 0.0');
  });

  test('has not ended later than now, whatever the clock says', () => {
    const core = ringing(p101);
    core.now = 2_000;
    core.say({ kind: 'snapshot', ...none, heardUntil: 9_000 });
    expect(core.story.at(-1)).toBe('2.0 ended 101 inbound 79211001011 no-answer talked 0.0');
  });

  test('is missed by its caller’s extension as of then', () => {
    const core = new Core({ ...rules, missedExtension: () => '104' as ReturnType<typeof rules.missedExtension> });
    core.say({ kind: 'newChannel', channel: caller });
    core.say({ kind: 'snapshot', ...none, heardUntil: 4_000 }, 600_000);
    expect(core.story).toEqual([
      '4.0 rang 104 inbound 79211001011',
      '4.0 ended 104 inbound 79211001011 no-answer talked 0.0',
    ]);
  });

  test('leaves the others alone', () => {
    const core = ringing(p101);
    const other = trunkIn('7.1');
    core.say({ kind: 'newChannel', channel: other });
    core.say({ kind: 'snapshot', channels: [listed(other)], since: 9_000, heardUntil: 500 }, 10_000);
    expect(core.story.at(-1)).toBe('0.5 ended 101 inbound 79211001011 no-answer talked 0.0');
    expect([...core.state.calls.values()].filter(({ alive }) => alive > 0)).toHaveLength(1);
  });

  test('is known after a restart by what was stored of it', () => {
    const before = ringing(p101);
    before.now = 3_000;
    answers(before, caller, p101);
    const core = new Core();
    core.now = 100_000;
    restore(core.state, save(before.state, '1.1' as Linkedid) ?? '', core.now);
    core.say({ kind: 'snapshot', ...none, heardUntil: 0 });
    expect(core.story).toEqual(['3.0 ended 101 inbound 79211001011 completed talked 0.0']);
  });
});

test('a part on a channel that was counted in another call, and not kept, ends when it was last heard of, too', () => {
  const before = ringing(p101);
  const picker = phone('103', '5.5', '5.5');
  before.now = 3_000;
  before.say({ kind: 'newChannel', channel: picker });
  before.say({ kind: 'pickup', channel: picker, target: p101.uniqueid });
  answers(before, caller, picker);
  const core = new Core();
  core.now = 60_000;
  restore(core.state, save(before.state, '1.1' as Linkedid) ?? '', core.now);
  core.say({ kind: 'snapshot', ...none, heardUntil: 5_000 });
  core.pass(2_000);
  expect(core.story).toEqual(['5.0 ended 103 inbound 79211001011 completed talked 2.0', '62.0 closed 103']);
  expect(core.isEmpty).toBe(true);
});

describe('a Hangup that was lost while we listened', () => {
  test('is seen in a list of what remains', () => {
    const core = ringing(p101, p102);
    core.say(
      { kind: 'remaining', channels: new Set([caller.uniqueid, p102.uniqueid]), since: 60_000, heardUntil: 30_000 },
      61_000,
    );
    expect(core.story.at(-1)).toBe('30.0 ended 101 inbound 79211001011 no-answer talked 0.0');
    core.say(hangs(caller));
    core.say(hangs(p102));
    core.pass(2_000);
    expect(core.isEmpty).toBe(true);
  });

  test('a list tells nothing of what began after it was asked for, and makes nothing known', () => {
    const core = ringing(p101);
    core.say({ kind: 'remaining', channels: new Set([phone('109', '9.9').uniqueid]), since: 0, heardUntil: 0 }, 10);
    expect(core.story).toHaveLength(1);
    expect(core.state.channels.size).toBe(2);
  });
});

describe('found after a gap', () => {
  test('a phone has rung since its channel is there', () => {
    const core = new Core();
    core.now = 30_000;
    core.say({
      kind: 'snapshot',
      channels: [listed(caller, null, 4, 9_000), listed(p101, null, 5, 7_000)],
      since: 29_900,
      heardUntil: 10_000,
    });
    core.say(hangs(caller), 1_000);
    core.say(hangs(p101));
    expect(core.story).toEqual([
      '30.0 rang 101 inbound 79211001011',
      '31.0 ended 101 inbound 79211001011 no-answer talked 0.0',
    ]);
    const [rang] = core.events;
    expect(rang?.kind === 'rang' && rang.leg.startedAt).toBe(23_000);
  });

  test('a conversation is counted from when it was found, its beginning from when the phone was rung', () => {
    const core = new Core();
    core.now = 30_000;
    core.say({
      kind: 'snapshot',
      channels: [listed(caller, 'b1', 6, 9_000), listed(p101, 'b1', 6, 7_000)],
      since: 29_900,
      heardUntil: 10_000,
    });
    core.say(hangs(p101), 5_000);
    expect(core.story.at(-1)).toBe('35.0 ended 101 inbound 79211001011 completed talked 5.0');
    const ended = core.events.at(-1);
    expect(ended?.kind === 'ended' && ended.leg.startedAt).toBe(23_000);
  });
});
