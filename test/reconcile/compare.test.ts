import { describe, expect, test } from 'vitest';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import type { CdrRecord } from '../../src/cdr/cdr-record.ts';
import { callsOf } from '../../src/reconcile/calls-of.ts';
import type { CdrCall } from '../../src/reconcile/cdr-call.ts';
import { type Compared, compare, type Known, type KnownPart } from '../../src/reconcile/compare.ts';
import { clockSkew, shifted } from '../../src/reconcile/skew.ts';
import { isEndTold, toldOf } from '../../src/reconcile/told.ts';
import { rules } from '../call/office.ts';
import { begun, row } from './rows.ts';

const provider = 'PJSIP/provider-1';
const answered = row(provider, 'PJSIP/101-1', [0, 5, 60]);
const id = answered.uniqueid as Linkedid;

function callOf(...records: CdrRecord[]): CdrCall {
  const [call] = callsOf(records, rules);
  if (call === undefined) throw new Error('no call');
  return call;
}

/** What live telling would have kept of the answered call, in seconds since `begun`. */
function ours(more: Partial<KnownPart> = {}, from = 0, until = 60, talked = 55): KnownPart {
  const times = { startedAt: begun + from * 1000 + 400, endedAt: begun + until * 1000 + 700, talkedMs: talked * 1000 };
  const who = { call: id, extension: '101' as Extension, direction: 'inbound', ring: 1, line: '' } as const;
  return { ...who, party: { number: '79211001011', name: '' }, outcome: 'completed', ...times, ...more };
}

function known(parts: readonly KnownPart[], more: Partial<Known> = {}): Known {
  return {
    partsOf: (ids) => parts.filter(({ call }) => ids.has(call)),
    isOpen: () => false,
    unrung: () => null,
    isTold: () => false,
    ...more,
  };
}

const differences = (compared: Compared) =>
  compared.differences.map((each) => (each.kind === 'different' ? each.what.join(' ') : each.kind));

describe('one call', () => {
  test('that both know agrees', () => {
    expect(compare(callOf(answered), known([ours()]))).toMatchObject({
      isKnown: true,
      differences: [],
      matched: [ours()],
    });
  });

  test('that we do not know is missing', () => {
    expect(differences(compare(callOf(answered), known([])))).toEqual(['missing']);
  });

  test('of whose end the CRM was told before parts were kept is not', () => {
    expect(differences(compare(callOf(answered), known([], { isTold: () => true })))).toEqual([]);
  });

  test('that goes on with us is left alone', () => {
    const open = compare(callOf(answered), known([], { isOpen: (each) => each === id }));
    expect(open).toMatchObject({ isOpen: true, differences: [] });
  });

  test('that rang nobody', () => {
    const call = callOf(row(provider, '', [0, null, 9]));
    expect(differences(compare(call, known([])))).toEqual(['unrung']);
    expect(
      differences(compare(call, known([], { unrung: () => ({ endedAt: call.endedAt + 400, isEndHeard: true }) }))),
    ).toEqual([]);
    expect(differences(compare(call, known([ours()])))).toEqual([]);
  });

  test('that we know as one that rang nobody: the phone was dialled and did not ring', () => {
    const call = callOf(row(provider, 'PJSIP/101-1', [0, null, 0]));
    const kept = (isEndHeard: boolean) => known([], { unrung: () => ({ endedAt: call.endedAt + 400, isEndHeard }) });
    expect(differences(compare(call, kept(true)))).toEqual([]);
    // It may have rung in the moment in which nobody listened.
    expect(differences(compare(call, kept(false)))).toEqual(['missing']);
    expect(differences(compare(call, known([])))).toEqual(['missing']);
  });

  test('that we heard the beginning of, and kept as one that rang nobody: what rang later is missing', () => {
    const heard = known([], { unrung: () => ({ endedAt: begun + 2_000, isEndHeard: true }) });
    expect(differences(compare(callOf(answered), heard))).toEqual(['missing']);
    const missed = callOf(row(provider, 'PJSIP/101-1', [0, null, 20]));
    expect(differences(compare(missed, heard))).toEqual(['missing']);
    const unrung = callOf(row(provider, '', [0, null, 9]));
    expect(differences(compare(unrung, heard))).toEqual([]);
  });

  test('of which we know others: one who may not have rung did not', () => {
    const call = callOf(
      row(provider, 'PJSIP/102-1', [0, null, 0], { disposition: 'failed' }),
      row(provider, 'PJSIP/103-1', [0, null, 9]),
      answered,
    );
    expect(differences(compare(call, known([ours()])))).toEqual(['missing']);
  });

  test('that Asterisk joined with another: the part is the user’s, in whichever of the two', () => {
    const call = { ...callOf(answered), ids: new Set([id, '9.9']) };
    expect(differences(compare(call, known([ours({ call: '9.9' as Linkedid })])))).toEqual([]);
    const both = [ours({ call: '9.9' as Linkedid, outcome: 'no-answer' }), ours()];
    expect(compare(call, known(both))).toMatchObject({ differences: [], matched: [ours()] });
  });
});

describe('different', () => {
  const unseen = { outcome: 'no-answer', talkedMs: 0 } as const;
  const corrected = (part: KnownPart, ...records: CdrRecord[]) => {
    const [first] = compare(callOf(...(records.length > 0 ? records : [answered])), known([part])).differences;
    return first?.kind === 'different' ? { what: first.what.join(' '), ...first.corrected } : first;
  };

  test('status: it was answered after all', () => {
    const part = ours(unseen, 0, 8, 0);
    expect(corrected(part)).toMatchObject({
      ...{ what: 'status end talk', outcome: 'completed', startedAt: part.startedAt },
      ...{ endedAt: begun + 60_000, talkedMs: 55_000 },
    });
  });

  test('status: of a ring that we saw long after it, the beginning is Asterisk’s', () => {
    expect(corrected(ours(unseen, 30, 40, 0))).toMatchObject({ startedAt: begun });
  });

  test('status: somebody else took it', () => {
    const lost = row(provider, 'PJSIP/101-1', [0, null, 9]);
    const taken = row(provider, 'PJSIP/102-1', [0, 9, 30]);
    const winner = ours({ extension: '102' as Extension, startedAt: begun, talkedMs: 21_000 }, 0, 30);
    const [first] = compare(callOf(lost, taken), known([ours(unseen, 0, 9, 0), winner])).differences;
    expect(first).toMatchObject({ kind: 'different', what: ['status'], corrected: { outcome: 'answered-elsewhere' } });
  });

  test.each(['busy', 'answered-elsewhere'] as const)('%s or not answered is a matter of taste', (outcome) => {
    expect(corrected(ours({ outcome, talkedMs: 0 }, 0, 9), row(provider, 'PJSIP/101-1', [0, null, 9]))).toBeUndefined();
  });

  test('end: a conversation that went on while we did not hear', () => {
    expect(corrected(ours({}, 0, 20, 15))).toMatchObject({
      what: 'end talk',
      endedAt: begun + 60_000,
      talkedMs: 54_300,
    });
  });

  test('end: a ring that went on', () => {
    const ring = row(provider, 'PJSIP/101-1', [0, null, 30]);
    expect(corrected(ours(unseen, 0, 9, 0), ring)).toMatchObject({ what: 'end', endedAt: begun + 30_000 });
  });

  test('talk: longer than it can have been', () => {
    expect(corrected(ours({}, 0, 60, 59))).toMatchObject({ what: 'talk', talkedMs: 55_000 });
  });

  test('talk: longer than what can have been, in a queue', () => {
    const queue = row(provider, 'PJSIP/101-1', [0, 0, 60], { lastapp: 'Queue' });
    expect(corrected(ours({}, 0, 60, 70), queue)).toMatchObject({ what: 'talk', talkedMs: 60_000 });
    expect(corrected(ours({}, 0, 60, 30), queue)).toBeUndefined();
  });

  test('talk: shorter, though the phone rang before it was answered', () => {
    expect(corrected(ours({}, 0, 60, 30))).toMatchObject({ what: 'talk', talkedMs: 55_000 });
  });

  test('talk: shorter, where a menu had answered: it is the ring and not the CDR that is right', () => {
    expect(corrected(ours({}, 20, 60, 30))).toBeUndefined();
  });

  test('within two seconds there is no difference', () => {
    expect(corrected(ours({ endedAt: begun + 62_900 }, 0, 60, 54))).toBeUndefined();
    expect(corrected(ours({ endedAt: begun + 57_999 }, 0, 60, 54))).toMatchObject({ what: 'end talk' });
  });

  test('nothing is said of a conversation that the CDR has as a ring', () => {
    expect(corrected(ours(), row(provider, 'PJSIP/101-1', [0, null, 60]))).toBeUndefined();
  });

  test('nothing but the status is said of one who had the call from a colleague', () => {
    const moved = [row(provider, 'PJSIP/101-1', [0, 5, 20]), row(provider, 'PJSIP/102-1', [20, 20, 60])];
    expect(compare(callOf(...moved), known([ours({}, 0, 40, 1)])).differences.map(({ kind }) => kind)).toEqual([
      'missing',
    ]);
  });
});

describe('clocks', () => {
  const calls = Array.from({ length: 7 }, (_, n) => {
    const one = row(`PJSIP/provider-s${n}`, `PJSIP/101-s${n}`, [n * 100, n * 100 + 5, n * 100 + 60]);
    return { call: callOf(one), part: ours({ call: one.uniqueid as Linkedid }, n * 100, n * 100 + 60) };
  });
  const late = (ms: number) => known(calls.map(({ part }) => ({ ...part, endedAt: part.endedAt + ms })));
  const all = calls.map(({ call }) => call);

  test('that differ by a minute are found by what both saw end', () => {
    expect(clockSkew(all, late(60_000))).toBe(60_000);
    expect(clockSkew(all, late(-60_000))).toBe(-60_000);
  });

  test('that differ by less, or that a few calls alone show, are not', () => {
    expect(clockSkew(all, late(1500))).toBe(0);
    expect(clockSkew(all.slice(0, 4), late(60_000))).toBe(0);
    expect(clockSkew(all, known([]))).toBe(0);
  });

  test('ends that differ each by its own time are an outage’s and no clock’s', () => {
    const ends = known(calls.map(({ part }, n) => ({ ...part, endedAt: part.endedAt - 20_000 - n * 5_000 })));
    expect(clockSkew(all, ends)).toBe(0);
  });

  test('ends of one second are that of a connector, and tell once', () => {
    const ends = known(calls.map(({ part }) => ({ ...part, endedAt: -30_000 })));
    const begun = calls.map(({ call }) => ({ ...call, parts: call.parts.map((part) => ({ ...part, endedAt: 0 })) }));
    expect(clockSkew(begun, ends)).toBe(0);
  });

  test('a call in the other clock’s time agrees', () => {
    const [first] = calls;
    if (first === undefined) throw new Error('no call');
    const part = { ...first.part, startedAt: first.part.startedAt + 60_000, endedAt: first.part.endedAt + 60_000 };
    expect(compare(first.call, known([part])).differences).toHaveLength(1);
    expect(compare(shifted(first.call, 60_000), known([part])).differences).toEqual([]);
  });

  test('all times of a call are moved', () => {
    const rows = [
      row(provider, 'PJSIP/101-1', [0, null, 8]),
      row(provider, 'PJSIP/101-2', [9, null, 17]),
      row(provider, 'PJSIP/102-1', [18, 20, 30], { recording: 'a.wav' }),
    ];
    const moved = shifted(callOf(...rows), 1000);
    expect(moved).toMatchObject({ startedAt: begun + 1000, endedAt: begun + 31_000 });
    expect(moved.parts).toMatchObject([
      { startedAt: begun + 10_000, earlier: [{ startedAt: begun + 1000 }], lostAt: begun + 21_000 },
      { answeredAt: begun + 21_000 },
    ]);
    expect(moved.recordings).toMatchObject([{ startedAt: begun + 19_000 }]);
    const unrung = shifted(callOf(row(provider, '', [0, null, 9])), 1000).unrung;
    expect(unrung).toMatchObject({ startedAt: begun + 1000, endedAt: begun + 10_000 });
  });
});

describe('what the CRM was told', () => {
  const fate = (key: string, state: string, detail: string | null = null, outcome: string | null = null) => ({
    ...{ call: id as string, key: `${id}|${key}`, state, detail, outcome },
  });

  test.each([
    ['all delivered', [fate('101|1|DialBegin', 'delivered')], { kind: 'told' }],
    ['long ago, and no longer kept', [], { kind: 'told' }],
    ['one waits', [fate('101|1|Hangup', 'pending')], { kind: 'pending', why: 'not sent yet' }],
    [
      'one waits for another try',
      [fate('101|1|Hangup', 'pending', null, 'unavailable')],
      { kind: 'pending', why: 'unavailable' },
    ],
    [
      'one was given up',
      [fate('101|1|EndCall', 'pending'), fate('101|1|DialBegin', 'given_up', 'Sorry!')],
      { kind: 'given-up', why: 'Sorry!' },
    ],
    ['another user’s waits', [fate('102|1|Hangup', 'pending')], { kind: 'told' }],
    ['the call’s one record waits', [fate('EndCall|1', 'pending')], { kind: 'pending', why: 'not sent yet' }],
  ])('%s', (_, fates, told) => {
    expect(toldOf(ours(), fates, false)).toEqual(told);
  });

  test('it is not known yet which CRM it is', () => {
    expect(toldOf(ours(), [], true)).toMatchObject({ kind: 'pending' });
  });

  test('the end of a part', () => {
    expect(isEndTold(ours(), [fate('101|1|EndCall|completed', 'delivered')])).toBe(true);
    expect(isEndTold(ours(), [fate('EndCall|1', 'pending')])).toBe(true);
    expect(isEndTold(ours(), [fate('101|1|DialBegin', 'delivered'), fate('102|1|EndCall|busy', 'delivered')])).toBe(
      false,
    );
    expect(isEndTold(ours(), [{ ...fate('101|1|EndCall', 'delivered'), call: '9.9' }])).toBe(false);
  });
});
