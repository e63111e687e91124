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
