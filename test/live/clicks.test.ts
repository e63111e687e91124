import { describe, expect, test } from 'vitest';
import type { Extension, Uniqueid } from '../../src/call/ids.ts';
import { restore, save } from '../../src/call/saved.ts';
import { createState } from '../../src/call/state.ts';
import { dialFailure } from '../../src/live/cause-words.ts';
import { begin, caller, channel, dial, dialEnds, enters, hangs, listed, p101, rings, rules } from '../call/office.ts';
import { Told, telling } from './told.ts';

const click = {
  kind: 'click',
  actionId: 'a1',
  uniqueid: 'c2c-1' as Uniqueid,
  extension: '101',
  number: '84951112233',
} as const;
const agent = channel('PJSIP/101-1', 'c2c-1', 'c2c-1', { exten: 's' });
const out = channel('PJSIP/provider-2', '4.2', 'c2c-1');
const up = (facts: typeof agent) => ({ kind: 'newState', channel: { ...facts, state: 6 } }) as const;
const response = (reason: number, success = false) =>
  ({ kind: 'originateResponse', actionId: 'a1', success, reason, uniqueid: null }) as const;

/** 101 has clicked, picked up, and the number is being dialled. */
function dialling(number: string = click.number): Told {
  const told = new Told();
  for (const input of [{ ...click, number }, begin(agent), dial(null, agent), rings(agent), up(agent)]) told.say(input);
  return told;
}

const state = (told: Told) =>
  told
    .shown('101')
    .clicks.map((each) => each.state)
    .join();
const only = (told: Told) => {
  const [one] = told.shown('101').clicks;
  if (one === undefined) throw new Error('no click');
  return one;
};

describe('a click', () => {
  test('goes through its states, each since its own time', () => {
    const told = new Told();
    const seen: string[] = [];
    const say = (...[input, at]: Parameters<Told['say']>) => {
      told.say(input, at);
      seen.push(`${only(told).state} ${only(told).at.slice(17, 19)}`);
    };
    say(click, 0);
    say(begin(agent), 1000);
    say(dial(null, agent), 2000);
    say(rings(agent), 3000);
    say(dialEnds(null, agent, 'ANSWER'), 4000);
    say(up(agent), 5000);
    say(dial(agent, out, '84951112233@provider'), 6000);
    say(dialEnds(agent, out, 'ANSWER'), 7000);
    say(hangs(out), 9000);
    expect(seen).toEqual([
      'calling-you 00',
      'calling-you 01',
      'calling-you 01',
      'your-phone-rings 03',
      'your-phone-rings 03',
      'ringing 05',
      'ringing 05',
      'talking 07',
      'talking 07',
    ]);
    told.say(hangs(agent), 9000);
    expect(only(told)).toEqual({
      id: 'a1',
      number: '84951112233',
      state: 'ended',
      callId: 'c2c-1-101',
      at: '1970-01-01T00:00:09.000Z',
      why: '',
      cause: null,
    });
  });

  test('is told for half a minute after its end', () => {
    const told = dialling();
    told.say(hangs(agent), 1000);
    told.pass(29_750);
    expect(told.shown('101').clicks).toHaveLength(1);
    told.pass(250);
    expect(told.shown('101').clicks).toEqual([]);
  });

  test('of which the end lies in the future, as the clock was set back, is told no longer', () => {
    const told = dialling();
    told.say(hangs(agent), 100_000);
    told.say({ kind: 'tick' }, 50_000);
    expect(told.shown('101').clicks).toEqual([]);
  });

  test.each([
    ['CHANUNAVAIL', 0, { why: 'the line to the outside is not to be had', cause: null }],
    ['CONGESTION', 127, { why: 'the line to the outside did not take the call', cause: 127 }],
    ['CONGESTION', 34, { why: 'all lines to the outside are in use', cause: 34 }],
    ['CHANUNAVAIL', 1, { why: 'this number does not exist', cause: 1 }],
    ['NOANSWER', 28, { why: 'the number is not complete, or not a number', cause: 28 }],
  ])('whose number is not reached, %s and cause %i, has failed', (status, cause, failure) => {
    const told = dialling();
    told.say(begin(out));
    told.say(dial(agent, out, '84951112233@provider'));
    told.say(dialEnds(agent, out, status));
    told.say(hangs(out, cause));
    told.say(hangs(agent));
    told.pass(2000);
    expect(only(told)).toMatchObject({ state: 'failed', ...failure });
  });

  test('that is given up while the other end rings was not answered', () => {
    const told = dialling();
    told.say(begin(out));
    told.say(dial(agent, out, '84951112233@provider'));
    told.say(hangs(agent, 0));
    expect(state(told)).toBe('no-answer');
  });

  test('whose number the dialplan does not dial has failed', () => {
    const told = dialling();
    told.say(hangs(agent));
    expect(only(told)).toMatchObject({ state: 'failed', why: 'the dialplan of Asterisk did not dial this number' });
  });

  test('on a feature code has ended, though nobody was dialled', () => {
    const told = dialling('*97');
    told.say(hangs(agent));
    expect(only(told)).toMatchObject({ state: 'ended', why: '' });
  });

  test.each([
    [0, { state: 'failed', why: 'your phone is not registered, or cannot be reached' }],
    [5, { state: 'you-are-busy', why: '' }],
  ])('without any channel, reason %i', (reason, end) => {
    const told = new Told();
    told.say(click);
    told.say(response(reason), 1000);
    expect(only(told)).toMatchObject({ callId: 'c2c-1-101', ...end });
  });

  test.each(['failed', 'unreachable'] as const)('that Asterisk is not asked for is %s, and stays so', (end) => {
    const told = new Told();
    told.say(click);
    told.say({ kind: 'clickRefused', actionId: 'a1' });
    told.changed.clear();
    told.live.clickFailed('a1', end, 'said so', 0);
    told.live.clickFailed('a1', 'failed', 'said later', 5);
    told.live.clickFailed('other', 'failed', 'nobody’s', 5);
    told.pass(1000);
    expect([...told.changed]).toEqual(['101']);
    expect(only(told)).toMatchObject({ state: end, why: 'said so', callId: null });
  });

  test('that has failed stays so, though its phone is rung after all', () => {
    const told = new Told();
    told.say(click);
    told.live.clickFailed('a1', 'unreachable', 'said so', 0);
    for (const input of [begin(agent), dial(null, agent), rings(agent)]) told.say(input);
    expect(state(told)).toBe('unreachable');
    expect(told.shown('101').calls).toMatchObject([{ click: 'a1' }]);
  });

  test('of which the core knows no more has failed', () => {
    const told = new Told();
    told.say(click);
    told.say(begin(out));
    told.say(response(3));
    told.pass(250);
    expect(only(told)).toMatchObject({ state: 'failed', why: 'Asterisk did not say what became of the call' });
  });

  test('is looked at in its turn where there are many, however many there are', () => {
    const told = new Told();
    const count = 500;
    const extensions = Array.from({ length: count }, (_, n) => String(1000 + n));
    for (const [n, extension] of extensions.entries())
      told.say({ ...click, actionId: `a${n}`, uniqueid: `c2c-${n}` as Uniqueid, extension });
    // The older ones are still known.
    for (let n = 300; n < count; n += 1) told.state.clicks.delete(`a${n}`);
    const failed = () => extensions.filter((one) => told.shown(one).clicks[0]?.state === 'failed').length;
    told.pass(250);
    expect(failed()).toBe(0);
    told.pass(1000);
    expect(failed()).toBe(200);
    const isQuiet = (one: string) => told.live.isQuiet(one as Extension);
    told.pass(30_000);
    expect(extensions.map(isQuiet)).toEqual(extensions.map((_, n) => n >= 300));
  });

  test('whose call is forgotten has ended for who was on the phone', () => {
    const told = dialling();
    told.state.calls.clear();
    told.pass(250);
    expect(state(told)).toBe('ended');
  });

  test('is looked at anew when the list of channels comes', () => {
    const told = new Told();
    told.say(click);
    told.say({ ...click, actionId: 'a2', uniqueid: 'c2c-2' as Uniqueid });
    told.say(begin(agent), 10);
    told.say({ kind: 'snapshot', channels: [listed({ ...agent, state: 6 })], since: 1000, heardUntil: 500 }, 1000);
    expect(told.shown('101').clicks.map((each) => each.state)).toEqual(['ringing', 'calling-you']);
  });

  test('is known again from its call after a restart', () => {
    const told = dialling();
    const again = new Told(createState(rules));
    for (const id of told.state.calls.keys()) restore(again.state, save(told.state, id) ?? '', told.now);
    again.live.takeUp(5000);
    expect(only(again)).toMatchObject({ id: 'a1', state: 'ringing', callId: 'c2c-1-101', number: '84951112233' });
    expect(again.shown('101').calls).toMatchObject([{ click: 'a1' }]);
  });

  test('that had ended before a restart is not told of again', () => {
    const told = dialling();
    told.say(hangs(agent));
    const again = new Told(createState(rules));
    for (const id of told.state.calls.keys()) restore(again.state, save(told.state, id) ?? '', told.now);
    again.live.takeUp(5000);
    again.say({ kind: 'hangup', channel: agent, cause: 16 });
    expect(again.shown('101')).toEqual({ calls: [], ended: [], clicks: [] });
  });

  test('is over when its call is handed on, though its user is rung in it again', () => {
    const told = dialling();
    told.say(begin(out));
    told.say(dial(agent, out, '84951112233@provider'));
    told.say(dialEnds(agent, out, 'ANSWER'));
    told.say(enters(agent));
    told.say(enters(out));
    expect(state(told)).toBe('talking');
    told.say(hangs(agent), 5000);
    expect(state(told)).toBe('ended');
    const back = channel('PJSIP/101-9', '9.9', 'c2c-1');
    for (const input of [begin(back), dial(out, back), rings(back)]) told.say(input);
    expect(told.shown('101').calls).toMatchObject([{ ring: 2, click: null, phase: 'ringing' }]);
    told.say(hangs(back, 16), 6000);
    expect(only(told)).toMatchObject({ state: 'ended', at: telling.time(5000) });
  });

  test('of one user is nothing to another, who is called meanwhile', () => {
    const told = dialling();
    for (const input of [begin(caller), begin(p101), dial(caller, p101), rings(p101)]) told.say(input);
    expect(told.shown('102')).toEqual({ calls: [], ended: [], clicks: [] });
    expect(told.shown('101').calls.map((each) => each.click)).toEqual(['a1', null]);
  });

  test('whose user picks up and refuses in one moment was his refusal', () => {
    const told = new Told();
    for (const input of [click, begin(agent), dial(null, agent), dialEnds(null, agent, 'BUSY'), hangs(agent, 21)])
      told.say(input);
    expect(state(told)).toBe('you-are-busy');
  });
});

test('nothing failed of which nothing is known', () => {
  expect(dialFailure(null, 0)).toBe(null);
});

describe('what is shown of a call', () => {
  const ring = (name: string) => {
    const told = new Told();
    const from = { ...caller, callerName: name };
    for (const input of [begin(from), begin(p101), dial(from, p101), rings(p101)]) told.say(input);
    return { told, from };
  };

  test('text is plain, as the CRM is told it, and a number is no name', () => {
    expect(ring('<img src=x onerror="alert(1)">').told.shown('101').calls).toMatchObject([
      { id: '1.1-101', call: '1.1', name: 'img srcx onerroralert(1)', number: '79211001011', line: '74951112233' },
    ]);
    expect(ring('79211001011').told.shown('101').calls).toMatchObject([{ name: '' }]);
  });

  test('an end is told for ten seconds', () => {
    const { told, from } = ring('');
    told.say(hangs(from), 5000);
    told.say(hangs(p101, 0), 5000);
    expect(told.shown('101').ended).toEqual([
      { id: '1.1-101', ring: 1, outcome: 'no-answer', by: null, talkedSeconds: 0, at: telling.time(5000) },
    ]);
    told.pass(9750);
    expect(told.shown('101').ended).toHaveLength(1);
    told.pass(250);
    expect(told.shown('101').ended).toEqual([]);
  });

  test('two ends are forgotten each at its own time, and at once when the clock is set back', () => {
    const { told } = ring('');
    told.say(hangs(p101, 0), 60_000);
    const again = channel('PJSIP/101-5', '1.5', '1.1');
    for (const input of [begin(again), dial(caller, again), rings(again)]) told.say(input, 63_000);
    told.say(hangs(again, 0), 65_000);
    expect(told.shown('101').ended.map((each) => each.ring)).toEqual([1, 2]);
    told.say({ kind: 'tick' }, 70_000);
    expect(told.shown('101').ended.map((each) => each.ring)).toEqual([2]);
    told.say({ kind: 'tick' }, 30_000);
    expect(told.shown('101').ended).toEqual([]);
  });

  test('a ring that was given up has not been missed when a colleague takes the call a moment later', () => {
    const { told, from } = ring('');
    told.say(hangs(p101, 0), 3000);
    expect(told.shown('101').ended).toMatchObject([{ outcome: 'no-answer', by: null }]);
    const other = channel('PJSIP/102-5', '1.5', '1.1');
    for (const input of [begin(other), dial(from, other), rings(other)]) told.say(input, 4000);
    for (const input of [dialEnds(from, other, 'ANSWER'), enters(from), enters(other)]) told.say(input, 5000);
    expect(told.shown('101').ended).toMatchObject([{ outcome: 'answered-elsewhere', by: '102' }]);
    told.say(hangs(other), 9000);
    expect(told.shown('101').ended).toMatchObject([{ outcome: 'answered-elsewhere', by: '102' }]);
  });

  test('a call that comes back from who had it last, who had it from somebody else', () => {
    const { told, from } = ring('');
    answerBy(told, from, p101, 1000);
    const second = channel('PJSIP/102-5', '1.5', '1.1');
    handOver(told, from, p101, second, 2000);
    expect(told.shown('102').calls).toMatchObject([{ phase: 'talking', transferredBy: { extension: '101' } }]);
    const third = channel('PJSIP/101-6', '1.6', '1.1');
    handOver(told, from, second, third, 6000);
    expect(told.shown('101').calls).toMatchObject([{ ring: 2, transferredBy: { extension: '102' } }]);
    const fourth = channel('PJSIP/103-7', '1.7', '1.1');
    handOver(told, from, third, fourth, 9000);
    expect(told.shown('103').calls).toMatchObject([{ transferredBy: { extension: '101' } }]);
    const back = channel('PJSIP/102-8', '1.8', '1.1');
    for (const input of [begin(back), dial(from, back), rings(back)]) told.say(input, 12_000);
    expect(told.shown('102').calls).toMatchObject([{ ring: 2, phase: 'ringing', transferredBy: { extension: '103' } }]);
    const fifth = channel('PJSIP/104-9', '1.9', '1.1');
    for (const input of [begin(fifth), dial(from, fifth), rings(fifth)]) told.say(input, 13_000);
    expect(told.shown('104').calls).toMatchObject([{ transferredBy: { extension: '103' } }]);
  });
});

function answerBy(told: Told, from: typeof caller, phone: typeof caller, at: number): void {
  for (const input of [dialEnds(from, phone, 'ANSWER'), enters(phone, `b${at}`), enters(from, `b${at}`)])
    told.say(input, at);
}

/** The one leaves, the caller rings the next, who answers a second later. */
function handOver(told: Told, from: typeof caller, one: typeof caller, next: typeof caller, at: number): void {
  told.say(hangs(one), at);
  for (const input of [begin(next), dial(from, next), rings(next)]) told.say(input, at + 1000);
  answerBy(told, from, next, at + 2000);
}
