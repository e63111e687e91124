import { describe, expect, test } from 'vitest';
import { PbxManager } from '../../../src/tools/demo/pbxmanager.ts';
import { answer, begin, createCrm, done, end, hangup, start, token } from './crm-office.ts';

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
