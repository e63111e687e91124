import { expect, test } from 'vitest';
import { createMask } from '../../../src/tools/replay/mask.ts';

const isOwn = (digits: string) => digits === '74951112233' || /^[0-9]{2,4}$/.test(digits);

test.each([
  ['Newchannel provider-1e from 79211014011 to 74951112233', 'Newchannel provider-1e from 7xxxxxxxx11 to 74951112233'],
  ['callerIdNumber=+79211014011', 'callerIdNumber=+7xxxxxxxx11'],
  ['IN_21112026_01-38_79211014011_74951112233.wav', 'IN_2xxxxx26_01-38_7xxxxxxxx11_74951112233.wav'],
  ['Local/79211014011@internal-3;1', 'Local/7xxxxxxxx11@internal-3;1'],
  ['call 1795214316.48 (also pbx-1795214316.49) at 2026-11-20 22:38:36', null],
  ['101 and 102, 5000 bytes, c2c-mb3k9x-1a2b3c4d', null],
])('%s', (text, masked) => {
  expect(createMask([], isOwn)(text)).toBe(masked ?? text);
});

test('a customer’s short number, which only the call tells', () => {
  const mask = createMask(['112233', '*101', '101', ''], isOwn);
  expect(mask('112233 *101 101 1122334')).toBe('1xxx33 *xx1 101 1xxxx34');
});

test('one number is always masked alike, two never', () => {
  const mask = createMask([], isOwn);
  const numbers = ['79211014011', '79211024011', '79211034011'];
  const masked = numbers.map(mask);
  expect(masked).toEqual(['7xxxxxxxx11', '7xxxxxxxa11', '7xxxxxxxb11']);
  expect(numbers.map(mask)).toEqual(masked);
});
