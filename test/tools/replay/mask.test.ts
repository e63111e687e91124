import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptWords } from '../../../src/tools/replay/kept-words.ts';
import { createMask, type Shown } from '../../../src/tools/replay/mask.ts';

const isOwn = (digits: string) => digits === '74951112233' || /^[0-9]{2,4}$/.test(digits);
const maskWith = (more: Partial<Shown> = {}) => createMask({ known: [], isOwn, kept: new Set(), ...more });

test.each([
  ['Newchannel provider-1e from 79211014011 to 74951112233', 'Newchannel provider-1e from 7xxxxxxxx11 to 74951112233'],
  ['callerIdNumber=+79211014011', 'callerIdNumber=+7xxxxxxxx11'],
  ['line +74951112233', null],
  ['Local/79211014011@internal-3;1', 'Local/7xxxxxxxx11@internal-3;1'],
  ['101 and 102, 5000 bytes, after 4.0 s', null],
])('%s', (text, masked) => {
  expect(maskWith()(text)).toBe(masked ?? text);
});

describe('a number in whatever it is hidden', () => {
  test.each([
    'out79211001011.wav',
    '79211001011.1795214172.wav',
    '79211001011ivanov.wav',
    'rec_+7 921 100-10-11.wav',
    'q-79211001011.wav',
    'OUT_101_7_921_100_10_11',
    '8 (921) 100.10.11',
    'x9211001011x',
    'tel:+7(921)1001011;ext=5',
    '٧٩٢١١٠٠١٠١١',
  ])('%s', (text) => {
    expect(maskWith()(text)).not.toMatch(/921|100|\p{Nd}{3}/u);
  });

  test('no text with seven digits or more in a row keeps four of them', () => {
    const word = fc.stringMatching(/^[A-Za-z_.;@/=: -]{0,6}$/);
    const number = fc.stringMatching(/^[1-9][0-9]{6,14}$/);
    fc.assert(
      fc.property(word, number, word, (before, digits, after) => {
        fc.pre(digits !== '74951112233');
        expect(maskWith()(`${before}${digits}${after}`)).not.toMatch(/[0-9]{4}/);
      }),
    );
  });
});

test('ids and channels of the recording are left, others are not', () => {
  const packet = new Map([
    ['channel', 'PJSIP/1001-0000012a'],
    ['destchannel', 'Local/79211014011@office-00000003;1'],
    ['uniqueid', '1795214316.48'],
    ['linkedid', 'pbx-1795214316.49'],
    ['destuniqueid', 'c2c-mb3k9x-12345678'],
    ['actionid', 'call-79211014011'],
  ]);
  const kept = keptWords([packet]);
  expect([...kept]).toEqual([
    'PJSIP/1001-0000012a',
    '1001-12a',
    '1795214316.48',
    'pbx-1795214316.49',
    'c2c-mb3k9x-12345678',
  ]);
  const mask = maskWith({ kept });
  const harmless = 'call 1795214316.48 (also pbx-1795214316.49, c2c-mb3k9x-12345678): 1001-12a, PJSIP/1001-0000012a';
  expect(mask(harmless)).toBe(harmless);
  expect(mask('1795214316.48.wav 1795214999.48')).not.toContain('17952');
});

test('a customer’s short number, which only the call tells', () => {
  const mask = maskWith({ known: ['112233', '*101', '101', ''] });
  expect(mask('112233 called: *101 101, 1122334')).toBe('1xxx33 called: *xx1 101, 1xxxx34');
});

test('one number is always masked alike, however written, and two never', () => {
  const mask = maskWith();
  const numbers = ['79211014011', '79211024011', '79211034011'];
  const masked = numbers.map(mask);
  expect(masked).toEqual(['7xxxxxxxx11', '7xxxxxxxa11', '7xxxxxxxb11']);
  expect([...numbers, '7 (921) 101-40-11'].map(mask)).toEqual([...masked, '7xxxxxxxx11']);
});
