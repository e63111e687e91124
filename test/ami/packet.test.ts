import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toPacket } from '../../src/ami/packet.ts';

/** As asterisk-manager 0.2.0 builds a packet (lib/ami.js, ManagerReader), for names that it has no special case for. */
function asTheModuleMakesIt(headers: [string, string][]): object {
  const item: Record<string, unknown> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key in item) item[key] = Array.isArray(item[key]) ? [...item[key], value] : [item[key], value];
    else item[key] = value;
  }
  return item;
}

describe('toPacket', () => {
  test('takes what Asterisk says, with <unknown> as nothing', () => {
    const packet = toPacket({ event: 'Newchannel', calleridname: '<unknown>', exten: '101' });
    expect(packet && Object.fromEntries(packet)).toEqual({ event: 'Newchannel', calleridname: '', exten: '101' });
  });

  test('a repeated header: the first stands', () => {
    expect(toPacket({ state: ['CallIDChange', 'other'] })?.get('state')).toBe('CallIDChange');
  });

  test('a VarSet names its variable, an assignment stays one', () => {
    expect(toPacket({ variable: { MIXMONITOR_FILENAME: '' } })?.get('variable')).toBe('MIXMONITOR_FILENAME');
    expect(toPacket({ chanvariable: { A: '1', B: '2' } })?.get('chanvariable')).toBe('A=1');
    expect(toPacket({ variable: {} })).toBeNull();
  });

  test('a header without a space after its colon', () => {
    expect(toPacket({ 'accountcode:': '' })?.get('accountcode')).toBe('');
  });

  test('headers named like Object.prototype harm neither the packet nor the others', () => {
    const raw = asTheModuleMakesIt([
      ['Event', 'Hangup'],
      ['Constructor', 'c'],
      ['__proto__', 'p'],
      ['Length', '7'],
      ['toString', 't'],
    ]);
    const packet = toPacket(raw);
    expect(packet?.get('event')).toBe('Hangup');
    expect(packet?.get('constructor')).toBe('c');
    expect(packet?.get('length')).toBe('7');
    expect(packet?.get('map')).toBeUndefined();
    expect([...(packet?.keys() ?? [])].sort()).toEqual(['constructor', 'event', 'length', 'tostring']);
    expect(({} as Record<string, unknown>)['p']).toBeUndefined();
  });

  test('nothing in it', () => {
    for (const raw of [null, undefined, 7, 'text', {}, [], { a: 1, b: null, c: undefined, d: [], e: [3] }])
      expect(toPacket(raw)).toBeNull();
  });

  test('never throws, and holds strings only', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.anything())), (raw) => {
        const packet = toPacket(raw);
        for (const [key, value] of packet ?? []) {
          expect(typeof key).toBe('string');
          expect(typeof value).toBe('string');
        }
      }),
    );
  });
});
