import { describe, expect, test } from 'vitest';
import type { Uniqueid } from '../../src/call/ids.ts';
import { begin, Core, channel, dial, dialEnds, enters, hangs, listed, phone } from './office.ts';

describe('click-to-call', () => {
  const click = {
    kind: 'click',
    actionId: 'a1',
    uniqueid: 'c2c-1' as Uniqueid,
    extension: '101',
    number: '84951112233',
  } as const;
  const agent = channel('PJSIP/101-1', 'c2c-1', 'c2c-1', { exten: 's' });
  const out = channel('PJSIP/provider-2', '4.2', 'c2c-1');

  test('both answer: one outbound call, talk counted from the customer', () => {
    const core = new Core();
    core.say(click);
    core.say(begin(agent), 300);
    core.say(dial(null, agent));
    core.say(dialEnds(null, agent, 'ANSWER'), 2000);
    core.say({ kind: 'originateResponse', actionId: 'a1', success: true, reason: 4, uniqueid: agent.uniqueid });
    core.say(dial(agent, out, '84951112233@provider'));
    core.say(dialEnds(agent, out, 'ANSWER'), 3000);
    core.say(enters(agent));
    core.say(enters(out));
    core.say(hangs(out), 4000);
    core.say(hangs(agent));
    core.pass(2000);
    expect(core.story).toEqual([
      '0.3 rang 101 outbound 84951112233',
      '5.3 answered 101 outbound 84951112233',
      '9.3 ended 101 outbound 84951112233 completed talked 4.0',
      '11.3 closed 101',
    ]);
    expect(core.events[0]).toMatchObject({ leg: { startedAt: 0, call: 'c2c-1' } });
    expect(core.isEmpty).toBe(true);
  });

  test('a colleague clicked is an internal call', () => {
    const core = new Core();
    core.say({ ...click, number: '102' });
    core.say(begin(agent));
    expect(core.story).toEqual(['0.0 rang 101 internal 102']);
  });

  test.each([
    ['NOANSWER', 19, 'no-answer'],
    ['NOANSWER', 21, 'busy'],
    ['BUSY', 21, 'busy'],
    [null, 16, 'no-answer'],
  ])('the agent does not pick up: %s, cause %i: %s', (status, cause, outcome) => {
    const core = new Core();
    core.say(click);
    core.say(begin(agent));
    core.say({ kind: 'originateResponse', actionId: 'a1', success: false, reason: 3, uniqueid: null }, 10_000);
    if (status !== null) core.say(dialEnds(null, agent, status));
    core.say(hangs(agent, cause));
    core.pass(2000);
    expect(core.story).toEqual([
      '0.0 rang 101 outbound 84951112233',
      `10.0 ended 101 outbound 84951112233 ${outcome} talked 0.0`,
      '12.0 closed ',
    ]);
  });

  test.each([
    [0, 'no-answer'],
    [5, 'busy'],
  ])('a phone without any channel: failure with reason %i is one record %s', (reason, outcome) => {
    const core = new Core();
    core.say(click);
    core.say({ kind: 'originateResponse', actionId: 'a1', success: false, reason, uniqueid: null }, 1000);
    core.pass(2000);
    expect(core.story).toEqual([
      '1.0 rang 101 outbound 84951112233',
      `1.0 ended 101 outbound 84951112233 ${outcome} talked 0.0`,
      '3.0 closed ',
    ]);
    expect(core.isEmpty).toBe(true);
  });

  test('an Originate that Asterisk forgot is given up after its limit', () => {
    const core = new Core();
    core.say(click);
    core.pass(90_000);
    expect(core.story.at(-1)).toBe('90.0 ended 101 outbound 84951112233 no-answer talked 0.0');
  });

  test('a refused action is no call', () => {
    const core = new Core();
    core.say(click);
    core.say({ kind: 'clickRefused', actionId: 'a1' });
    core.pass(100_000);
    expect(core.story).toEqual([]);
    expect(core.isEmpty).toBe(true);
  });

  test('where Asterisk gave the channel an id of its own, the extension of the Originate tells', () => {
    const own = channel('SIP/101-1', '5.1', '5.1', { exten: 's' });
    const core = new Core();
    core.say(click);
    core.say(begin(own));
    expect(core.story).toEqual([]);
    core.say(dial(null, channel('SIP/102-1', '6.1')));
    core.say(dial(null, channel('SIP/provider-1', '7.1')));
    core.say(dial(null, own));
    expect(core.story).toEqual(['0.0 rang 101 outbound 84951112233']);
  });

  test('its OriginateResponse tells as well', () => {
    const own = channel('SIP/101-1', '5.1', '5.1', { exten: 's' });
    const core = new Core();
    core.say(click);
    core.say(begin(own));
    core.say({ kind: 'originateResponse', actionId: 'other', success: true, reason: 4, uniqueid: own.uniqueid });
    core.say({ kind: 'originateResponse', actionId: 'a1', success: true, reason: 4, uniqueid: own.uniqueid });
    core.say({ kind: 'originateResponse', actionId: 'a1', success: true, reason: 4, uniqueid: own.uniqueid });
    expect(core.story).toEqual(['0.0 rang 101 outbound 84951112233']);
  });

  test('a success for a channel that was never seen waits for its limit', () => {
    const core = new Core();
    core.say(click);
    core.say({ kind: 'originateResponse', actionId: 'a1', success: true, reason: 4, uniqueid: '9.9' as Uniqueid });
    expect(core.story).toEqual([]);
    expect(core.state.clicks.size).toBe(1);
  });

  test('a second click does not take over a call that is one already', () => {
    const core = new Core();
    core.say(click);
    core.say(begin(agent));
    core.say({ ...click, actionId: 'a2', uniqueid: 'c2c-2' as Uniqueid });
    core.say(dial(null, agent));
    expect(core.story).toHaveLength(1);
  });

  test('two clicks of one user are two calls', () => {
    const second = { ...click, actionId: 'a2', uniqueid: 'c2c-2' as Uniqueid, number: '84951112244' };
    const other = channel('PJSIP/101-2', 'c2c-2', 'c2c-2', { exten: 's' });
    const core = new Core();
    for (const input of [click, second, begin(agent), dial(null, agent), begin(other), dial(null, other)])
      core.say(input);
    expect(core.story).toEqual(['0.0 rang 101 outbound 84951112233', '0.0 rang 101 outbound 84951112244']);
  });

  test('a click whose channel is first seen in the list after a reconnect is that channel’s', () => {
    const core = new Core();
    core.say(click);
    core.say({ kind: 'snapshot', channels: [listed(agent)], since: 0, heardUntil: core.now });
    core.say({ kind: 'originateResponse', actionId: 'a1', success: false, reason: 3, uniqueid: null }, 1000);
    core.say(hangs(agent, 19));
    core.pass(2000);
    expect(core.story).toEqual([
      '0.0 rang 101 outbound 84951112233',
      '1.0 ended 101 outbound 84951112233 no-answer talked 0.0',
      '3.0 closed ',
    ]);
    expect(core.isEmpty).toBe(true);
  });

  test('a click that fails when its call is known by another channel adds none', () => {
    const core = new Core();
    core.say(click);
    core.say(begin(out));
    core.say({ kind: 'originateResponse', actionId: 'a1', success: false, reason: 3, uniqueid: null });
    core.say(hangs(out));
    core.pass(2000);
    expect(core.story).toEqual(['2.0 closed ']);
    expect(core.isEmpty).toBe(true);
  });

  test('through a Local channel the agent phone is his own, not the customer', () => {
    const half = channel('Local/101@from-internal-1;1', 'c2c-1', 'c2c-1');
    const other = channel('Local/101@from-internal-1;2', '4.1', 'c2c-1');
    const own = phone('101', '4.3', 'c2c-1');
    const core = new Core();
    core.say(click);
    core.say(begin(half));
    core.say(begin(other));
    core.say(dial(null, half));
    core.say(dial(other, own));
    core.say(dialEnds(other, own, 'ANSWER'), 1000);
    core.say(hangs(half));
    expect(core.story).toEqual(['0.0 rang 101 outbound 84951112233']);
    core.say(dial(own, out));
    core.say(dialEnds(own, out, 'ANSWER'), 1000);
    core.say(hangs(own), 1000);
    expect(core.story.at(-1)).toBe('3.0 ended 101 outbound 84951112233 completed talked 1.0');
  });
});
