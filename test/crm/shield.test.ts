import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSafeExtension, shieldId, shieldNumber, shieldText } from '../../src/crm/shield.ts';

describe('numbers', () => {
  test.each([
    ['84951112233', '84951112233'],
    ['+79211002011', '+79211002011'],
    ['+7 (495) 111-22-33', '+74951112233'],
    ['8.495.111', '8495111'],
    ['030/1234567', '0301234567'],
    ['+49 (0) 30 1234567', '+49301234567'],
    ['8\u00a0495\u2011111', '8495111'],
    ['*98#', '*98#'],
    ['', 'anonymous'],
    ['anonymous', 'anonymous'],
    ['Restricted', 'Restricted'],
    ['+', 'anonymous'],
    ['%', 'anonymous'],
    ['_', 'anonymous'],
    ['[1,2]', '12'],
    ['[]', 'anonymous'],
    ['{"a":1}', 'a1'],
    ["1' OR '1'='1", '1OR11'],
    ['zzz"OR"1"#', 'zzzOR1#'],
    ['<script>alert(1)</script>', 'scriptalert1script'],
    ['84951\r\nX: y', '84951Xy'],
    ['84951\u0000', '84951'],
    ['\u0664\u0662', 'anonymous'],
    ['\u{1f4de}', 'anonymous'],
    ['7'.repeat(10_000), '7'.repeat(32)],
    ['иван', 'anonymous'],
    ['john.doe-1', 'john.doe-1'],
  ])('%j becomes %j', (value, expected) => {
    expect(shieldNumber(value)).toBe(expected);
  });

  test('nothing that means anything to SQL, LIKE, JSON or HTML ever passes', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('%', "' or 1=1 --", '["a"]', '\\', '`x`'),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        expect(shieldNumber(value)).toMatch(/^[0-9A-Za-z+*#.-]{1,32}$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('texts', () => {
  test.each([
    ['ООО «Ромашка», Event: Hangup; <Ёж> "q" \\ 100%', 'ООО Ромашка, Event: Hangup; Ёж q 100'],
    ['[Sales]', 'Sales'],
    ['हिन्दी नाम', 'हिन्दी नाम'],
    ['  a \t\r\n b  ', 'a b'],
    ['\u{1f600}x\u{20000}', 'x'],
    ['', ''],
    ['abcdef ghi', 'abcdef'],
  ])('%j becomes %j', (value, expected) => {
    expect(shieldText(value, value === 'abcdef ghi' ? 7 : 50)).toBe(expected);
  });

  test('no quote, backslash, percent, underscore, angle, bracket or brace ever passes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
        const text = shieldText(value, 50);
        expect(text).not.toMatch(/['"`\\%_<>[\]{}&\p{C}]/u);
        expect(text.length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 1000 },
    );
  });
});

test('ids keep what tells calls apart and nothing else', () => {
  expect(shieldId('pbx1-1795214172.4')).toBe('pbx1-1795214172.4');
  expect(shieldId('офис-1795214172.4')).toBe('u43eu444u438u441-1795214172.4');
  expect(shieldId('склад-1795214172.4')).not.toBe(shieldId('офиса-1795214172.4'));
  expect(shieldId("a'; b")).toBe('au27u3bu20b');
  expect(shieldId(`a'b${'x'.repeat(100)}1.2`)).toBe(`${'x'.repeat(61)}1.2`);
});

test.each([
  ['101', true],
  ['ivan.petrov', true],
  ["1'", false],
  ['a_b', true],
  ['', false],
  ['x'.repeat(33), false],
])('extension %j may go out: %s', (value, safe) => {
  expect(isSafeExtension(value)).toBe(safe);
});
