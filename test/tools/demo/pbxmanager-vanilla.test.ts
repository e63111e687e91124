import { describe, expect, test } from 'vitest';
import { PbxManager } from '../../../src/tools/demo/pbxmanager.ts';
import { createCrm, done, start, token } from './crm-office.ts';

const ring = (number = '74951112277', channel = 'SIP/trunk-1') =>
  `StartApp callUUID=U&callerIdNumber=${number}&channel=${channel}&StartTime=NOW`;
const out = `${ring('101', 'SIP/101-1')}&callerIdName=74951112277`;
const answer = (user = '101') => `DialAnswer callUUID=U&callerid1=74951112277&callerid2=${user}`;
const end = 'EndCall callUUID=U&starttime=NOW&endtime=2026-11-20 10:01:00&duration=60&billableseconds=50';
const record = 'Record callUUID=U&recordinglink=http://pbx/?id=1';
const hangup = (cause = 'Normal Clearing') => `Hangup callUUID=U&causetxt=${cause}`;
const success = '<?xml version="1.0" encoding="utf-8"?><Response><Dial><Authentication>Success</Authentication>';

describe("a call as vTiger's own PBXManager keeps it", () => {
  test('one row, nobody’s until it is answered', () => {
    const { send, rows, statuses } = createCrm('vanilla');
    const phones = ['101', '102', '103', '104', '105'].map((user) => `<Number>SIP/${user}</Number>`).join('');
    expect(send(ring())).toMatchObject({
      contentType: 'text/xml; charset=utf-8',
      body: `${success}${phones}</Dial></Response>`,
    });
    expect(statuses()).toEqual([' ringing']);
    for (const query of [answer(), end, record, hangup()]) expect(send(query)).toEqual(done);
    expect(rows).toEqual([
      {
        id: 1,
        sourceuuid: 'U',
        direction: 'inbound',
        user: '101',
        status: 'completed',
        customerNumber: '74951112277',
        customerId: 2,
        customerType: 'Contacts',
        startTime: '2026-11-20 10:00:00',
        endTime: '2026-11-20 10:01:00',
        totalDuration: 60,
        billDuration: 50,
        recordingUrl: 'http://pbx/?id=1',
        line: '',
      },
    ]);
  });

  test('an outbound one is the caller’s from the start', () => {
    const { send, rows } = createCrm('vanilla');
    expect(send(out).body).toBe(`${success}<Number>SIP/74951112277@trunk</Number></Dial></Response>`);
    expect(rows).toMatchObject([{ direction: 'outbound', user: '101', customerNumber: '74951112277', customerId: 2 }]);
    send('DialAnswer callUUID=U&callerid1=102&callerid2=74951112277');
    expect(rows).toMatchObject([{ user: '102', status: 'in-progress' }]);
    send('DialAnswer callUUID=U&callerid1=999&callerid2=103');
    expect(rows).toMatchObject([{ user: '102' }]);
  });

  test('a second StartApp is a second row, and all that follows changes both', () => {
    const { send, statuses } = createCrm('vanilla');
    for (const query of [ring(), ring(), answer(), hangup('busy')]) send(query);
    expect(statuses()).toEqual(['101 busy', '101 busy']);
  });

  test('DialBegin is answered and does nothing', () => {
    const { send, rows } = createCrm('vanilla');
    expect(send('DialBegin callUUID=U&callerIdNumber=74951112277&dialString=101&StartTime=NOW')).toEqual(done);
    expect(rows).toEqual([]);
  });

  test('an answer by nobody known takes the user away, an answer after the end opens the row', () => {
    const { send, statuses } = createCrm('vanilla');
    for (const query of [ring(), answer(), answer('999')]) send(query);
    expect(statuses()).toEqual([' in-progress']);
    for (const query of [hangup(), answer('102')]) send(query);
    expect(statuses()).toEqual(['102 in-progress']);
  });

  test('a hangup computes no end, and without a cause leaves no status', () => {
    const { send, rows } = createCrm('vanilla');
    send(ring());
    send(hangup('null'));
    expect(rows).toMatchObject([{ status: 'ringing', endTime: null }]);
    send('Hangup callUUID=U');
    expect(rows).toMatchObject([{ status: '', endTime: null, totalDuration: 0 }]);
    send(`${hangup('no-answer')}&EndTime=2026-11-20 10:00:20&Duration=20`);
    expect(rows).toMatchObject([{ status: 'no-answer', endTime: '2026-11-20 10:00:20', totalDuration: 20 }]);
  });

  test.each([
    ['84951112277', null],
    ['%2b84951112277', null],
    ['4951112277', 2],
    ['%2b7 (495) 111-22-77', 2],
    ['7', 2],
    ['223344', 4],
    ['', 2],
  ])('the customer of "%s" is %s: who has it at either end', (number, id) => {
    const { send, rows } = createCrm('vanilla', [
      { id: 2, number: '74951112277' },
      { id: 4, number: '84951223344' },
    ]);
    send(ring(number));
    expect(rows[0]?.customerId).toBe(id);
  });

  test('where no user has an extension it tells so and ends the call at once', () => {
    const users = [{ id: 1, name: 'admin', extension: '' }];
    const manager = new PbxManager({ users, customers: [], token, mode: 'vanilla', timeZone: 'UTC', now: () => start });
    const params = { callstatus: 'StartApp', callUUID: 'U', callerIdNumber: '555', vtigersignature: token };
    expect(manager.receive(params).body).toBe(`${success}<ConfiguredNumber>empty</ConfiguredNumber></Dial></Response>`);
    const now = '2026-11-20 07:00:00';
    expect(manager.rows).toMatchObject([{ status: 'no-answer', startTime: now, endTime: now }]);
  });
});

describe('its popups', () => {
  test('are everybody’s until somebody answers', () => {
    const { manager, send } = createCrm('vanilla');
    send(ring());
    send(out.replace('=U', '=V'));
    const shownTo = (user: string) => manager.pollIncoming(user).map(({ sourceuuid }) => sourceuuid);
    expect([shownTo('101'), shownTo('102')]).toEqual([['U'], ['U']]);
    send(answer());
    expect([shownTo('101'), shownTo('102')]).toEqual([['U'], []]);
    send(hangup());
    expect(shownTo('101')).toEqual([]);
  });

  test('a ring of more than 300 s is ended by anybody’s poll', () => {
    const { manager, send, clock, statuses } = createCrm('vanilla');
    send(ring());
    clock.now += 301_000;
    expect(manager.pollIncoming('104')).toHaveLength(1);
    expect(statuses()).toEqual([' no-response']);
  });
});

describe('values that begin like JSON', () => {
  test.each(['[]', '[1,2]', '["74951112277"]'])('%s as a number is a server error', (value) => {
    const { send, rows } = createCrm('vanilla');
    expect(send(ring(value))).toEqual({ ...done, status: 500 });
    expect(rows).toEqual([]);
  });

  test('one element is taken for the value, and what is no JSON is lost', () => {
    const { send, statuses } = createCrm('vanilla');
    send(ring());
    send(hangup('["busy"]'));
    expect(statuses()).toEqual([' busy']);
    send(hangup('[no-answer]'));
    expect(statuses()).toEqual([' ']);
  });
});
