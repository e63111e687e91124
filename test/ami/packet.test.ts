import { describe, expect, test } from 'vitest';
import { packetOf } from '../../src/ami/packet.ts';

const packet = (...lines: string[]) => {
  const text = `before\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\nAfter: it\r\n`;
  return packetOf(text, 'before\r\n'.length, text.indexOf('After'));
};
const headers = (...lines: string[]) => Object.fromEntries(packet(...lines) ?? []);

describe('a packet', () => {
  test('is what Asterisk says, with <unknown> as nothing', () => {
    expect(headers('Event: Newchannel', 'CallerIDName: <unknown>', 'Exten: 101')).toEqual({
      event: 'Newchannel',
      calleridname: '',
      exten: '101',
    });
  });

  test('has the first value of a repeated header', () => {
    expect(headers('State: CallIDChange', 'State: other', 'State: ')).toEqual({ state: 'CallIDChange' });
  });

  test('has a value whole, with whatever colons, blanks and signs are in it', () => {
    expect(headers('AppData: a: b=c ', 'Variable: NAME', 'ChanVariable: A=B=1', 'Empty: ')).toEqual({
      appdata: 'a: b=c ',
      variable: 'NAME',
      chanvariable: 'A=B=1',
      empty: '',
    });
  });

  test('has lines without a colon, or without a blank behind it, as names alone', () => {
    expect(headers('AccountCode:', 'NoColonAtAll', 'Key:value', ' Blanks : around', 'Last: one')).toEqual({
      accountcode: '',
      nocolonatall: '',
      'key:value': '',
      blanks: 'around',
      last: 'one',
    });
  });

  test('may end its lines in LF alone, and keeps a CR that ends none', () => {
    const text = 'A: 1\nB: 2\r\nC: \r3\n\n';
    expect(Object.fromEntries(packetOf(text, 0, text.length) ?? [])).toEqual({ a: '1', b: '2', c: '\r3' });
    expect(Object.fromEntries(packetOf('A: 1\r\nB: 2', 0, 10) ?? [])).toEqual({ a: '1', b: '2' });
  });

  test('does not have the greeting that comes before it', () => {
    const greeting = 'Asterisk Call Manager/9.0.0';
    expect(headers(greeting, greeting, 'Response: Success', greeting)).toEqual({
      response: 'Success',
      'asterisk call manager/9.0.0': '',
    });
    expect(packet(greeting)).toBeNull();
    expect(packet()).toBeNull();
  });

  test('is not harmed by headers named like what every object has', () => {
    const found = packet('Event: Hangup', 'Constructor: c', '__proto__: p', 'Length: 7', 'toString: t');
    expect([...(found ?? [])]).toEqual([
      ['event', 'Hangup'],
      ['constructor', 'c'],
      ['__proto__', 'p'],
      ['length', '7'],
      ['tostring', 't'],
    ]);
    expect(({} as Record<string, unknown>)['p']).toBeUndefined();
  });

  test('may have names that no other packet has, any number and of any length', () => {
    const names = Array.from({ length: 3_000 }, (_, n) => `Name-${n}`);
    const long = 'X'.repeat(100);
    const found = packet(...names.map((name) => `${name}: ${name}`), `${long}: 1`);
    for (const name of names) expect(found?.get(name.toLowerCase())).toBe(name);
    expect(found?.get(long.toLowerCase())).toBe('1');
    expect(headers('Name-7: again')).toEqual({ 'name-7': 'again' });
  });
});
