import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AmiAction, faultOf } from '../../src/ami/action.ts';

test('an ordinary action is fine', () => {
  expect(faultOf({ Action: 'Originate', Exten: '+79211001011', Variable: { NAME: 'Иван', EMPTY: '' } })).toBeNull();
});

test.each<[string, AmiAction, string]>([
  ['value', { Action: 'Originate', Exten: '100\r\n\r\nAction: Command' }, 'Exten: a line break or NUL in the value'],
  ['lone LF', { Action: 'Originate', Exten: '100\nX: y' }, 'Exten: a line break or NUL in the value'],
  ['NUL', { Action: 'Originate', Exten: '1\u0000' }, 'Exten: a line break or NUL in the value'],
  ['nested value', { Action: 'Originate', Variable: { A: '1\r\nB: 2' } }, 'Variable: a line break or NUL in the value'],
  ['nested name', { Action: 'Originate', Variable: { 'A\r\nB': '1' } }, 'Variable: a line break or NUL in the value'],
  ['header', { Action: 'Ping', 'X: y\r\nAction': 'Z' }, '"X: y\\r\\nAction": not a header\'s name'],
  ['empty header', { Action: 'Ping', ' ': 'Z' }, '" ": not a header\'s name'],
  ['the action itself', { Action: 'Ping\r\n\r\nAction: Originate' }, 'Action: a line break or NUL in the value'],
  ['too long', { Action: 'Ping', X: 'я'.repeat(600) }, 'X: over 1000 bytes'],
])('refused: %s', (_name, action, fault) => {
  expect(faultOf(action)).toBe(fault);
});

test('what is not text is refused, not written as [object Object]', () => {
  expect(faultOf({ Action: 'Ping', X: null } as unknown as AmiAction)).toBe('"X": expected text, got object');
  expect(faultOf({ Action: 'Ping', X: { Y: ['a'] } } as unknown as AmiAction)).toBe('"X": expected text, got object');
  expect(faultOf({ Action: 'Ping', X: 7 } as unknown as AmiAction)).toBe('"X": expected text, got number');
});

test('no line break gets through, wherever it stands', () => {
  const poison = fc
    .tuple(fc.string(), fc.constantFrom('\r', '\n', '\r\n', '\u0000'), fc.string())
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(poison, fc.string({ minLength: 1 }), (text, name) => {
      expect(faultOf({ Action: 'Ping', [`X${name}`]: text })).not.toBeNull();
      expect(faultOf({ Action: 'Ping', [`X${text}`]: name })).not.toBeNull();
      expect(faultOf({ Action: 'Ping', Variable: { [`X${name}`]: text } })).not.toBeNull();
      expect(faultOf({ Action: 'Ping', Variable: { [`X${text}`]: name } })).not.toBeNull();
    }),
  );
});
