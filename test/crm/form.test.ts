import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formOf } from '../../src/crm/form.ts';

/** Any text that JavaScript can hold, with halves of pairs among it. */
const units = fc
  .array(fc.oneof(fc.nat(0x2ff), fc.nat(0xffff), fc.integer({ min: 0xd700, max: 0xe0ff })), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));
const text = fc.oneof(units, fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', 'a b', '+7495', "!'()~*"));

describe('a form', () => {
  test('is what URLSearchParams makes of it', () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (params) => {
        // As pairs: of a record it makes one of two names that differ in what cannot be read.
        expect(formOf(params)).toBe(new URLSearchParams(Object.entries(params)).toString());
      }),
      { numRuns: 2_000 },
    );
  });

  test('so is each single sign, and each half of a pair', () => {
    for (let code = 0; code < 0x10000; code += 1) {
      const params = { sign: `a${String.fromCharCode(code)}b` };
      const form = formOf(params);
      if (form !== new URLSearchParams(params).toString()) expect.fail(`U+${code.toString(16)}: ${form}`);
    }
    for (const sign of ['\u{10000}', '😀', '\u{10ffff}', '\ude00\ud83d', 'x\ud83d'])
      expect(formOf({ sign })).toBe(new URLSearchParams({ sign }).toString());
  });
});
