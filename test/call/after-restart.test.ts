import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Linkedid } from '../../src/call/ids.ts';
import { restore, save } from '../../src/call/saved.ts';
import {
  begin,
  Core,
  channel,
  dial,
  dialEnds,
  enters,
  hangs,
  leaves,
  listed,
  phone,
  rings,
  trunkIn,
} from './office.ts';

const caller = trunkIn();
const p101 = phone('101', '1.2');
const id = '1.1' as Linkedid;

function ringing(): Core {
  const core = new Core();
  for (const event of [begin(caller), dial(caller, p101), rings(p101)]) core.say(event);
  return core;
}

/** What the connector has after a restart at `now`: only what was saved. */
function restarted(core: Core, now: number): Core {
  const text = save(core.state, id);
  if (text === null) throw new Error('the call is not open');
  const next = new Core();
  next.now = now;
  restore(next.state, text, now);
  return next;
}

describe('after a restart', () => {
  test('a call that Asterisk still has goes on where it was', () => {
    const core = restarted(ringing(), 1000);
    core.say({ kind: 'snapshot', channels: [listed(caller), listed(p101)], since: 900, heardUntil: core.now });
    core.say(dialEnds(caller, p101, 'ANSWER'), 1000);
    core.say(enters(p101));
    core.say(enters(caller));
    core.say(hangs(caller), 3000);
    core.say(hangs(p101));
    core.pass(2000);
    expect(core.story).toEqual([
      '2.0 answered 101 inbound 79211001011',
      '5.0 ended 101 inbound 79211001011 completed talked 3.0',
      '7.0 closed 101',
    ]);
  });

  test('a call that Asterisk no longer has is ended and closed', () => {
    const core = restarted(ringing(), 10_000);
    core.say({ kind: 'snapshot', channels: [], since: 9900, heardUntil: core.now });
    core.pass(2000);
    expect(core.story).toEqual(['10.0 ended 101 inbound 79211001011 no-answer talked 0.0', '12.0 closed ']);
    expect(core.isEmpty).toBe(true);
  });

  test('the way through a Local pair is known again', () => {
    const [into, out] = [channel('Local/101@q-1;1', '1.7', '1.1'), channel('Local/101@q-1;2', '1.8', '1.1')];
    const before = new Core();
    for (const event of [begin(caller), begin(into), begin(out), dial(caller, into)]) before.say(event);
    const core = restarted(before, 1000);
    core.say(dial(out, p101));
    core.say(rings(p101));
    expect(core.story).toEqual(['1.0 rang 101 inbound 79211001011']);
  });

  test('what another version has kept is left alone', () => {
    const core = new Core();
    expect(restore(core.state, JSON.stringify({ version: 1, call: {}, channels: [] }), 0)).toBe(false);
    expect(core.isEmpty).toBe(true);
  });

  test('a call whose channels were all gone before the stop is closed at the next tick', () => {
    const before = ringing();
    before.say(hangs(p101));
    before.say(hangs(caller));
    const core = restarted(before, 60_000);
    core.pass(0);
    expect(core.story).toEqual(['60.0 closed ']);
  });

  test('a call that had rung nobody when it was last heard of may have rung since', () => {
    const unrung = (event: CallEvent) => event.kind === 'unrung';
    const core = new Core();
    core.say(begin(caller));
    core.say({ kind: 'snapshot', channels: [], since: 500, heardUntil: 300 }, 1000);
    expect(core.events.filter(unrung)).toMatchObject([{ call: id, isEndHeard: false }]);
    const heard = new Core();
    heard.say(begin(caller));
    heard.say(hangs(caller), 1000);
    expect(heard.events.filter(unrung)).toMatchObject([{ call: id, isEndHeard: true }]);
  });

  test('a channel that began after the link came up is not missed from the list', () => {
    const core = new Core();
    core.now = 1000;
    core.say(begin(caller));
    core.say({ kind: 'snapshot', channels: [], since: 999, heardUntil: core.now });
    expect(core.state.channels.size).toBe(1);
  });

  test('channels found in the list are known from then on', () => {
    const core = new Core();
    core.say({ kind: 'snapshot', channels: [listed(caller)], since: 0, heardUntil: core.now });
    core.say(dial(caller, p101));
    core.say(rings(p101));
    expect(core.story).toEqual(['0.0 rang 101 inbound 79211001011']);
  });

  test('a closed call is saved as nothing', () => {
    expect(save(new Core().state, id)).toBeNull();
  });
});

describe('many calls', () => {
  test('deadlines of thousands of calls are met in their order and let go', () => {
    const core = new Core();
    for (let n = 0; n < 3000; n += 1) {
      const one = trunkIn(`5.${n}`);
      core.say(begin(one));
      core.say(hangs(one), 1);
      core.pass(0);
    }
    core.pass(2000);
    const closed = core.events.filter((event) => event.kind === 'closed');
    expect(closed.map((event) => event.call)).toEqual(Array.from({ length: 3000 }, (_, n) => `5.${n}`));
    expect(core.isEmpty).toBe(true);
  });

  test('one that was answered while nobody listened talks from then on', () => {
    for (const room of ['b1', null]) {
      const core = restarted(ringing(), 10_000);
      core.say({
        kind: 'snapshot',
        channels: [listed(caller, room, 6), listed(p101, room, 6)],
        since: 9900,
        heardUntil: core.now,
      });
      core.say(hangs(p101), 5000);
      expect(core.story).toEqual([
        '10.0 answered 101 inbound 79211001011',
        '15.0 ended 101 inbound 79211001011 completed talked 5.0',
      ]);
    }
  });

  test('one that began while nobody listened is known: who rings, and who hears whom', () => {
    const core = new Core();
    const [talking, waiting] = [phone('103', '1.5'), phone('104', '7.2', '7.1')];
    const other = trunkIn('7.1', { callerNumber: '7900' });
    const inside = [listed(phone('105', '9.1', '9.1'), null, 4), listed(phone('106', '9.2', '9.1'), null, 5)];
    const outside = [listed(caller, 'b1', 6), listed(talking, 'b1', 6), listed(other), listed(waiting, null, 5)];
    const channels = [...outside, ...inside];
    core.say({ kind: 'snapshot', channels, since: 0, heardUntil: core.now }, 1000);
    expect(core.story).toEqual([
      '1.0 rang 103 inbound 79211001011',
      '1.0 answered 103 inbound 79211001011',
      '1.0 rang 104 inbound 7900',
    ]);
    core.say({ kind: 'snapshot', channels: [], since: 1500, heardUntil: core.now }, 1000);
    core.pass(2000);
    expect(core.isEmpty).toBe(true);
  });

  test('an outgoing call whose trunk had no number yet when it was last heard of has the one that the list says', () => {
    const core = new Core();
    const [p103, trunk] = [phone('103', '3.1', '3.1', { state: 4 }), phone('provider', '3.2', '3.1')];
    for (const event of [begin(p103), begin(trunk)]) core.say(event);
    const called = { ...trunk, callerNumber: '79211040011' };
    core.say(
      { kind: 'snapshot', channels: [listed(p103, 'b1', 6), listed(called, 'b1', 6)], since: 0, heardUntil: 0 },
      2000,
    );
    expect(core.story).toEqual(['2.0 rang 103 outbound 79211040011', '2.0 answered 103 outbound 79211040011']);
  });

  test('one that still rings does so once', () => {
    const core = restarted(ringing(), 10_000);
    core.say({
      kind: 'snapshot',
      channels: [listed(caller), listed(p101, null, 5)],
      since: 9900,
      heardUntil: core.now,
    });
    expect(core.story).toEqual([]);
  });

  test('what was told while the list was on its way stands', () => {
    const core = new Core();
    for (const event of [begin(caller), begin(p101), hangs(p101)]) core.say(event);
    core.say({
      kind: 'snapshot',
      channels: [listed(caller, 'b1'), listed(p101, 'b1', 6)],
      since: 0,
      heardUntil: core.now,
    });
    expect(core.story).toEqual([]);
    const inside = new Core();
    for (const event of [begin(caller), enters(caller, 'b2')]) inside.say(event);
    inside.say({ kind: 'snapshot', channels: [listed(caller, 'b1')], since: 0, heardUntil: core.now });
    inside.say(leaves(caller, 'b2'));
    expect(inside.state.bridges.size).toBe(0);
  });

  test('a channel that Asterisk has moved into another call is in that one alone', () => {
    const consulted = phone('104', '2.2', '2.1');
    const core = new Core();
    core.say(begin(caller));
    core.say(begin(consulted));
    const before = save(core.state, '2.1' as Linkedid) ?? '';
    core.say({ kind: 'newState', channel: { ...consulted, linkedid: caller.linkedid, state: 6 } });
    const after = save(core.state, id) ?? '';
    for (const texts of [
      [before, after],
      [after, before],
    ]) {
      const next = new Core();
      for (const text of texts) restore(next.state, text, 0);
      for (const facts of [caller, consulted]) next.say(hangs({ ...facts, linkedid: caller.linkedid }));
      next.pass(2000);
      next.pass(2000);
      expect(next.isEmpty).toBe(true);
    }
  });
});
