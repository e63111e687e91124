import { describe, expect, test } from 'vitest';
import {
  begin,
  Core,
  caller,
  channel,
  dial,
  dialEnds,
  enters,
  hangs,
  leaves,
  p101,
  p102,
  phone,
  ringing,
  rings,
} from './office.ts';

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

  test('a channel by which Asterisk itself listens is nobody', () => {
    const core = new Core();
    const spy = channel('Snoop/1.2-00000001', '1.9', '1.9');
    for (const event of [begin(p101), begin(spy), enters(p101), enters(spy)]) core.say(event);
    expect(core.story).toEqual([]);
  });
});
