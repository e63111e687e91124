import { describe, expect, test } from 'vitest';
import type { Uniqueid } from '../../src/call/ids.ts';
import { begin, Core, channel, dial, dialEnds, enters, hangs, leaves, phone, rings, trunkIn } from './office.ts';

const caller = trunkIn();
const p101 = phone('101', '1.2');
const p102 = phone('102', '1.3');

function ringing(...phones: ReturnType<typeof phone>[]): Core {
  const core = new Core();
  core.say(begin(caller));
  for (const each of phones) {
    core.say(begin(each));
    core.say(dial(caller, each));
    core.say(rings(each));
  }
  return core;
}

describe('inbound', () => {
  test('answered: rang, answered, ended, closed after the late events', () => {
    const core = ringing(p101);
    core.say(dialEnds(caller, p101, 'ANSWER'), 2000);
    core.say(enters(p101));
    core.say(enters(caller));
    core.say(leaves(caller), 4000);
    core.say(hangs(caller));
    core.say(hangs(p101));
    expect(core.pass(1999)).toEqual([]);
    core.pass(1);
    expect(core.story).toEqual([
      '0.0 rang 101 inbound 79211001011',
      '2.0 answered 101 inbound 79211001011',
      '6.0 ended 101 inbound 79211001011 completed talked 4.0',
      '8.0 closed 101',
    ]);
    expect(core.isEmpty).toBe(true);
  });

  test('the bridge alone tells an answer when DialEnd is missing', () => {
    const core = ringing(p101);
    core.say(enters(p101), 1000);
    core.say(enters(caller));
    core.say(hangs(p101), 3000);
    expect(core.story.slice(1)).toEqual([
      '1.0 answered 101 inbound 79211001011',
      '4.0 ended 101 inbound 79211001011 completed talked 3.0',
    ]);
  });

  test('one alone in a bridge talks to nobody', () => {
    const core = ringing(p101);
    core.say(enters(p101), 1000);
    expect(core.story).toHaveLength(1);
  });

  test('a channel that is gone does not enter a bridge', () => {
    const core = ringing(p101);
    core.say(hangs(p101));
    core.say(enters(p101));
    expect(core.state.bridges.size).toBe(0);
  });

  test('a bridge that was left in a gap of the link holds nobody', () => {
    const core = ringing(p101);
    core.say(enters(p101, 'b1'));
    core.say(enters(p101, 'b2'));
    core.say(enters(caller, 'b2'));
    expect([...core.state.bridges.keys()]).toEqual(['b2']);
    core.say(hangs(p101));
    core.say(hangs(caller));
    core.pass(2000);
    expect(core.isEmpty).toBe(true);
  });

  test('time alone in the bridge is not talk', () => {
    const core = ringing(p101);
    core.say(dialEnds(caller, p101, 'ANSWER'));
    core.say(enters(p101));
    core.say(enters(caller));
    core.say(leaves(caller), 3000);
    core.say(leaves(p101), 10_000);
    core.say(enters(caller, 'b2'));
    core.say(enters(p101, 'b2'));
    core.say(hangs(caller), 2000);
    core.say(hangs(p101));
    expect(core.story.at(-1)).toBe('15.0 ended 101 inbound 79211001011 completed talked 5.0');
    expect(core.state.bridges.size).toBe(0);
  });

  test.each([
    ['BUSY', 17, 'busy'],
    ['NOANSWER', 21, 'busy'],
    ['BUSY', 21, 'busy'],
    ['BUSY', 19, 'no-answer'],
    ['NOANSWER', 0, 'no-answer'],
    ['CANCEL', 127, 'no-answer'],
    ['BUSY', 0, 'busy'],
  ])('a phone that rang and ended %s with cause %i is %s', (status, cause, outcome) => {
    const core = ringing(p101);
    core.say(dialEnds(caller, p101, status), 3000);
    core.say(hangs(p101, cause));
    expect(core.story.at(-1)).toBe(`3.0 ended 101 inbound 79211001011 ${outcome} talked 0.0`);
  });

  test('a phone that refuses without ringing has a record, one that is gone or redirects has none', () => {
    const core = new Core();
    for (const event of [begin(caller), dial(caller, p101), dialEnds(caller, p101, 'BUSY'), hangs(p101, 17)])
      core.say(event);
    for (const event of [dial(caller, p102), dialEnds(caller, p102, 'CANCEL'), hangs(p102, 0)]) core.say(event);
    expect(core.story).toEqual([
      '0.0 rang 101 inbound 79211001011',
      '0.0 ended 101 inbound 79211001011 busy talked 0.0',
    ]);
  });

  test('183 and DialState count as ringing, other states do not, and twice is once', () => {
    const core = new Core();
    core.say(begin(caller));
    core.say(dial(caller, p101));
    expect(core.say({ kind: 'dialState', dest: p101, status: 'PROCEEDING' })).toEqual([]);
    expect(core.say({ kind: 'newState', channel: { ...p101, state: 3 } })).toEqual([]);
    core.say({ kind: 'dialState', dest: p101, status: 'PROGRESS' });
    core.say({ kind: 'dialState', dest: p101, status: 'RINGING' });
    core.say(rings(p101));
    expect(core.story).toEqual(['0.0 rang 101 inbound 79211001011']);
  });

  test('the popup closes a second after the dial ended, though the Hangup does not come', () => {
    const core = ringing(p101);
    core.say(dialEnds(caller, p101, 'NOANSWER'), 5000);
    expect(core.pass(999)).toEqual([]);
    core.pass(1);
    expect(core.story.at(-1)).toBe('6.0 ended 101 inbound 79211001011 no-answer talked 0.0');
    core.say(hangs(p101, 17));
    expect(core.story).toHaveLength(2);
  });

  test('two contacts on one extension are one ring, and end with the last', () => {
    const second = phone('101', '1.9');
    const core = ringing(p101, second);
    core.say(dialEnds(caller, p101, 'NOANSWER'), 1000);
    core.say(hangs(p101, 0));
    core.pass(2000);
    expect(core.story).toEqual(['0.0 rang 101 inbound 79211001011']);
    core.say(dialEnds(caller, second, 'ANSWER'));
    core.say(hangs(second), 1000);
    expect(core.story.slice(1)).toEqual([
      '3.0 answered 101 inbound 79211001011',
      '4.0 ended 101 inbound 79211001011 completed talked 1.0',
    ]);
  });

  test('losers of a ring group are not missed calls, whether they stop before or after the answer', () => {
    const p103 = phone('103', '1.4');
    const core = ringing(p101, p102, p103);
    core.say(dialEnds(caller, p101, 'NOANSWER'), 1000);
    core.say(hangs(p101, 0));
    core.say(dialEnds(caller, p102, 'ANSWER'), 1000);
    core.say(dialEnds(caller, p103, 'CANCEL'));
    core.say(hangs(p103, 26));
    expect(core.story.slice(3)).toEqual([
      '1.0 ended 101 inbound 79211001011 no-answer talked 0.0',
      '2.0 answered 102 inbound 79211001011',
      '1.0 ended 101 inbound 79211001011 answered-elsewhere talked 0.0',
      '2.0 ended 103 inbound 79211001011 answered-elsewhere talked 0.0',
    ]);
  });

  test('a phone rung again is the same record with a further ring', () => {
    const core = ringing(p101);
    core.say(hangs(p101, 0), 5000);
    const again = phone('101', '1.7');
    core.say(dial(caller, again), 1000);
    core.say(rings(again));
    expect(core.story.slice(1)).toEqual([
      '5.0 ended 101 inbound 79211001011 no-answer talked 0.0',
      '6.0 rang 101 inbound 79211001011 ring 2',
    ]);
  });

  test('an endpoint that looks like an extension but is a configured trunk is a trunk', () => {
    const core = new Core();
    const trunk = channel('SIP/5000-1', '2.1', '2.1', { callerNumber: '7900', state: 4 });
    const p = phone('101', '2.2', '2.1');
    core.say(begin(trunk));
    core.say(dial(trunk, p));
    core.say(rings(p));
    expect(core.story).toEqual(['0.0 rang 101 inbound 7900']);
  });

  test('a call forwarded to the outside rings no user', () => {
    const core = new Core();
    const out = channel('PJSIP/provider-9', '1.9', '1.1');
    core.say(begin(caller));
    core.say(dial(caller, out, '7903@provider'));
    core.say(dialEnds(caller, out, 'ANSWER'));
    core.say(hangs(out));
    core.say(hangs(caller));
    core.pass(2000);
    expect(core.story).toEqual(['2.0 closed ']);
  });
});

describe('outbound and internal', () => {
  const agent = channel('SIP/101-1', '3.1', '3.1', { exten: '84951112233', callerNumber: '101' });
  const out = channel('SIP/provider-2', '3.2', '3.1');

  function dialling(): Core {
    const core = new Core();
    core.say(begin(agent));
    core.say(dial(agent, out, 'provider/84951112233'), 500);
    return core;
  }

  test('answered by the customer; the start is when the agent dialled', () => {
    const core = dialling();
    core.say(dialEnds(agent, out, 'ANSWER'), 2500);
    core.say(hangs(out), 4000);
    core.say(hangs(agent));
    expect(core.story).toEqual([
      '0.5 rang 101 outbound 84951112233',
      '3.0 answered 101 outbound 84951112233',
      '7.0 ended 101 outbound 84951112233 completed talked 4.0',
    ]);
    expect(core.events[0]).toMatchObject({ leg: { startedAt: 0, line: '' } });
  });

  test('busy ends when the customer refused, not when the agent tired of the tone', () => {
    const core = dialling();
    core.say(dialEnds(agent, out, 'BUSY'), 500);
    core.say(hangs(out, 17));
    core.say(hangs(agent, 17), 10_000);
    expect(core.story.at(-1)).toBe('1.0 ended 101 outbound 84951112233 busy talked 0.0');
  });

  test('a Hangup before its DialEnd gives the cause too', () => {
    const core = dialling();
    core.say(hangs(out, 21), 500);
    core.say(dialEnds(agent, out, 'NOANSWER'));
    core.say(hangs(agent, 17));
    expect(core.story.at(-1)).toBe('1.0 ended 101 outbound 84951112233 busy talked 0.0');
  });

  test('a second trunk tried after the first is one call', () => {
    const core = dialling();
    core.say(dialEnds(agent, out, 'CONGESTION'));
    core.say(hangs(out, 34));
    const other = channel('SIP/backup-3', '3.3', '3.1');
    core.say(dial(agent, other, 'backup/84951112233'));
    core.say(dialEnds(agent, other, 'ANSWER'), 1000);
    core.say(hangs(agent), 1000);
    expect(core.story).toEqual([
      '0.5 rang 101 outbound 84951112233',
      '1.5 answered 101 outbound 84951112233',
      '2.5 ended 101 outbound 84951112233 completed talked 1.0',
    ]);
  });

  test.each([
    [
      '84951112233',
      34,
      false,
      ['0.0 rang 101 outbound 84951112233', '0.0 ended 101 outbound 84951112233 no-answer talked 0.0'],
    ],
    [
      '84951112233',
      17,
      false,
      ['0.0 rang 101 outbound 84951112233', '0.0 ended 101 outbound 84951112233 busy talked 0.0'],
    ],
    ['*98', 16, false, []],
    ['600', 0, false, []],
    ['84951112233', 16, true, []],
  ])('dialled %s, nothing rung, cause %i, answered by an application: %s', (exten, cause, up, story) => {
    const core = new Core();
    core.say(begin({ ...agent, exten, state: up ? 6 : 4 }));
    core.say(hangs({ ...agent, exten }, cause));
    expect(core.story).toEqual(story);
  });

  test.each([
    ['s', 'provider/7903', '7903'],
    ['', '7903@provider', '7903'],
    ['', '7903', '7903'],
  ])('a channel that began at %j has its number from the dial string %s', (exten, dialString, number) => {
    const core = new Core();
    core.say(begin({ ...agent, exten }));
    core.say(dial({ ...agent, exten }, out, dialString));
    expect(core.story).toEqual([`0.0 rang 101 outbound ${number}`]);
  });

  test('to a colleague it is internal, and he has no record of his own', () => {
    const colleague = channel('PJSIP/102-2', '3.2', '3.1');
    const core = new Core();
    core.say(begin({ ...agent, exten: '102' }));
    core.say(dial({ ...agent, exten: '102' }, colleague));
    core.say(rings(colleague));
    core.say(enters(colleague), 1000);
    core.say(enters(agent));
    core.say(hangs(colleague), 1000);
    core.say(hangs(agent));
    expect(core.story.at(-1)).toBe('2.0 ended 101 internal 102 completed talked 1.0');
    expect(core.story).toHaveLength(3);
  });

  test('the same through a Local channel', () => {
    const colleague = channel('PJSIP/102-2', '3.2', '3.1');
    const [into, out] = [channel('Local/102@x-1;1', '3.3', '3.1'), channel('Local/102@x-1;2', '3.4', '3.1')];
    const core = new Core();
    for (const facts of [{ ...agent, exten: '102' }, into, out]) core.say(begin(facts));
    core.say(dial({ ...agent, exten: '102' }, into));
    core.say(dial(out, colleague));
    core.say(rings(colleague));
    core.say(dialEnds(out, colleague, 'ANSWER'), 1000);
    for (const facts of [colleague, out]) core.say(enters(facts, 'b2'));
    for (const facts of [into, agent]) core.say(enters(facts));
    core.say(hangs(colleague), 1000);
    core.say(hangs(agent));
    expect(core.story.at(-1)).toBe('2.0 ended 101 internal 102 completed talked 1.0');
    expect(core.story).toHaveLength(3);
  });

  test('the answer of a Local half is not yet somebody', () => {
    const core = new Core();
    const local = channel('Local/7903@out-1;1', '3.2', '3.1');
    core.say(begin(agent));
    core.say(dial(agent, local));
    core.say(dialEnds(agent, local, 'ANSWER'));
    expect(core.story).toEqual(['0.0 rang 101 outbound 84951112233']);
  });
});

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
    core.say({ kind: 'snapshot', channels: [agent], since: 0 });
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

describe('what Asterisk says out of turn', () => {
  test('events of channels whose beginning was not seen change nothing', () => {
    const core = new Core();
    const ghost = phone('101', '9.2', '9.1');
    for (const event of [rings(ghost), hangs(ghost), leaves(ghost), dialEnds(null, ghost, 'ANSWER')]) core.say(event);
    core.say({ kind: 'dialState', dest: ghost, status: 'RINGING' });
    core.say({ kind: 'recording', uniqueid: ghost.uniqueid, path: '/x.wav' });
    expect(core.story).toEqual([]);
    expect(core.isEmpty).toBe(true);
  });

  test('a ring in a call whose first channel was not seen is a surprise', () => {
    const core = new Core();
    core.say(dial(phone('102', '9.5', '9.1'), phone('101', '9.2', '9.1')));
    expect(core.story).toEqual(['0.0 surprise PJSIP/101-9.2 (9.2) is rung in a call whose beginning was not seen']);
  });

  test('a second Hangup, a late DialEnd and a late ring change nothing', () => {
    const core = ringing(p101);
    core.say(hangs(p101, 0));
    const said = core.story.length;
    for (const event of [hangs(p101, 17), dialEnds(caller, p101, 'ANSWER'), rings(p101)]) core.say(event);
    expect(core.story).toHaveLength(said);
  });

  test('a recording is told once, also by a Cdr after the last Hangup', () => {
    const core = ringing(p101);
    const path = '/var/spool/asterisk/monitor/a.wav';
    core.say({ kind: 'recording', uniqueid: caller.uniqueid, path });
    core.say(hangs(p101));
    core.say(hangs(caller));
    core.say({ kind: 'recording', uniqueid: caller.uniqueid, path }, 1000);
    core.say({ kind: 'recording', uniqueid: caller.uniqueid, path: '/b.wav' });
    expect(core.story.filter((text) => text.includes('recorded'))).toEqual([
      `0.0 recorded ${path}`,
      '1.0 recorded /b.wav',
    ]);
  });

  test('a channel whose Linkedid changes moves to the other call, and its own closes', () => {
    const core = ringing(p101);
    const own = channel('PJSIP/103-8', '8.1', '8.1', { exten: '102' });
    core.say(begin(own));
    core.say(enters({ ...own, linkedid: caller.linkedid }));
    expect(core.state.calls.get(caller.linkedid)?.channels).toContain(own.uniqueid);
    core.pass(2000);
    expect(core.story.at(-1)).toBe('2.0 closed ');
    expect([...core.state.calls.keys()]).toEqual([caller.linkedid]);
  });

  test('a state of our own that contradicts itself throws', () => {
    const core = ringing(p101);
    core.say(enters(p101));
    core.state.calls.clear();
    expect(() => core.say(hangs(caller))).toThrow('channel PJSIP/provider-1.1 (1.1) is in no call');
  });

  test('a dial that ends when its call is all but closed is met by nobody', () => {
    const core = ringing(p101);
    core.say(hangs(p101));
    core.say(hangs(caller));
    core.say(dialEnds(caller, p101, 'CANCEL'), 1500);
    core.pass(500);
    expect(core.pass(500)).toEqual([]);
    expect(core.isEmpty).toBe(true);
  });

  test('a phone rung in a call that another program began by a Local channel is nobody of ours yet', () => {
    const core = new Core();
    const half = channel('Local/101@x-1;1', '6.1');
    const own = phone('101', '6.2', '6.1');
    for (const event of [begin(half), dial(half, own), rings(own), hangs(own), hangs(half)]) core.say(event);
    core.pass(2000);
    expect(core.story).toEqual(['2.0 closed ']);
  });

  test('a trunk that rings is nobody of ours', () => {
    const core = new Core();
    const out = channel('DAHDI/1', '3.2', '1.1');
    core.say(begin(caller));
    core.say(dial(caller, out));
    core.say({ kind: 'dialState', dest: out, status: 'RINGING' });
    expect(core.story).toEqual([]);
    expect(core.state.channels.get(out.uniqueid)?.endpoint).toEqual({ kind: 'trunk', name: '1' });
  });

  test('a clock that is set back makes neither negative talk nor an end before the start', () => {
    const core = ringing(p101);
    core.say(dialEnds(caller, p101, 'ANSWER'), 1000);
    core.say(hangs(p101), -3000);
    expect(core.story.at(-1)).toBe('0.0 ended 101 inbound 79211001011 completed talked 0.0');
  });

  test('a call that goes on within the wait for late events is not closed', () => {
    const core = ringing();
    core.say(hangs(caller));
    core.say(begin(p101), 1000);
    core.pass(5000);
    expect(core.state.calls.size).toBe(1);
  });
});
