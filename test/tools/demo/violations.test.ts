import { describe, expect, test } from 'vitest';
import { paramsOf } from '../../doubles/crm-sequences.ts';
import { answer, begin, createCrm, done, end, hangup } from './crm-office.ts';

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

describe("against vTiger's own PBXManager", () => {
  const ring = 'StartApp callUUID=U&callerIdNumber=84951112277&channel=SIP/trunk-1&StartTime=NOW';
  const answered = 'DialAnswer callUUID=U&callerid1=84951112277&callerid2=101';
  const ended = 'EndCall callUUID=U&starttime=NOW&endtime=NOW&duration=60&billableseconds=50';
  const recorded = 'Record callUUID=U&recordinglink=http://pbx/?id=1';
  const over = 'Hangup callUUID=U&causetxt=completed';

  const dangersOf = (...queries: string[]) => {
    const { manager, send } = createCrm('vanilla');
    for (const query of queries) send(query);
    return manager.violations.map(({ parameter, danger }) => `${parameter}: ${danger}`);
  };

  test('a whole call is none, nor is a second answer, nor what comes late', () => {
    expect(dangersOf(ring, answered, answered.replace('101', '102'), ended, over, recorded, ended, over)).toEqual([]);
    const out = ring.replace('84951112277', '101&callerIdName=84951112277').replace('SIP/trunk', 'SIP/101');
    expect(dangersOf(out, 'DialAnswer callUUID=U&callerid1=101&callerid2=84951112277', over)).toEqual([]);
  });

  test('a call that waits for more than 300 s may ring and be answered again', () => {
    const { manager, clock, send, statuses } = createCrm('vanilla');
    send(ring);
    clock.now += 301_000;
    manager.pollIncoming('101');
    expect(statuses()).toEqual([' no-response']);
    send(ended.replaceAll('NOW', '2026-11-20 10:05:01'));
    send(over.replace('completed', 'ringing'));
    expect(manager.pollIncoming('102')).toMatchObject([{ status: 'ringing' }]);
    clock.now += 301_000;
    manager.pollIncoming('101');
    send(answered);
    expect(statuses()).toEqual(['101 in-progress']);
    expect(manager.violations).toEqual([]);
  });

  test.each([
    ['callUUID: a second StartApp makes a second row', [ring, ring]],
    ['callUUID: a second StartApp makes a second row', [ring, over, ring]],
    ['callUUID: a row that nothing can ever close', [ring.replace('callUUID=U', '')]],
    ['callUUID: a row that is not found again', [ring.replace('=U', '=U%26x')]],
    ['StartTime: a row without a start has rung since 1970', [ring.replace('&StartTime=NOW', '')]],
    ['callstatus: vTiger knows no DialBegin', ['DialBegin callUUID=U&callerIdNumber=8&dialString=101']],
    ['callstatus: no callback that vTiger knows', [ring, 'Bridge callUUID=U']],
    ['callstatus: an answer after the end opens the row again', [ring, over, answered]],
    ['callerid2: an unknown user leaves the record to nobody', [ring, answered.replace('101', '999')]],
    ['causetxt: a row without a status', [ring, 'Hangup callUUID=U']],
    ['causetxt: a hangup that opens the row again', [ring, over, over.replace('completed', 'ringing')]],
    ...[answered, ended, recorded, over].map((query) => ['callUUID: nobody has started this call', [query]] as const),
  ] as const)('%s', (danger, queries) => {
    expect(dangersOf(...queries)).toEqual([danger]);
  });

  test('a value that would have been an injection or JSON is one here as well', () => {
    expect(dangersOf(ring.replace('84951112277', "1' OR '1'='1"))).toEqual([expect.stringContaining('SQL')]);
    expect(dangersOf(ring.replace('84951112277', '[1]'))).toEqual([expect.stringContaining('JSON')]);
    expect(dangersOf(ring.replace('84951112277', ''))).toEqual([expect.stringContaining('first customer')]);
  });

  test('a question without a call is none', () => {
    expect(dangersOf('ConnectorProbe ')).toEqual([]);
  });
});
