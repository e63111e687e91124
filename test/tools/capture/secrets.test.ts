import { expect, test } from 'vitest';
import { createSecretRemover } from '../../../src/tools/capture/secrets.ts';

/** A packet through the remover; `known`: secrets of the settings. */
function clean(packet: readonly (readonly [string, string])[], known: readonly string[] = []): string[] {
  const remove = createSecretRemover(known);
  return packet.map(([header, value]) => remove(header, value));
}

test.each([
  ['Secret', 'abc'],
  ['Password', 'abc'],
  ['Challenge', '123456'],
  ['Authorization', 'Basic abc'],
  ['PIN', '1234'],
])('a header that is called %s', (header, value) => {
  expect(clean([[header, value]])).toEqual(['***']);
});

test.each([
  [
    ['Variable', 'DB_PASSWORD'],
    ['Value', 'abc'],
  ],
  [
    ['Application', 'Authenticate'],
    ['AppData', '1234,,6'],
  ],
  [
    ['Application', 'DISA'],
    ['AppData', '1234,internal'],
  ],
] as const)('%j and what follows it', (first, second) => {
  expect(clean([first, second])).toEqual([first[1], '***']);
  // The next packet's value is its own.
  expect(clean([first, second, ['Variable', 'X'], ['Value', 'abc']]).at(-1)).toBe('abc');
});

test.each([
  ['Set', 'SIP_SECRET=abc', 'SIP_SECRET=***'],
  ['Set', 'API_TOKEN()=abc', 'API_TOKEN()=***'],
  ['System', 'curl "http://u:pw@crm/x?a=1&token=abc&b=2"', 'curl "http://u:***@crm/x?a=1&token=***&b=2"'],
  ['Set', 'H=Authorization: Bearer abc', 'H=Authorization: Bearer ***'],
  ['Dial', 'PJSIP/101/sip:101:pw@10.0.0.5,20', 'PJSIP/101/sip:101:***@10.0.0.5,20'],
])('%s(%s)', (application, written, shown) => {
  expect(
    clean([
      ['Application', application],
      ['AppData', written],
    ]),
  ).toEqual([application, shown]);
});

test('the settings’ own secrets, as whole words', () => {
  const known = ['abracadabra', 'пароль', '12', ''];
  const text = Buffer.from('x=abracadabra; abracadabras пароль 12').toString('latin1');
  const [shown = ''] = clean([['AppData', text]], known);
  expect(Buffer.from(shown, 'latin1').toString()).toBe('x=***; abracadabras *** 12');
});

test.each([
  ['Channel', 'PJSIP/101-0000001e'],
  ['Ping', 'Pong'],
  ['Value', ''],
  ['AppData', 'PJSIP/101,20,tTkK'],
  ['AppData', 'mapping=shopping'],
])('%s: %s stays', (header, value) => {
  expect(clean([[header, value]])).toEqual([value]);
});
