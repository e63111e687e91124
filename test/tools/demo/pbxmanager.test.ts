import { describe, expect, test } from 'vitest';
import { type Mode, PbxManager } from '../../../src/tools/demo/pbxmanager.ts';
import { parityCustomers, parityUsers } from '../../doubles/crm-people.ts';
import { paramsOf, sequences } from '../../doubles/crm-sequences.ts';

const token = 'abracadabra';
const start = Date.UTC(2026, 10, 20, 7, 0, 0);

function createCrm(mode: Mode = 'salesplatform') {
  const clock = { now: start };
  const manager = new PbxManager({ users: parityUsers, customers: parityCustomers, token, mode, now: () => clock.now });
  const send = (query: string) =>
    manager.receive({ ...paramsOf(query, 'U', '2026-11-20 10:00:00'), vtigersignature: token });
  const statuses = () => manager.rows.map(({ user, status }) => `${user} ${status}`);
  return { manager, clock, send, statuses, rows: manager.rows };
}

const begin = (user = '101') =>
  `DialBegin callUUID=U&callerIdNumber=84951112277&dialString=${user}&StartTime=NOW&connectedLineName=Main`;
const answer = 'DialAnswer callUUID=U&callerid1=84951112277&callerid2=101';
const end = (user = '101') =>
  `EndCall callUUID=U&callerNumber=${user}&starttime=NOW&endtime=2026-11-20 10:01:00&duration=60&billableseconds=50`;
const hangup = (user: string, cause: string) => `Hangup callUUID=U&callerIdNum=${user}&causetxt=${cause}`;
const done = { status: 200, contentType: 'text/html; charset=UTF-8', body: '' };

describe('a call as SalesPlatform keeps it', () => {
  test('rung at two, answered by one: a row for each, each closed by his own hangup', () => {
    const { send, rows, statuses } = createCrm();
    for (const query of [begin(), begin('102'), answer]) expect(send(query)).toEqual(done);
    expect(statuses()).toEqual(['101 in-progress', '102 ringing']);
    send(hangup('102', 'no-answer'));
    for (const query of [end(), 'Record callUUID=U&callerNumber=101&recordinglink=http://pbx/?id=1']) send(query);
    send(hangup('101', 'Normal Clearing'));
    expect(statuses()).toEqual(['101 completed', '102 no-answer']);
    expect(rows[0]).toEqual({
      id: 1,
      sourceuuid: 'U',
      direction: 'inbound',
      user: '101',
      status: 'completed',
      customerNumber: '84951112277',
      customerId: 2,
      customerType: 'Contacts',
      startTime: '2026-11-20 10:00:00',
      endTime: '2026-11-20 10:01:00',
      totalDuration: 60,
      billDuration: 50,
      recordingUrl: 'http://pbx/?id=1',
      line: 'Main',
    });
  });

  test('a caller who is a user makes it outbound, also by his mobile, and a deleted or inactive user is one', () => {
    const { send, rows } = createCrm();
    send('DialBegin callUUID=1&callerIdNumber=101&dialString=84951112277');
    send('DialBegin callUUID=2&callerIdNumber=79031230103&dialString=101');
    send('DialBegin callUUID=3&callerIdNumber=555&dialString=105');
    expect(rows.map(({ user, direction, customerNumber }) => [user, direction, customerNumber])).toEqual([
      ['101', 'outbound', '84951112277'],
      ['103', 'outbound', '101'],
      ['105', 'inbound', '555'],
    ]);
  });

  test('the user with the lowest id has the number', () => {
    const users = [9, 4, 6].map((id) => ({ id, name: `${id}`, extension: `${id}`, phones: ['700'] }));
    const manager = new PbxManager({ users, customers: [], token, now: () => start });
    manager.receive({ callstatus: 'DialBegin', callerIdNumber: '5', dialString: '700', vtigersignature: token });
    expect(manager.rows.map(({ user }) => user)).toEqual(['4']);
  });

  test.each([
    ['101', '101'],
    ['SIP/101', '101'],
    ['SIP/trunk/101', '101'],
    ['101@vtiger', '101'],
    ['SIP/101%26SIP/102', '102'],
    ['SIP/101@vtiger', undefined],
    ['Local/101@vtiger/n', undefined],
    ['PJSIP/101/sip:101@10.0.0.5:5060', undefined],
  ])('dialString %s rings %s', (dialString, user) => {
    const { send, rows } = createCrm();
    expect(send(begin(dialString))).toEqual(done);
    expect(rows[0]?.user).toBe(user);
  });

  test.each(['101', '%2b101', '0101', '101.0', '', '0'])('a call from "%s" to 101 is ignored', (number) => {
    const { send, rows } = createCrm();
    send(`DialBegin callUUID=U&callerIdNumber=${number}&dialString=101`);
    expect(rows).toEqual([]);
  });

  test.each([
    ['74951112277', 2],
    ['4951112277', 2],
    ['%2b7 (495) 111-22-77', 2],
    ['951112277', null],
    ['223344', 5],
    ['anonymous', null],
  ])('the customer of %s is %s', (number, id) => {
    const { send, rows } = createCrm();
    send(begin().replace('84951112277', number));
    expect(rows[0]?.customerId).toBe(id);
  });
});

describe('what it does not protect from', () => {
  test('a status goes back: answer after hangup, begin after the end', () => {
    const { send, rows, statuses } = createCrm();
    for (const query of [begin(), end(), hangup('101', 'busy'), answer]) send(query);
    expect(statuses()).toEqual(['101 in-progress']);
    send(hangup('101', 'Normal Clearing'));
    send(begin().replace('84951112277', '555').replace('NOW', '2026-11-20 11:00:00'));
    expect(rows).toMatchObject([
      {
        status: 'ringing',
        customerNumber: '555',
        customerId: null,
        startTime: '2026-11-20 10:00:00',
        billDuration: 50,
      },
    ]);
  });

  test('EndCall overwrites all four; what is missing becomes zero', () => {
    const { send, rows } = createCrm();
    for (const query of [begin(), end(), 'EndCall callUUID=U&callerNumber=101']) send(query);
    const zero = '0000-00-00 00:00:00';
    expect(rows).toMatchObject([{ startTime: zero, endTime: zero, totalDuration: 0, billDuration: 0 }]);
  });

  test.each(['999', ''])('EndCall and Record of callerNumber "%s" change all rows of the call', (number) => {
    const { send, rows } = createCrm();
    for (const query of [begin(), begin('102'), end(number)]) send(query);
    send(`Record callUUID=U&callerNumber=${number}&recordinglink=L`);
    expect(rows).toMatchObject(Array(2).fill({ totalDuration: 60, recordingUrl: 'L' }));
  });

  test('unknown callUUIDs, users and callbacks are answered like any other, and nothing happens', () => {
    const { send, rows, statuses } = createCrm();
    send(begin());
    for (const query of [answer, end(), hangup('101', 'busy')])
      expect(send(query.replace('callUUID=U', 'callUUID=V'))).toEqual(done);
    for (const query of [begin('999'), hangup('999', 'busy'), hangup('', 'busy'), 'Bridge callUUID=U', ' callUUID=U'])
      expect(send(query)).toEqual(done);
    send('Hangup calluuid=U&callerIdNum=101&causetxt=busy');
    send('Hangup callUUID=U&calleridnum=101&causetxt=busy');
    expect(statuses()).toEqual(['101 ringing']);
    expect(rows).toHaveLength(1);
  });

  test('an inbound StartApp dies with 200', () => {
    const { send, rows } = createCrm();
    const reply = send('StartApp callUUID=U&callerIdNumber=84951112277&channel=SIP/trunk-1');
    expect(reply).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^Sorry! Attempt to access restricted file/),
    });
    expect(rows).toEqual([]);
  });

  test('values that are too long are cut, and a callUUID that was cut is never found again', () => {
    const { send, rows } = createCrm();
    const long = 'x'.repeat(250);
    send(begin().replace('callUUID=U', `callUUID=${long}`).replace('84951112277', long).replace('Main', long));
    send(hangup('101', 'busy').replace('callUUID=U', `callUUID=${long}`));
    expect(rows[0]?.status).toBe('ringing');
    send(`Record callUUID=${long.slice(0, 100)}&callerNumber=101&recordinglink=${long}`);
    send(hangup('101', 'User alerting, no answer').replace('callUUID=U', `callUUID=${long.slice(0, 100)}`));
    expect(rows[0]).toMatchObject({ recordingUrl: 'x'.repeat(200), status: 'User alerting, no an' });
    expect([rows[0]?.sourceuuid, rows[0]?.customerNumber, rows[0]?.line].map((text) => text?.length)).toEqual([
      100, 100, 100,
    ]);
  });
});

describe('hangup', () => {
  test.each([
    ['Normal Clearing', 'completed'],
    ['Normal Clearing&HangupCause=NO ANSWER', 'no-answer'],
    ['User busy', 'busy'],
    ['Call Rejected', 'busy'],
    ['Answered elsewhere', 'Answered elsewhere'],
    ['normal clearing', 'normal clearing'],
    ['null', 'ringing'],
    ['', 'ringing'],
  ])('%s becomes %s', (cause, status) => {
    const { send, statuses } = createCrm();
    send(begin());
    send(hangup('101', cause));
    expect(statuses()).toEqual([`101 ${status}`]);
  });

  test('without an end the CRM takes its own time, in its zone', () => {
    const { send, rows, clock } = createCrm();
    send(begin());
    clock.now += 20_900;
    send(hangup('101', 'no-answer'));
    expect(rows).toMatchObject([{ endTime: '2026-11-20 10:00:20', totalDuration: 20 }]);
  });

  test('an end is taken only with a duration that is not 0', () => {
    const { send, rows } = createCrm();
    send(begin());
    send(end());
    send(`${hangup('101', 'busy')}&EndTime=2026-11-20 12:00:00&Duration=0`);
    expect(rows).toMatchObject([{ endTime: '2026-11-20 10:01:00', totalDuration: 60 }]);
    send(`${hangup('101', 'busy')}&EndTime=2026-11-20 12:00:00&Duration=7`);
    expect(rows).toMatchObject([{ endTime: '2026-11-20 12:00:00', totalDuration: 7, status: 'busy' }]);
  });
});

describe('popups', () => {
  test('are of the viewer alone, of inbound calls that ring or are talked', () => {
    const { manager, send } = createCrm();
    send(begin());
    send(begin('102'));
    send('DialBegin callUUID=V&callerIdNumber=101&dialString=84951112277&StartTime=NOW');
    send(answer);
    expect(manager.pollIncoming('101').map(({ sourceuuid, status }) => [sourceuuid, status])).toEqual([
      ['U', 'in-progress'],
    ]);
    send(hangup('101', 'Normal Clearing'));
    expect(manager.pollIncoming('101')).toEqual([]);
  });

  test('a ring of more than 300 s is shown once more, and anybody’s poll ends it', () => {
    const { manager, send, clock, statuses } = createCrm();
    send(begin());
    clock.now += 300_999;
    expect(manager.pollIncoming('101')).toHaveLength(1);
    expect(statuses()).toEqual(['101 ringing']);
    clock.now += 1;
    expect(manager.pollIncoming('101')).toMatchObject([{ status: 'ringing' }]);
    expect(statuses()).toEqual(['101 no-response']);
    expect(manager.pollIncoming('101')).toEqual([]);
    send(begin('102'));
    manager.pollIncoming('103');
    expect(statuses()).toEqual(['101 no-response', '102 no-response']);
  });

  test.each(['', 'garbage'])('a ring that began at "%s" is too long', (time) => {
    const { manager, send, statuses } = createCrm();
    send(begin().replace('NOW', time));
    manager.pollIncoming('101');
    expect(statuses()).toEqual(['101 no-response']);
  });

  test('a conversation may take as long as it likes', () => {
    const { manager, send, clock } = createCrm();
    send(begin());
    send(answer);
    clock.now += 86_400_000;
    expect(manager.pollIncoming('101')).toMatchObject([{ status: 'in-progress' }]);
  });
});

describe('as its installer leaves it', () => {
  test('what touches a row is applied and answered 500 without a word', () => {
    const { send, statuses } = createCrm('salesplatform-as-installed');
    const died = { ...done, status: 500 };
    for (const query of [begin(), answer, end(), hangup('101', 'busy')]) expect(send(query)).toEqual(died);
    for (const query of ['ConnectorProbe callUUID=U', begin('999')]) expect(send(query)).toEqual(done);
    expect(statuses()).toEqual(['101 busy']);
  });

  test('but a further ring is not', () => {
    const { send, statuses } = createCrm('salesplatform-as-installed');
    for (const query of [begin(), end(), hangup('101', 'no-answer')]) send(query);
    expect(send(begin())).toMatchObject({ status: 500 });
    expect(statuses()).toEqual(['101 no-answer']);
  });
});

describe('the token and hostile values', () => {
  test.each([undefined, '', 'Abracadabra', 'abracadabra '])('token %j is refused with 200', (wrong) => {
    const { manager, rows } = createCrm();
    const params = paramsOf(begin(), 'U', 'NOW');
    const reply = manager.receive(wrong === undefined ? params : { ...params, vtigersignature: wrong });
    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining('<Authentication>Failure<') });
    expect(rows).toEqual([]);
  });

  test.each(['[]', '[1,2]', '{}', '{"a":1,"b":2}', '[[1]]'])('%s is a server error', (value) => {
    const { send, rows } = createCrm();
    expect(send(begin().replace('Main', value))).toEqual({ ...done, status: 500 });
    expect(rows).toEqual([]);
  });

  test.each([
    ['["x"]', 'x'],
    ['{"a":7}', '7'],
    ['[Sales]', '[Sales]'],
  ])('%s is kept as %s', (value, line) => {
    const { send, rows } = createCrm();
    send(begin().replace('Main', value));
    expect(rows[0]?.line).toBe(line);
  });

  test.each([
    ["1' OR '1'='1", 'SQL'],
    ['zzz"OR"1"#', 'SQL'],
    ['84951%25', 'LIKE'],
    ['84951_', 'LIKE'],
    ['', 'empty'],
    ['[1]', 'JSON'],
    ['{x', 'JSON'],
    ['<unknown>', 'HTML'],
    ['8495%0a', 'control'],
    ['9'.repeat(101), 'longer'],
  ])('caller %j is a violation: %s', (number, danger) => {
    const { manager, send } = createCrm();
    send(begin().replace('84951112277', number));
    expect(manager.violations).toMatchObject([
      { parameter: 'callerIdNumber', danger: expect.stringContaining(danger) },
    ]);
  });

  test('an ordinary call is none', () => {
    const { manager, send } = createCrm();
    for (const query of [begin(), answer, end(), hangup('101', 'Normal Clearing')]) send(query);
    expect(manager.violations).toEqual([]);
  });
});

test('the sequences that are compared with a real CRM are told apart, and most of them leave a row', () => {
  expect(new Set(sequences.map(({ name }) => name)).size).toBe(sequences.length);
  const kept = sequences.filter(({ callbacks }) => {
    const { send, rows } = createCrm();
    for (const callback of callbacks) send(callback);
    return rows.length > 0;
  });
  expect(kept.length).toBeGreaterThan(sequences.length * 0.8);
});
