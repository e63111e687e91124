import { expect, test } from 'vitest';
import { variableParams } from '../../src/crm/variable-params.ts';

test.each([
  ['A_17', 'A_17'],
  ['john_doe@firm.com', 'john_doe@firm.com'],
  ['a=b&c', 'a=b&c'],
  ['50%', '50%'],
  ['a{1}[2]', 'a{1}[2]'],
  ['https://x.y/?a=1;b#c', 'https://x.y/?a=1;b#c'],
  ['हिन्दी नाम', 'हिन्दी नाम'],
  ['a  b', 'a  b'],
  [' [1,2]', '1,2]'],
  ['{"a":1}', 'a:1}'],
  ['x\' OR "1"=\\`1', 'x OR 1=1'],
  ['<b>\u0000\u001bz</b>', 'bz/b'],
  ['a\r\nb\u{1f600}\ud800', 'a  b'],
  ['', ''],
  ['x'.repeat(300), 'x'.repeat(200)],
])('the variable %j is sent as %j', (value, sent) => {
  expect(variableParams({ ORDER: value })).toEqual({ ORDER: sent });
});
