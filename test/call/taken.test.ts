import { describe, expect, test } from 'vitest';
import type { Extension } from '../../src/call/ids.ts';
import { createState } from '../../src/call/state.ts';
import { step } from '../../src/call/tracker.ts';
import {
  answers,
  begin,
  bridge,
  Core,
  caller,
  channel,
  dial,
  dialEnds,
  enters,
  hangs,
  leaves,
  line,
  p101,
  p102,
  phone,
  ringing,
  rules,
  rung,
  trunkIn,
} from './office.ts';

describe('pick-up', () => {
  const picker = channel('PJSIP/103-4', '5.1', '5.1', { exten: '*8' });

  test('the phone that rang lost the call, who picked it up has it with the caller', () => {
    const core = ringing(p101);
    core.say(begin(picker), 3000);
    core.say({ kind: 'pickup', channel: picker, target: p101.uniqueid });
    core.say(hangs(p101));
    core.say(dialEnds(caller, picker, 'ANSWER'));
    core.say(enters(picker));
    core.say(enters(caller));
    core.say(hangs({ ...picker, linkedid: caller.linkedid }), 4000);
    core.say(hangs(caller));
    core.pass(2000);
    expect(core.story).toEqual([
      '0.0 rang 101 inbound 79211001011',
      '3.0 ended 101 inbound 79211001011 answered-elsewhere talked 0.0',
      '3.0 rang 103 inbound 79211001011',
      '3.0 answered 103 inbound 79211001011',
      '7.0 ended 103 inbound 79211001011 completed talked 4.0',
      '9.0 closed ',
      '9.0 closed 103',
    ]);
  });

  test('of a phone that is unknown, or answered already, changes nothing', () => {
    const core = ringing(p101);
    answers(core, caller, p101);
    core.say({ kind: 'pickup', channel: picker, target: p101.uniqueid });
    core.say({ kind: 'pickup', channel: picker, target: p102.uniqueid });
    expect(core.story).toHaveLength(2);
  });
});

describe('parking', () => {
  test('in the lot nobody hears anybody; who retrieves a caller has him', () => {
    const core = ringing(p101);
    answers(core, caller, p101);
    const parked = (facts: typeof caller) => ({ ...enters(facts, 'lot'), holding: true }) as ReturnType<typeof enters>;
    core.say(hangs(p101), 1000);
    core.say(parked(caller));
    core.say(parked(phone('104', '1.9')));
    const getter = channel('PJSIP/102-4', '6.1', '6.1', { exten: '701' });
    core.say(begin(getter), 2000);
    core.say(enters(getter, 'b2'));
    core.say(enters(caller, 'b2'));
    expect(core.story.slice(2)).toEqual([
      '1.0 ended 101 inbound 79211001011 completed talked 1.0',
      '3.0 rang 102 inbound 79211001011',
      '3.0 answered 102 inbound 79211001011',
    ]);
    expect(core.state.bridges.has(bridge('lot'))).toBe(false);
  });

  test('who parked him is done with him, though he listens to the number of the place', () => {
    const core = ringing(p101);
    answers(core, caller, p101);
    core.say(leaves(caller), 3000);
    core.say({ kind: 'bridgeEnter', bridge: bridge('lot'), holding: true, channel: caller });
    core.say(hangs(p101), 4000);
    expect(core.story.slice(2)).toEqual(['3.0 ended 101 inbound 79211001011 completed talked 3.0']);
  });
});

describe('a caller who is taken away', () => {
  test('from one who keeps his phone off the hook', () => {
    const core = ringing(p101, p102);
    answers(core, caller, p101);
    core.say(leaves(caller), 3000);
    core.say(enters(p102, 'b2'));
    core.say(enters(caller, 'b2'));
    expect(core.story.slice(3)).toEqual([
      '3.0 answered 102 inbound 79211001011',
      '3.0 ended 101 inbound 79211001011 completed talked 3.0',
    ]);
  });

  test('and given back has a further part, in the same record', () => {
    const core = ringing(p101);
    answers(core, caller, p101);
    core.say(leaves(caller), 3000);
    core.say({ kind: 'bridgeEnter', bridge: bridge('lot'), holding: true, channel: caller });
    core.say(enters(caller), 2000);
    core.say(hangs(p101), 1000);
    expect(core.story.slice(3)).toEqual([
      '5.0 rang 101 inbound 79211001011 ring 2',
      '5.0 answered 101 inbound 79211001011 ring 2',
      '6.0 ended 101 inbound 79211001011 ring 2 completed talked 4.0',
    ]);
  });
});

describe('a user who keeps his channel', () => {
  test('has a part with each caller whom it meets', () => {
    const next = trunkIn('7.1', { callerNumber: '7900' });
    const core = ringing(p101);
    answers(core, caller, p101);
    core.say(hangs(caller), 5000);
    core.say(begin(next), 1000);
    core.say(enters(next));
    core.say(hangs(next), 3000);
    core.say(hangs(p101));
    expect(core.story.slice(2)).toEqual([
      '6.0 ended 101 inbound 79211001011 completed talked 5.0',
      '6.0 rang 101 inbound 7900',
      '6.0 answered 101 inbound 7900',
      '9.0 ended 101 inbound 7900 completed talked 3.0',
    ]);
  });
});

describe('a call that goes on without us', () => {
  const mobile = channel('PJSIP/provider-9', '1.9', '1.1');

  test('is finished a minute after the last of us has left it, once', () => {
    const core = ringing(p101);
    answers(core, caller, p101);
    core.say(hangs(p101), 5000);
    core.say(dial(caller, mobile, '7903@provider'));
    core.pass(59_000);
    expect(core.finishes).toEqual([]);
    core.pass(1000);
    expect(core.finishes).toMatchObject([
      { owner: { extension: '101' }, at: 5000, outcome: 'completed', talkedMs: 5000 },
    ]);
    core.say(hangs(caller), 3_600_000);
    core.say(hangs(mobile));
    core.pass(2000);
    expect(core.finishes).toHaveLength(1);
    expect(core.isEmpty).toBe(true);
  });

  test('is not while another of us rings or talks, or was rung again', () => {
    const core = ringing(p101);
    answers(core, caller, p101);
    core.say(hangs(p101), 5000);
    rung(core, caller, p102);
    core.pass(60_000);
    expect(core.finishes).toEqual([]);
  });
});

describe('somebody outside who takes a call', () => {
  test('has completed it as a whole, though each of ours lost it', () => {
    const mobile = channel('PJSIP/provider-9', '1.9', '1.1');
    const core = ringing(p101);
    core.say(dial(caller, mobile, '7903@provider'));
    core.say(dialEnds(caller, mobile, 'ANSWER'), 3000);
    for (const facts of [p101, caller, mobile]) core.say(hangs(facts));
    expect(core.finishes).toMatchObject([{ outcome: 'completed', talkedMs: 0 }]);
  });
});

describe('his own call whose dial was not seen', () => {
  test('is his when he meets the customer', () => {
    const agent = channel('PJSIP/101-1', '3.1', '3.1', { exten: '84951112233' });
    const customer = channel('PJSIP/provider-2', '3.2', '3.1', { callerNumber: '84951112233' });
    const core = new Core();
    core.say(begin(agent));
    core.say(begin(customer));
    core.say(enters(agent), 1000);
    core.say(enters(customer));
    expect(core.story).toEqual(['1.0 rang 101 outbound 84951112233', '1.0 answered 101 outbound 84951112233']);
    expect(core.events[0]).toMatchObject({ leg: { startedAt: 0 } });
  });
});

describe('a call that rang nobody', () => {
  const sip = channel('SIP/provider-1', '8.1', '8.1', { exten: '74951112233', callerNumber: '7900' });

  /** The rules with somebody to have missed the calls of one line. */
  function officeWith(missed: string | null) {
    const missedExtension = (did: string) => (did === '74951112233' ? (missed as Extension | null) : null);
    const state = createState({ ...rules, missedExtension });
    let at = 0;
    const said: string[] = [];
    return (input: Parameters<typeof step>[1], after = 0) => {
      at += after;
      for (const event of step(state, input, at).events) said.push(line(event));
      return said;
    };
  }

  test('is kept apart where nobody is to have missed it, with either channel driver', () => {
    const say = officeWith(null);
    say(begin(sip));
    say({ kind: 'newState', channel: { ...sip, state: 4 } });
    expect(say(hangs(sip), 4000)).toEqual(['4.0 unrung 7900 line 74951112233']);
    expect(say({ kind: 'tick' }, 2000)).toEqual(['4.0 unrung 7900 line 74951112233', '6.0 closed ']);
  });

  test('is a missed call of whom the configuration names for that line', () => {
    const say = officeWith('109');
    say(begin(trunkIn()));
    expect(say(hangs(caller), 4000)).toEqual([
      '4.0 rang 109 inbound 79211001011',
      '4.0 ended 109 inbound 79211001011 no-answer talked 0.0',
      '4.0 finished 109 no-answer talked 0.0',
    ]);
  });

  test('and was answered outside is his completed call', () => {
    const say = officeWith('109');
    const mobile = channel('PJSIP/provider-9', '1.9', '1.1');
    say(begin(caller));
    say(dial(caller, mobile, '7903@provider'));
    say(dialEnds(caller, mobile, 'ANSWER'), 3000);
    say(hangs(mobile), 5000);
    expect(say(hangs(caller)).slice(-2)).toEqual([
      '8.0 ended 109 inbound 79211001011 completed talked 5.0',
      '8.0 finished 109 completed talked 5.0',
    ]);
  });

  test('is not one that we placed, nor one of a phone', () => {
    const say = officeWith('109');
    const dialler = channel('PJSIP/provider-3', '9.1', '9.1', { exten: '74951112233' });
    for (const facts of [dialler, channel('PJSIP/101-3', '9.2', '9.2', { exten: '*43' })]) {
      say(begin(facts));
      say(hangs(facts));
    }
    expect(say({ kind: 'tick' }, 2000)).toEqual(['2.0 closed ', '2.0 closed ']);
  });
});

describe('a finished call in which somebody is rung after all', () => {
  test('is finished again', () => {
    const core = ringing(p101);
    core.say(hangs(p101), 1000);
    core.say(hangs(caller));
    const again = trunkIn('1.1', { state: 6 });
    core.say(begin({ ...again, uniqueid: '1.20' as typeof again.uniqueid }), 500);
    core.say(dial({ ...again, uniqueid: '1.20' as typeof again.uniqueid }, p102));
    core.say({ kind: 'newState', channel: { ...p102, state: 5 } });
    core.say(hangs(p102), 500);
    core.say(hangs({ ...again, uniqueid: '1.20' as typeof again.uniqueid }));
    expect(core.finishes.map(({ round }) => round)).toEqual([1, 2]);
  });
});
