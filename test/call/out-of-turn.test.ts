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
  phone,
  ringing,
  rings,
} from './office.ts';

describe('what Asterisk says out of turn', () => {
  test('events of channels whose beginning was not seen change nothing', () => {
    const core = new Core();
    const ghost = phone('101', '9.2', '9.1');
    for (const event of [rings(ghost), hangs(ghost), leaves(ghost), dialEnds(null, ghost, 'ANSWER')]) core.say(event);
    core.say({ kind: 'dialState', dest: ghost, status: 'RINGING' });
    core.say({ kind: 'recording', uniqueid: ghost.uniqueid, path: '/x.wav', from: 'variable' });
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
    core.say({ kind: 'recording', uniqueid: caller.uniqueid, path, from: 'variable' });
    core.say(hangs(p101));
    core.say(hangs(caller));
    core.say({ kind: 'recording', uniqueid: caller.uniqueid, path, from: 'cdr' }, 1000);
    core.say({ kind: 'recording', uniqueid: caller.uniqueid, path: '/b.wav', from: 'cdr' });
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
    core.state.channels.delete(p101.uniqueid);
    expect(() => core.say(enters(caller))).toThrow('channel 1.2 is not known');
    const other = ringing();
    other.state.calls.clear();
    expect(() => other.say(hangs(caller))).toThrow('channel PJSIP/provider-1.1 (1.1) is in no call');
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

  test('a phone rung in a call that another program began by a Local channel is nobody of ours while it dials nobody', () => {
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

  test('a clock that is set back delays nothing that is waited for', () => {
    const core = ringing(p101);
    core.say(hangs(p101), 10_000);
    core.say(hangs(caller));
    core.now -= 3_600_000;
    core.pass(0);
    core.pass(1999);
    expect(core.isEmpty).toBe(false);
    core.pass(1);
    expect(core.isEmpty).toBe(true);
  });
});
