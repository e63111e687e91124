import { describe, expect, test } from 'vitest';
import { createNumberMask } from '../../src/numbers/mask.ts';

const mask = createNumberMask((digits) => /^\d{2,4}$/.test(digits) || digits === '5550123');

describe('numbers are covered, however they are written', () => {
  test.each([
    ['79211234567', '7xxxxxxxx67'],
    ['+7 (921) 123-45-67', '+7 (xxx) xxx-xx-67'],
    ['8-921-123-45-67 and 2345678', '8-xxx-xxx-xx-67 and 2xxxx78'],
    ['click-to-call 101 -> 79211234567: not placed', 'click-to-call 101 -> 7xxxxxxxx67: not placed'],
    ['GET /1/79211234567 404 0 ms', 'GET /1/7xxxxxxxx67 404 0 ms'],
    ['8 921 123 45 67, 12 34', '8 xxx xxx xx 67, 12 34'],
    ['sip:79211234567@10.0.0.5', 'sip:7xxxxxxxx67@10.0.0.5'],
    ['Local/79211234567@from-internal-0000001a;2', 'Local/7xxxxxxxx67@from-internal-0000001a;2'],
    ['PJSIP/79211234567-0000012a hung up', 'PJSIP/7xxxxxxxx67-0000012a hung up'],
    ['٠٧٩٢١١٢٣٤٥٦', '٠xxxxxxxx٥٦'],
    [
      '/monitor/IN_21112026_01-36_79211001011_74951112233.wav',
      '/monitor/IN_2xxxxx26_01-36_7xxxxxxxx11_7xxxxxxxx33.wav',
    ],
  ])('%s', (text, expected) => expect(mask(text)).toBe(expected));
});

describe('what is none is left', () => {
  test.each([
    'call 1724931234.55 101 inbound rang',
    'PJSIP/101-0000002a (1724931234.77)',
    'AMI link up: vtiger at 192.168.100.101:5038',
    'its calls are taken for ended at 2026-11-21T17:48:00.123Z',
    'bridge 3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    'recording waiting -> ready (804412 bytes)',
    '5550123',
  ])('%s', (text) => expect(mask(text)).toBe(text));
});

test('an id of a call that looks like a number is left where it is said which it is', () => {
  expect(mask('call pbx-17249312.555 of 79211234567', { kept: 'pbx-17249312.555' })).toBe(
    'call pbx-17249312.555 of 7xxxxxxxx67',
  );
  expect(mask('call pbx-17249312.555 of 79211234567')).not.toContain('17249312.555');
});

test('what is known to be a number is covered also if it is short, but not an extension', () => {
  const number = { isNumber: true };
  expect([mask('501234', number), mask('50123', number), mask('101', number), mask('', number)]).toEqual([
    ...['5xxx34', '5xx23', '101', ''],
  ]);
  expect(mask('79211234567', number)).toBe('7xxxxxxxx67');
});

test('a pattern that fits everything leaves no long number', () => {
  const lax = createNumberMask(() => true);
  expect([lax('79211234567'), lax('2345678')]).toEqual(['7xxxxxxxx67', '2345678']);
});
