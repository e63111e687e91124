import { describe, expect, test } from 'vitest';
import type { CallEvent, LegFacts, Talk } from '../../src/call/call-event.ts';
import type { Extension, Linkedid, Uniqueid } from '../../src/call/ids.ts';
import { salesPlatform } from '../../src/crm/salesplatform.ts';
import { shieldNumber } from '../../src/crm/shield.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';

const dialect = salesPlatform({
  timeZone: 'Europe/Moscow',
  isExtension: (text) => /^[0-9]{2,6}$/.test(text),
  number: shieldNumber,
});
const start = Date.UTC(2026, 10, 20, 22, 36, 12, 740);

const leg: LegFacts = {
  call: '1795214172.4' as Linkedid,
  extension: '101' as Extension,
  direction: 'inbound',
  party: { number: '+7 921 100-10-11', name: 'Ivan' },
  line: '74951112233',
  ring: 1,
  startedAt: start,
  variables: {},
};

const talk = (of: LegFacts): Talk => ({ leg: of, from: start, until: start + 4000, last: true });

const told = (event: CallEvent) => dialect.callbacks(event).map(({ params }) => new URLSearchParams(params).toString());
const text = (event: CallEvent) => told(event).map((line) => decodeURIComponent(line.replaceAll('+', ' ')));
const rang = (more: Partial<LegFacts> = {}): CallEvent => ({
  kind: 'rang',
  leg: { ...leg, ...more },
  at: start,
  turn: 'first',
  waitedMs: 0,
});

describe('inbound', () => {
  test('each step is told for the user, under a callUUID of his own, in the zone of the CRM', () => {
    const answered: CallEvent = { kind: 'answered', leg, at: start + 2000 };
    const ended: CallEvent = { kind: 'ended', leg, at: start + 6100, outcome: 'completed', talkedMs: 4003 };
    expect([...text(rang()), ...text(answered), ...text(ended)]).toEqual([
      'callstatus=DialBegin&callUUID=1795214172.4-101&callerIdNumber=+79211001011&dialString=101&StartTime=2026-11-21 01:36:12&connectedLineName=74951112233',
      'callstatus=DialAnswer&callUUID=1795214172.4-101&callerid1=+79211001011&callerid2=101',
      'callstatus=Hangup&callUUID=1795214172.4-101&callerIdNum=101&causetxt=Normal Clearing&EndTime=2026-11-21 01:36:18&Duration=6',
      'callstatus=Hangup&callUUID=1795214172.4-101&callerIdNum=+79211001011&causetxt=Normal Clearing&EndTime=2026-11-21 01:36:18&Duration=6',
      'callstatus=EndCall&callUUID=1795214172.4-101&starttime=2026-11-21 01:36:12&endtime=2026-11-21 01:36:18&duration=6&billableseconds=4',
    ]);
  });

  test.each([
    ['no-answer', 'no-answer'],
    ['busy', 'busy'],
    ['answered-elsewhere', 'Answered elsewhere'],
  ] as const)('%s is told as %s, which fits 20 characters', (outcome, word) => {
    const callbacks = dialect.callbacks({ kind: 'ended', leg, at: start + 5000, outcome, talkedMs: 0 });
    expect(callbacks.map(({ kind }) => kind)).toEqual(['Hangup', 'Hangup', 'EndCall']);
    expect(callbacks[0]?.params['causetxt']).toBe(word);
    expect(word.length).toBeLessThanOrEqual(20);
    expect(callbacks[2]?.params['billableseconds']).toBe('0');
  });

  test('rounding never makes the talk longer than the call', () => {
    const endCall = dialect
      .callbacks({
        kind: 'ended',
        leg: { ...leg, startedAt: 1000 },
        at: 1900,
        outcome: 'completed',
        talkedMs: 900,
      })
      .at(-1);
    expect(endCall?.params).toMatchObject({ duration: '0', billableseconds: '0' });
  });

  test('a further ring is given a fresh start before it rings', () => {
    expect(text(rang({ ring: 2 }))).toEqual([
      'callstatus=EndCall&callUUID=1795214172.4-101&starttime=2026-11-21 01:36:12&endtime=2026-11-21 01:36:12&duration=0&billableseconds=0',
      'callstatus=DialBegin&callUUID=1795214172.4-101&callerIdNumber=+79211001011&dialString=101&StartTime=2026-11-21 01:36:12&connectedLineName=74951112233',
    ]);
  });

  test.each([
    ['223344', '(223344)'],
    ['102', '(.102)'],
    ['+101', '(.+101)'],
    ['0000000101', '(0000000101)'],
    ['101.0', '(.1010)'],
    ['1e2', '(1e2)'],
    ['*7279031230103', '7279031230103'],
    ['*21*79031230103#', '2179031230103'],
    ['*72', '(.72)'],
    ['#*', 'anonymous'],
    ['84951112233', '84951112233'],
    ["1'0'2", '(.102)'],
    ['', 'anonymous'],
    ["x' OR phone_crm_extension='102", 'xORphonecrmextension102'],
  ])('an outside caller who says he is %j is %j', (number, shown) => {
    const [begin] = dialect.callbacks(rang({ party: { number, name: '' } }));
    expect(begin?.params['callerIdNumber']).toBe(shown);
  });
});

test('outbound and internal calls begin at the user', () => {
  for (const direction of ['outbound', 'internal'] as const) {
    const outgoing = {
      ...leg,
      direction,
      party: { number: direction === 'internal' ? '102' : '84951112233', name: '' },
      line: '',
    };
    const [begin] = dialect.callbacks({ kind: 'rang', leg: outgoing, at: start, turn: 'first', waitedMs: 0 });
    expect(begin?.params).toMatchObject({
      callerIdNumber: '101',
      dialString: outgoing.party.number,
      connectedLineName: '',
    });
    const [answer] = dialect.callbacks({ kind: 'answered', leg: outgoing, at: start });
    expect(answer?.params).toMatchObject({ callerid1: '101', callerid2: outgoing.party.number });
  }
});

test('a party whose number is no number gets no Hangup of his own: no user is found by it', () => {
  const hidden = { ...leg, party: { number: '', name: '' } };
  const ended = dialect.callbacks({ kind: 'ended', leg: hidden, at: start, outcome: 'completed', talkedMs: 0 });
  expect(ended.map(({ kind }) => kind)).toEqual(['Hangup', 'EndCall']);
});

test('a finished recording is linked to the user who talked', () => {
  const [record] = dialect.recording(talk(leg), 'http://pbx:5000/recording?id=abc', 'abc');
  expect(record).toMatchObject({
    kind: 'Record',
    call: leg.call,
    params: { recordinglink: 'http://pbx:5000/recording?id=abc', callUUID: '1795214172.4-101' },
  });
});

test('keys tell rings, outcomes and recordings apart, and are the same for the same fact', () => {
  const events: CallEvent[] = [rang(), rang({ ring: 2 }), rang({ extension: '102' as Extension })];
  for (const outcome of ['no-answer', 'answered-elsewhere'] as const)
    events.push({ kind: 'ended', leg, at: start, outcome, talkedMs: 0 });
  const keys = events.flatMap((event) => dialect.callbacks(event)).map(({ key }) => key);
  keys.push(...['a', 'b'].flatMap((id) => dialect.recording(talk(leg), 'http://x/?', id)).map(({ key }) => key));
  expect(new Set(keys).size).toBe(keys.length);
  expect(dialect.callbacks(rang())).toEqual(dialect.callbacks(rang()));
});

test('what is no record makes no callback, nor does an extension that could mean something to SQL', () => {
  const call = leg.call;
  const quiet: CallEvent[] = [
    { kind: 'recorded', call, channel: '1.1' as Uniqueid, path: '/a.wav', from: 'cdr', at: 0 },
    { kind: 'closed', call, talked: [talk(leg)], at: 0 },
    { kind: 'surprise', call: null, text: 'x', at: 0 },
    rang({ extension: "1' OR 1" as Extension }),
  ];
  expect(quiet.flatMap((event) => dialect.callbacks(event))).toEqual([]);
  expect(dialect.recording(talk({ ...leg, extension: 'a%b' as Extension }), 'http://x/?', 'a')).toEqual([]);
});

test('a customer whose number is a user’s own leaves no record open', () => {
  const users = [
    { id: 1, name: 'Ivan', extension: '101' },
    { id: 2, name: 'Oleg', extension: '103', phones: ['79211001011'] },
  ];
  const crm = new PbxManager({ users, customers: [], token: 't', now: () => start });
  const caller = { ...leg, party: { number: '79211001011', name: '' } };
  const events: CallEvent[] = [
    { kind: 'rang', leg: caller, at: start, turn: 'first', waitedMs: 0 },
    { kind: 'answered', leg: caller, at: start + 2000 },
    { kind: 'ended', leg: caller, at: start + 6000, outcome: 'completed', talkedMs: 4000 },
  ];
  const callbacks = [
    ...events.flatMap((event) => dialect.callbacks(event)),
    ...dialect.recording(talk(caller), 'http://x/?id=1', '1'),
  ];
  for (const { params } of callbacks) crm.receive({ ...params, vtigersignature: 't' });
  expect(crm.rows).toMatchObject([
    { user: '103', status: 'completed', billDuration: 4, totalDuration: 6, recordingUrl: 'http://x/?id=1' },
  ]);
});

test('an internal call from a phone without a CRM user leaves no record open at the colleague', () => {
  const crm = new PbxManager({
    users: [{ id: 1, name: 'Ivan', extension: '101' }],
    customers: [],
    token: 't',
    now: () => start,
  });
  const internal: LegFacts = {
    ...leg,
    extension: '105' as Extension,
    direction: 'internal',
    party: { number: '101', name: '' },
    line: '',
  };
  const events: CallEvent[] = [
    { kind: 'rang', leg: internal, at: start, turn: 'first', waitedMs: 0 },
    { kind: 'answered', leg: internal, at: start + 2000 },
    { kind: 'ended', leg: internal, at: start + 6000, outcome: 'completed', talkedMs: 4000 },
  ];
  for (const { params } of events.flatMap((event) => dialect.callbacks(event)))
    crm.receive({ ...params, vtigersignature: 't' });
  expect(crm.rows).toMatchObject([{ user: '101', direction: 'inbound', status: 'completed', billDuration: 4 }]);
});
