import { describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import { restore, save } from '../../src/call/saved.ts';
import { begin, Core, channel, dial, dialEnds, enters, hangs, phone, rings, trunkIn } from './office.ts';

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
    core.say({ kind: 'snapshot', channels: [caller, p101], since: 900 });
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
    core.say({ kind: 'snapshot', channels: [], since: 9900 });
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

  test('a channel that began after the link came up is not missed from the list', () => {
    const core = new Core();
    core.now = 1000;
    core.say(begin(caller));
    core.say({ kind: 'snapshot', channels: [], since: 999 });
    expect(core.state.channels.size).toBe(1);
  });

  test('channels found in the list are known from then on', () => {
    const core = new Core();
    core.say({ kind: 'snapshot', channels: [caller], since: 0 });
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
});
