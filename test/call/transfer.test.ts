import { describe, expect, test } from 'vitest';
import type { ChannelFacts } from '../../src/call/ami-event.ts';
import {
  answers,
  begin,
  type Core,
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
  rung,
} from './office.ts';

/** 101 talks to the caller since 0.0. */
function talking(): Core {
  const core = ringing(p101);
  answers(core, caller, p101);
  return core;
}

function hangAll(core: Core, ...channels: ChannelFacts[]): void {
  for (const facts of channels) core.say(hangs(facts));
}

describe('who hangs up', () => {
  test('a ring or a dial is ended by the Hangup alone, which knows how', () => {
    const core = ringing(p101);
    core.say({ kind: 'hangupRequest', channel: p101 });
    core.say({ kind: 'hangupRequest', channel: p102 });
    core.say(hangs(p101, 21));
    expect(core.story.at(-1)).toBe('0.0 ended 101 inbound 79211001011 busy talked 0.0');
  });
});

describe('a blind transfer', () => {
  test('ends the part of who leaves; the target is rung for the caller', () => {
    const core = talking();
    core.say(leaves(caller), 2000);
    core.say(hangs(p101));
    rung(core, caller, p102);
    answers(core, caller, p102, 'b2');
    core.say(hangs(p102), 3000);
    expect(core.story.slice(2)).toEqual([
      '2.0 ended 101 inbound 79211001011 completed talked 2.0',
      '2.0 rang 102 inbound 79211001011',
      '2.0 answered 102 inbound 79211001011',
      '5.0 ended 102 inbound 79211001011 completed talked 3.0',
    ]);
    core.say(hangs(caller));
    expect(core.finishes).toMatchObject([{ owner: { extension: '102' }, startedAt: 0, at: 5000, talkedMs: 5000 }]);
    core.pass(2000);
    expect(core.events.at(-1)).toMatchObject({
      kind: 'closed',
      talked: [
        { leg: { extension: '101' }, from: 0, until: 2000, last: false },
        { leg: { extension: '102' }, from: 2000, until: 5000, last: true },
      ],
    });
  });

  test('a target who lets it ring has missed it, though somebody talked before, and also when it comes back', () => {
    const core = talking();
    core.say(leaves(caller), 2000);
    core.say(hangs(p101));
    rung(core, caller, p102);
    core.say(hangs(p102), 20_000);
    expect(core.story.at(-1)).toBe('22.0 ended 102 inbound 79211001011 no-answer talked 0.0');
    const back = phone('101', '1.9');
    rung(core, caller, back);
    answers(core, caller, back, 'b3');
    core.say(hangs(back), 1000);
    expect(core.story.slice(-3)).toEqual([
      '22.0 rang 101 inbound 79211001011 ring 2',
      '22.0 answered 101 inbound 79211001011 ring 2',
      '23.0 ended 101 inbound 79211001011 ring 2 completed talked 3.0',
    ]);
    expect(core.events.at(-1)).toMatchObject({ leg: { startedAt: 0 } });
    core.say(hangs(caller));
    expect(core.finishes).toMatchObject([{ owner: { extension: '101' }, talkedMs: 3000 }]);
  });

  test('into a queue that rings the one who sent him on, too: what he talked stands though another answers', () => {
    const core = talking();
    core.say(leaves(caller), 2000);
    const back = phone('101', '1.9');
    rung(core, caller, back);
    core.say(hangs(p101));
    rung(core, caller, p102);
    answers(core, caller, p102, 'b2');
    core.say(hangs(back, 26));
    expect(core.story.slice(2)).toEqual([
      '2.0 ended 101 inbound 79211001011 completed talked 2.0',
      '2.0 rang 101 inbound 79211001011 ring 2',
      '2.0 rang 102 inbound 79211001011',
      '2.0 answered 102 inbound 79211001011',
      '2.0 ended 101 inbound 79211001011 ring 2 completed talked 2.0',
    ]);
  });

  test('of an outgoing call: the customer talks on when the first channel is gone', () => {
    const agent = channel('PJSIP/101-1', '3.1', '3.1', { exten: '84951112233' });
    const customer = channel('PJSIP/provider-2', '3.2', '3.1');
    const target = phone('102', '3.3', '3.1');
    const core = ringing();
    core.say(begin(agent));
    core.say(dial(agent, customer, '84951112233@provider'));
    answers(core, agent, customer);
    core.say(hangs(agent), 2000);
    rung(core, customer, target);
    answers(core, customer, target, 'b2');
    core.say(hangs(customer), 3000);
    core.say(hangs(target));
    expect(core.story).toEqual([
      '0.0 rang 101 outbound 84951112233',
      '0.0 answered 101 outbound 84951112233',
      '2.0 ended 101 outbound 84951112233 completed talked 2.0',
      '2.0 rang 102 inbound 84951112233',
      '2.0 answered 102 inbound 84951112233',
      '5.0 ended 102 inbound 84951112233 completed talked 3.0',
    ]);
  });
});

describe('an attended transfer by the phone', () => {
  const second = channel('PJSIP/101-5', '2.1', '2.1', { exten: '102' });
  const target = phone('102', '2.2', '2.1');

  function consulting(): Core {
    const core = talking();
    core.say(begin(second), 2000);
    rung(core, second, target);
    answers(core, second, target, 'b2');
    return core;
  }

  test('the consultation is nobody’s record; the target’s part begins when the caller reaches him', () => {
    const core = consulting();
    expect(core.story).toHaveLength(2);
    core.say(leaves(caller), 3000);
    core.say(leaves(second, 'b2'));
    core.say(enters(caller, 'b2'));
    hangAll(core, p101, second);
    core.say(hangs(caller), 4000);
    // Only now does Asterisk say that the target's channel belongs to the caller's call.
    core.say(hangs({ ...target, linkedid: caller.linkedid }));
    core.pass(2000);
    expect(core.story.slice(2)).toEqual([
      '5.0 rang 102 inbound 79211001011',
      '5.0 answered 102 inbound 79211001011',
      '5.0 ended 101 inbound 79211001011 completed talked 5.0',
      '9.0 ended 102 inbound 79211001011 completed talked 4.0',
      '11.0 closed 101,102',
      '11.0 closed ',
    ]);
    expect(core.isEmpty).toBe(true);
    expect(core.finishes).toHaveLength(1);
  });

  test('refused, it leaves no trace', () => {
    const core = talking();
    core.say(begin(second), 2000);
    rung(core, second, target);
    core.say(hangs(target, 17));
    core.say(hangs(second, 17));
    core.pass(2000);
    expect(core.story.slice(2)).toEqual(['4.0 closed ']);
  });

  test('the caller’s channel may hang up first, while the target is still counted in the consultation', () => {
    const core = consulting();
    core.say(enters(caller, 'b2'), 1000);
    hangAll(core, second, p101, caller);
    core.pass(2000);
    expect(core.finishes).toEqual([]);
    core.say(hangs(target), 500);
    core.pass(2000);
    expect(core.finishes).toMatchObject([{ owner: { extension: '102' } }]);
    expect(core.isEmpty).toBe(true);
  });

  test('a colleague who called in by himself is put through: his internal call ends, the caller’s begins', () => {
    const core = talking();
    const boss = channel('PJSIP/102-7', '4.1', '4.1', { exten: '101' });
    const line = phone('101', '4.2', '4.1');
    core.say(begin(boss), 1000);
    rung(core, boss, line);
    answers(core, boss, line, 'b4');
    core.say(enters(caller, 'b4'), 1000);
    hangAll(core, line, p101);
    core.say(hangs(boss), 1000);
    core.say(hangs(caller));
    expect(core.story.slice(2)).toEqual([
      '1.0 rang 102 internal 101',
      '1.0 answered 102 internal 101',
      '2.0 ended 102 internal 101 completed talked 1.0',
      '2.0 rang 102 inbound 79211001011',
      '2.0 answered 102 inbound 79211001011',
      '2.0 ended 101 inbound 79211001011 completed talked 2.0',
      '3.0 ended 102 inbound 79211001011 completed talked 1.0',
    ]);
  });
});

describe('a transfer by the phone while the colleague still rings', () => {
  const second = channel('PJSIP/101-5', '2.1', '2.1', { exten: '102' });
  const target = phone('102', '2.2', '2.1');

  function ringingTarget(): Core {
    const core = talking();
    core.say(begin(second), 1000);
    rung(core, second, target);
    return core;
  }

  test('lets him ring for the caller from then on, whichever of the two channels goes first', () => {
    for (const [first, last] of [
      [p101, second],
      [second, p101],
    ] as const) {
      const core = ringingTarget();
      core.say(leaves(caller), 1000);
      core.say(hangs(first));
      core.say(hangs(last));
      expect(core.story.slice(2)).toEqual([
        '2.0 ended 101 inbound 79211001011 completed talked 2.0',
        '2.0 rang 102 inbound 79211001011',
      ]);
      core.say(dialEnds(caller, target, 'NOANSWER'), 20_000);
      core.say(hangs(target));
      expect(core.story.at(-1)).toBe('22.0 ended 102 inbound 79211001011 no-answer talked 0.0');
    }
  });

  test('a consultation that is given up rings for nobody', () => {
    const core = ringingTarget();
    core.say(hangs(second), 1000);
    core.say(dialEnds(second, target, 'CANCEL'));
    core.say(hangs(target));
    expect(core.story).toHaveLength(2);
  });

  test('a number outside that still rings is nobody of ours', () => {
    const core = talking();
    const supplier = channel('PJSIP/provider-6', '2.2', '2.1');
    core.say(begin(second), 1000);
    core.say(dial(second, supplier, '84957770000@provider'));
    core.say(leaves(caller), 1000);
    hangAll(core, p101, second);
    expect(core.story.at(-1)).toBe('2.0 ended 101 inbound 79211001011 completed talked 2.0');
  });

  test('one who hangs up on both leaves nobody to ring for', () => {
    const core = ringingTarget();
    core.say(leaves(caller), 1000);
    hangAll(core, caller, p101, second, target);
    expect(core.story.at(-1)).toBe('2.0 ended 101 inbound 79211001011 completed talked 2.0');
  });
});

describe('a call to the outside while a customer waits', () => {
  const second = channel('PJSIP/101-5', '2.1', '2.1', { exten: '84957770000' });
  const supplier = channel('PJSIP/provider-6', '2.2', '2.1');

  function calling(): Core {
    const core = talking();
    core.say(begin(second), 1000);
    core.say(dial(second, supplier, '84957770000@provider'));
    answers(core, second, supplier, 'b2');
    return core;
  }

  test('is a call of its own, told when it is over without a transfer', () => {
    const core = calling();
    hangAll(core, supplier, second);
    core.pass(2000);
    expect(core.story.slice(2)).toEqual([
      '1.0 rang 101 outbound 84957770000',
      '1.0 answered 101 outbound 84957770000',
      '1.0 ended 101 outbound 84957770000 completed talked 0.0',
      '3.0 closed 101',
    ]);
    expect(core.finishes).toMatchObject([{ owner: { party: { number: '84957770000' } } }]);
  });

  test('that nobody answered is told so', () => {
    const core = talking();
    core.say(begin(second), 1000);
    core.say(dial(second, supplier, '84957770000@provider'));
    hangAll(core, supplier, second);
    core.pass(2000);
    expect(core.story[3]).toBe('1.0 ended 101 outbound 84957770000 no-answer talked 0.0');
  });

  test('to which the customer is put through was a consultation', () => {
    const core = calling();
    core.say(leaves(second, 'b2'), 1000);
    core.say(enters(caller, 'b2'));
    hangAll(core, second, p101);
    core.say(hangs({ ...supplier, linkedid: caller.linkedid }), 3000);
    core.say(hangs(caller));
    core.pass(2000);
    expect(core.story.slice(2)).toEqual([
      '2.0 ended 101 inbound 79211001011 completed talked 2.0',
      '7.0 closed ',
      '7.0 closed 101',
    ]);
  });
});

describe('a call to the outside that is handed on while another customer waits', () => {
  const second = channel('PJSIP/101-5', '2.1', '2.1', { exten: '84957770000' });
  const supplier = channel('PJSIP/provider-6', '2.2', '2.1');
  const target = phone('102', '2.3', '2.1');

  test('was a call of its own: it is told, and so is who is rung for it', () => {
    const core = talking();
    core.say(begin(second), 1000);
    core.say(dial(second, supplier, '84957770000@provider'));
    answers(core, second, supplier, 'b2');
    core.say(hangs(second), 2000);
    rung(core, supplier, target);
    answers(core, supplier, target, 'b3');
    core.say(hangs(supplier), 4000);
    core.say(hangs(target));
    expect(core.story.slice(2)).toEqual([
      '1.0 rang 101 outbound 84957770000',
      '1.0 answered 101 outbound 84957770000',
      '3.0 ended 101 outbound 84957770000 completed talked 2.0',
      '3.0 rang 102 inbound 84957770000',
      '3.0 answered 102 inbound 84957770000',
      '7.0 ended 102 inbound 84957770000 completed talked 4.0',
    ]);
  });

  test('is told as it stands when he still has it', () => {
    const core = talking();
    core.say(begin(second), 1000);
    core.say(dial(second, supplier, '84957770000@provider'));
    rung(core, supplier, target);
    expect(core.story.slice(2)).toEqual(['1.0 rang 101 outbound 84957770000', '1.0 rang 102 inbound 84957770000']);
  });
});

describe('an attended transfer by a feature code', () => {
  const into = channel('Local/102@internal-3;1', '1.5', '1.1');
  const out = channel('Local/102@internal-3;2', '1.6', '1.1');

  /** 101 has left the caller to music, and speaks into a Local pair that rings 102. */
  function consulting(): Core {
    const core = talking();
    for (const facts of [into, out]) core.say(begin(facts), 1000);
    core.say(enters(into, 'b2'));
    core.say(leaves(p101));
    core.say(enters(p101, 'b2'));
    rung(core, out, p102);
    return core;
  }

  test('rings the colleague for nobody’s record until the caller is put through, holds counted as talk', () => {
    const core = consulting();
    answers(core, out, p102, 'b3');
    core.say(leaves(into, 'b2'), 2000);
    core.say(enters(into));
    core.say(hangs(p101));
    expect(core.story.slice(2)).toEqual([
      '4.0 rang 102 inbound 79211001011',
      '4.0 answered 102 inbound 79211001011',
      '4.0 ended 101 inbound 79211001011 completed talked 4.0',
    ]);
  });

  test('the colleague who is left with a ringing phone is rung for the caller from then on', () => {
    const core = consulting();
    core.say(hangs(p101), 2000);
    expect(core.story.slice(2)).toEqual([
      '4.0 ended 101 inbound 79211001011 completed talked 4.0',
      '4.0 rang 102 inbound 79211001011',
    ]);
    core.say(hangs(p102), 5000);
    expect(core.story.at(-1)).toBe('9.0 ended 102 inbound 79211001011 no-answer talked 0.0');
  });

  test('one who has hung up has left, though Asterisk keeps his channel until the other answers', () => {
    const core = consulting();
    core.say({ kind: 'hangupRequest', channel: p101 }, 2000);
    core.say(leaves(p101, 'b2'));
    core.say(leaves(into, 'b2'));
    core.say(enters(into));
    expect(core.story.slice(2)).toEqual([
      '4.0 ended 101 inbound 79211001011 completed talked 4.0',
      '4.0 rang 102 inbound 79211001011',
    ]);
    answers(core, out, p102, 'b3');
    core.say(hangs(p101), 3000);
    expect(core.story.slice(4)).toEqual(['4.0 answered 102 inbound 79211001011']);
  });

  test('the Local half may be told to have met its bridge after its dial', () => {
    const core = talking();
    for (const facts of [into, out]) core.say(begin(facts));
    rung(core, out, p102);
    core.say(enters(into));
    expect(core.story.at(-1)).toBe('0.0 rang 102 inbound 79211001011');
  });

  test('a caller who hangs up meanwhile ends the talk, not the consultation', () => {
    const core = consulting();
    core.say(hangs(caller), 1000);
    core.say(hangs(p101), 9000);
    expect(core.story.at(-1)).toBe('12.0 ended 101 inbound 79211001011 completed talked 3.0');
  });

  test('once nobody is left from outside, a colleague’s phone rings for nobody', () => {
    const core = consulting();
    core.say(hangs(caller), 1000);
    core.say(hangs(p101), 1000);
    core.say(hangs(p102), 1000);
    expect(core.story.some((line) => line.includes(' 102 '))).toBe(false);
  });
});
