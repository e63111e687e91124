import { describe, expect, test } from 'vitest';
import { begin, Core, channel, dial, dialEnds, enters, hangs, rings } from './office.ts';

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

  test('a call that another program places by a Local channel is his whose phone it rings first', () => {
    const [half, other] = [channel('Local/101@x-1;1', '6.1'), channel('Local/101@x-1;2', '6.2', '6.1')];
    const own = channel('PJSIP/101-3', '6.3', '6.1');
    const customer = channel('PJSIP/provider-4', '6.4', '6.1');
    const core = new Core();
    for (const event of [begin(half), begin(other), dial(other, own), dialEnds(other, own, 'ANSWER')]) core.say(event);
    for (const facts of [own, other]) core.say(enters(facts, 'b1'));
    core.say(dial(half, customer, '84951112233@provider'), 1000);
    core.say(dialEnds(half, customer, 'ANSWER'), 1000);
    for (const facts of [half, customer]) core.say(enters(facts, 'b2'));
    for (const facts of [customer, half, other, own]) core.say(hangs(facts), 1000);
    expect(core.story).toEqual([
      '1.0 rang 101 outbound 84951112233',
      '2.0 answered 101 outbound 84951112233',
      '6.0 ended 101 outbound 84951112233 completed talked 1.0',
    ]);
  });

  test('the same, known only when the two hear each other', () => {
    const [half, other] = [channel('Local/101@x-1;1', '6.1'), channel('Local/101@x-1;2', '6.2', '6.1')];
    const own = channel('PJSIP/101-3', '6.3', '6.1');
    const customer = channel('PJSIP/provider-4', '6.4', '6.1');
    const core = new Core();
    for (const event of [begin(half), begin(other), dial(other, own)]) core.say(event);
    core.say(dial(half, customer, '84951112233@provider'), 1000);
    for (const [facts, room] of [
      [own, 'b1'],
      [other, 'b1'],
      [half, 'b2'],
      [customer, 'b2'],
    ] as const)
      core.say(enters(facts, room));
    expect(core.story).toEqual(['1.0 rang 101 outbound 84951112233', '1.0 answered 101 outbound 84951112233']);
  });

  test.each([
    ['84951112233@provider', '84951112233'],
    ['provider/84951112233', '84951112233'],
    ['provider/sip:+74951112233@10.0.0.5:5060', '+74951112233'],
    ['office:secret@iax.example/84951112233', '84951112233'],
    ['g1/84951112233', '84951112233'],
    ['office:secret@iax.example', ''],
    ['sales@example', 'sales'],
  ])('the dial string %s asks for %j', (dialString, number) => {
    const core = new Core();
    const bare = { ...agent, exten: 's' };
    core.say(begin(bare));
    core.say(dial(bare, out, dialString));
    expect(core.events[0]).toMatchObject({ leg: { party: { number } } });
  });

  test('who tires first hears no longer why: the party’s own Hangup tells', () => {
    for (const [cause, outcome] of [
      [19, 'no-answer'],
      [17, 'busy'],
    ] as const) {
      const core = dialling();
      core.say(dialEnds(agent, out, 'BUSY'), 500);
      core.say(hangs(agent));
      core.say(hangs(out, cause));
      expect(core.story.at(-1)).toBe(`1.0 ended 101 outbound 84951112233 ${outcome} talked 0.0`);
    }
    const silent = dialling();
    silent.say(dialEnds(agent, out, 'BUSY'), 500);
    silent.say(hangs(agent));
    silent.pass(1000);
    expect(silent.story.at(-1)).toBe('1.0 ended 101 outbound 84951112233 busy talked 0.0');
  });
});
