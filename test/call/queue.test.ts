import { describe, expect, test } from 'vitest';
import {
  answers,
  begin,
  Core,
  caller,
  channel,
  dial,
  dialEnds,
  enters,
  hangs,
  p101,
  p102,
  phone,
  ringing,
  rung,
} from './office.ts';

describe('a queue', () => {
  test('who let an earlier round ring has not missed a call that another round answers', () => {
    const core = ringing(p101);
    core.say(dialEnds(caller, p101, 'NOANSWER'), 8000);
    core.say(dialEnds(caller, p101, 'CANCEL'));
    core.say(hangs(p101));
    rung(core, caller, p102);
    answers(core, caller, p102);
    expect(core.story.slice(1)).toEqual([
      '8.0 ended 101 inbound 79211001011 no-answer talked 0.0',
      '8.0 rang 102 inbound 79211001011',
      '8.0 answered 102 inbound 79211001011',
      '8.0 ended 101 inbound 79211001011 answered-elsewhere talked 0.0',
    ]);
  });

  test('a phone hung up with cause 26 lost to another one, whichever is told first', () => {
    const core = ringing(p101, p102);
    core.say(hangs(p101, 26), 1000);
    expect(core.story.at(-1)).toBe('1.0 ended 101 inbound 79211001011 answered-elsewhere talked 0.0');
  });

  test('a busy phone stays busy, whoever answers', () => {
    const core = ringing(p101, p102);
    core.say(dialEnds(caller, p101, 'BUSY'), 500);
    core.say(hangs(p101, 17));
    answers(core, caller, p102);
    core.say(hangs(p102), 1000);
    core.say(hangs(caller));
    expect(core.story.filter((line) => line.includes('ended'))).toEqual([
      '0.5 ended 101 inbound 79211001011 busy talked 0.0',
      '1.5 ended 102 inbound 79211001011 completed talked 1.0',
    ]);
    expect(core.finishes).toMatchObject([
      { outcome: 'completed', owner: { extension: '102' }, talkedMs: 1000, round: 1 },
    ]);
  });

  test('answered by nobody, the call as a whole is missed; where all refused it is busy', () => {
    for (const [cause, outcome] of [
      [16, 'no-answer'],
      [17, 'busy'],
    ] as const) {
      const core = ringing(p101, p102);
      core.say(hangs(p101, cause), 1000);
      core.say(hangs(p102, 17), 1000);
      core.say(hangs(caller), 1000);
      expect(core.finishes).toMatchObject([
        { outcome, owner: { extension: '102' }, startedAt: 0, at: 2000, talkedMs: 0 },
      ]);
    }
  });

  test('the call is of who let it ring last', () => {
    const core = ringing(p101, p102);
    core.say(hangs(p102), 1000);
    core.say(hangs(p101), 1000);
    core.say(hangs(caller));
    expect(core.finishes).toMatchObject([{ owner: { extension: '101' }, at: 2000 }]);
  });

  test('a round whose phone is gone leaves the record of the round before', () => {
    const core = ringing(p101);
    core.say(hangs(p101), 8000);
    const again = phone('101', '1.9');
    core.say(begin(again), 1000);
    core.say(dial(caller, again));
    core.say(hangs(again, 20));
    core.say(hangs(caller));
    core.pass(2000);
    expect(core.story).toEqual([
      '0.0 rang 101 inbound 79211001011',
      '8.0 ended 101 inbound 79211001011 no-answer talked 0.0',
      '11.0 closed ',
    ]);
  });
});

describe('a queue of Local members', () => {
  const into = channel('Local/101@from-queue-1;1', '1.7', '1.1');
  const out = channel('Local/101@from-queue-1;2', '1.8', '1.1');

  test('the phone behind the pair is rung for the caller, and talks to him through it to the end', () => {
    const core = new Core();
    for (const facts of [caller, into, out]) core.say(begin(facts));
    core.say(dial(caller, into));
    rung(core, out, p101);
    answers(core, out, p101, 'b2');
    answers(core, caller, into, 'b1');
    core.say(hangs(caller), 5000);
    core.say(hangs(into));
    core.say(hangs(out));
    core.say(hangs(p101));
    core.pass(2000);
    expect(core.story).toEqual([
      '0.0 rang 101 inbound 79211001011',
      '0.0 answered 101 inbound 79211001011',
      '5.0 ended 101 inbound 79211001011 completed talked 5.0',
      '7.0 closed 101',
    ]);
    expect(core.isEmpty).toBe(true);
  });

  test('the dials of the two halves may be told in the other order, and the ring before both', () => {
    const core = new Core();
    for (const facts of [caller, into, out]) core.say(begin(facts));
    rung(core, out, p101);
    expect(core.story).toEqual([]);
    core.say(dial(caller, into));
    expect(core.story).toEqual(['0.0 rang 101 inbound 79211001011']);
  });

  test('a circle of Local channels rings for nobody', () => {
    const core = new Core();
    for (const facts of [caller, into, out]) core.say(begin(facts));
    core.say(dial(out, into));
    rung(core, out, p101);
    expect(core.story).toEqual([]);
  });

  test('a second pair leads on to the phone', () => {
    const [into2, out2] = [channel('Local/101@x-2;1', '1.10', '1.1'), channel('Local/101@x-2;2', '1.11', '1.1')];
    const core = new Core();
    for (const facts of [caller, into, out, into2, out2]) core.say(begin(facts));
    core.say(dial(caller, into));
    core.say(dial(out, into2));
    rung(core, out2, p101);
    expect(core.story).toEqual(['0.0 rang 101 inbound 79211001011']);
  });
});

describe('a forward to the outside', () => {
  const mobile = channel('PJSIP/provider-9', '1.9', '1.1');

  test('whose phone rang besides has not missed a call that the mobile answered', () => {
    const core = ringing(p101);
    core.say(dial(caller, mobile, '7903@provider'));
    core.say(dialEnds(caller, mobile, 'ANSWER'), 3000);
    core.say(hangs(p101));
    expect(core.story.at(-1)).toBe('3.0 ended 101 inbound 79211001011 answered-elsewhere talked 0.0');
  });

  test('a conversation of two outsiders is nobody’s of ours', () => {
    const core = new Core();
    core.say(begin(caller));
    core.say(dial(caller, mobile, '7903@provider'));
    core.say(dialEnds(caller, mobile, 'ANSWER'));
    core.say(enters(caller));
    core.say(enters(mobile));
    core.say(hangs(caller), 1000);
    core.say(hangs(mobile));
    core.pass(2000);
    expect(core.story).toEqual(['3.0 closed ']);
  });
});
