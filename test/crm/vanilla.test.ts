import { describe, expect, test } from 'vitest';
import type { CallEvent, LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import { shieldNumber } from '../../src/crm/shield.ts';
import { vanilla } from '../../src/crm/vanilla.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';

const dialect = vanilla({
  timeZone: 'UTC',
  isExtension: (text) => /^[0-9]{2,6}$/.test(text),
  number: (raw) => shieldNumber(raw).replace(/^\+?7(?=\d{10}$)/, ''),
});
const start = Date.UTC(2026, 10, 20, 22, 36, 12, 740);

const leg: LegFacts = {
  call: '1795214172.4' as Linkedid,
  extension: '101' as Extension,
  direction: 'inbound',
  party: { number: '+79211001011', name: 'Ivan' },
  line: '74951112233',
  ring: 1,
  startedAt: start,
  variables: {},
};
const of = (extension: string, more: Partial<LegFacts> = {}): LegFacts => ({
  ...leg,
  extension: extension as Extension,
  ...more,
});

type Rang = Extract<CallEvent, { kind: 'rang' }>;
const rang = (who: LegFacts, turn: Rang['turn'] = 'first', waitedMs = 0): CallEvent => ({
  kind: 'rang',
  leg: who,
  at: start + waitedMs,
  turn,
  waitedMs,
});
const answered = (who: LegFacts): CallEvent => ({ kind: 'answered', leg: who, at: start + 3000 });
const finished = (owner: LegFacts, more: Partial<Extract<CallEvent, { kind: 'finished' }>> = {}): CallEvent => ({
  kind: 'finished',
  call: leg.call,
  owner,
  startedAt: start,
  at: start + 7100,
  outcome: 'completed',
  talkedMs: 4003,
  round: 1,
  ...more,
});

const text = (events: readonly CallEvent[]) =>
  events.flatMap((event) =>
    dialect
      .callbacks(event)
      .map(({ params }) => decodeURIComponent(new URLSearchParams(params).toString().replaceAll('+', ' '))),
  );

/** What a vTiger makes of it. */
function rowsOf(events: readonly CallEvent[]) {
  const users = ['101', '102'].map((extension, n) => ({ id: n + 1, name: `user ${extension}`, extension }));
  const crm = new PbxManager({ mode: 'vanilla', users, customers: [], token: 't', timeZone: 'UTC', now: () => start });
  const keys = new Set<string>();
  for (const { key, params } of events.flatMap((event) => dialect.callbacks(event))) {
    // As the outbox does: a key comes once.
    if (!keys.has(key)) crm.receive({ ...params, vtigersignature: 't' });
    keys.add(key);
  }
  expect(crm.violations).toEqual([]);
  return crm.rows;
}

describe('inbound', () => {
  test('a queue of two is one record, its user the one who answered', () => {
    const events = [
      rang(of('101')),
      rang(of('102'), 'waiting', 10),
      answered(of('102')),
      { kind: 'ended', leg: of('101'), at: start, outcome: 'answered-elsewhere', talkedMs: 0 } as const,
      finished(of('102')),
    ];
    expect(text(events)).toEqual([
      'callstatus=StartApp&callUUID=1795214172.4&callerIdNumber=9211001011&StartTime=2026-11-20 22:36:12',
      'callstatus=DialAnswer&callUUID=1795214172.4&callerid1=102&callerid2=102',
      'callstatus=Hangup&callUUID=1795214172.4&causetxt=Normal Clearing',
      'callstatus=EndCall&callUUID=1795214172.4&starttime=2026-11-20 22:36:12&endtime=2026-11-20 22:36:19&duration=7&billableseconds=4',
    ]);
    expect(rowsOf(events)).toMatchObject([
      {
        direction: 'inbound',
        user: '102',
        status: 'completed',
        customerNumber: '9211001011',
        totalDuration: 7,
        billDuration: 4,
      },
    ]);
  });

  test.each([
    ['no-answer', 'no-answer'],
    ['busy', 'busy'],
  ] as const)('%s is nobody’s record', (outcome, status) => {
    const rows = rowsOf([rang(of('101')), finished(of('101'), { outcome, talkedMs: 0 })]);
    expect(rows).toMatchObject([{ user: '', status, billDuration: 0, totalDuration: 7 }]);
  });

  test('a transfer makes the record the next one’s, also when it comes back', () => {
    const events = [
      rang(of('101')),
      answered(of('101')),
      rang(of('102'), 'handedOn', 400_000),
      answered(of('102')),
      rang(of('101', { ring: 2 }), 'handedOn', 500_000),
      answered(of('101', { ring: 2 })),
      finished(of('101', { ring: 2 })),
    ];
    expect(rowsOf(events)).toMatchObject([{ user: '101', status: 'completed' }]);
    expect(text(events).filter((line) => line.includes('DialAnswer'))).toHaveLength(3);
  });

  test('a caller who waits for long is shown again at each ring', () => {
    const again = rang(of('102'), 'waiting', 300_000);
    expect(text([again])).toEqual([
      'callstatus=EndCall&callUUID=1795214172.4&starttime=2026-11-20 22:41:12&endtime=2026-11-20 22:41:12&duration=0&billableseconds=0',
      'callstatus=Hangup&callUUID=1795214172.4&causetxt=ringing',
    ]);
    expect(rowsOf([rang(of('101')), again])).toMatchObject([{ status: 'ringing', startTime: '2026-11-20 22:41:12' }]);
    expect(text([rang(of('102'), 'waiting', 240_000)])).toEqual([]);
  });

  test('a caller who claims to be a user is not taken for him', () => {
    const spoof = of('102', { party: { number: '+0101', name: '' } });
    expect(rowsOf([rang(spoof)])).toMatchObject([{ direction: 'inbound', customerNumber: '(.+0101)' }]);
  });

  test('rounding never makes the talk longer than the call', () => {
    const [, , end] = text([rang(of('101')), finished(of('101'), { startedAt: 1000, at: 1900, talkedMs: 900 })]);
    expect(end).toContain('duration=0&billableseconds=0');
  });
});

describe('outbound and internal', () => {
  for (const direction of ['outbound', 'internal'] as const)
    test(`${direction}: the record of the user who dialled`, () => {
      const out = of('101', {
        direction,
        party: { number: direction === 'internal' ? '102' : '+79211001011', name: '' },
      });
      const rows = rowsOf([rang(out), answered(out), finished(out)]);
      const customerNumber = direction === 'internal' ? '102' : '9211001011';
      expect(rows).toMatchObject([{ direction: 'outbound', user: '101', customerNumber, status: 'completed' }]);
    });

  test('handed on, it becomes the record of who has it then', () => {
    const out = of('101', { direction: 'outbound' });
    const target = of('102');
    const rows = rowsOf([rang(out), answered(out), rang(target, 'handedOn'), answered(target), finished(target)]);
    expect(rows).toMatchObject([{ direction: 'outbound', user: '102', status: 'completed' }]);
  });
});

test('one recording: that of who had the call last', () => {
  const talk = { leg, from: start, until: start + 1, last: true };
  expect(dialect.recording({ ...talk, last: false }, 'http://x/?', 'a')).toEqual([]);
  expect(dialect.recording(talk, 'http://x/?', 'a')).toMatchObject([
    { kind: 'Record', params: { callUUID: '1795214172.4', recordinglink: 'http://x/?' } },
  ]);
});

test('an extension that could mean something to SQL goes into no callback', () => {
  const bad = "1' OR 1";
  const lines = text([rang(of(bad)), answered(of(bad)), rang(of(bad, { direction: 'outbound' })), finished(of(bad))]);
  expect(lines.map((line) => line.split('&')[0])).toEqual([
    'callstatus=StartApp',
    'callstatus=Hangup',
    'callstatus=EndCall',
  ]);
  expect(lines.join()).not.toContain("'");
});

test('variables of the dialplan travel with each callback and take no parameter’s place', () => {
  const set = of('101', { variables: { CONTRACT: 'A<1>7', callUUID: 'x', callstatus: 'y' } });
  const lines = text([rang(set), answered(set), finished(set)]);
  expect(lines).toHaveLength(4);
  for (const line of lines)
    expect(line).toMatch(/^CONTRACT=A17&callUUID=1795214172\.4&callstatus=(StartApp|DialAnswer|EndCall|Hangup)&/);
});

test('a call that is finished again is told again', () => {
  const keys = [finished(leg), finished(leg, { round: 2 })]
    .flatMap((event) => dialect.callbacks(event))
    .map(({ key }) => key);
  expect(new Set(keys).size).toBe(4);
});
