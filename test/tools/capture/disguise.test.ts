import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDisguise } from '../../../src/tools/capture/disguise.ts';

const isOwn = (digits: string) => /^\d{2,4}$/.test(digits);
const disguise = () => createDisguise({ isOwn, key: Buffer.from('a key of the test') });

test('a number is the same number however it is written, and as long as it was', () => {
  const one = disguise();
  const [, shown = ''] = /^7921(\d{7})$/.exec(one('CallerIDNum', '79211014011')) ?? [];
  expect(shown).toHaveLength(7);
  expect(shown).not.toBe('1014011');
  expect(one('CallerIDNum', '+79211014011')).toBe(`+7921${shown}`);
  expect(one('Exten', '89211014011')).toBe(`8921${shown}`);
  expect(one('Source', '1014011')).toBe(shown);
  expect(one('CallerID', '"" <79211014011>')).toBe(`"" <7921${shown}>`);
  expect(one('Value', '+7 (921) 101-40-11').replace(/\D/g, '')).toBe(`7921${shown}`);
  expect(one('Value', '+7 (921) 101-40-11')).toMatch(/^\+7 \(921\) \d{3}-\d\d-\d\d$/);
  expect(one('Channel', 'Local/79211014011@from-internal-00000003;1')).toBe(
    `Local/7921${shown}@from-internal-00000003;1`,
  );
  expect(one('AppData', '/monitor/in-79211014011.wav,b')).toBe(`/monitor/in-7921${shown}.wav,b`);
});

test('two numbers stay two, and each capture has disguises of its own', () => {
  const one = disguise();
  const shown = new Set(Array.from({ length: 2000 }, (_, index) => one('CallerIDNum', `7921${1_000_000 + index}`)));
  expect(shown.size).toBe(2000);
  const [first, second] = [createDisguise({ isOwn }), createDisguise({ isOwn })];
  expect(first('CallerIDNum', '79211014011')).not.toBe(second('CallerIDNum', '79211014011'));
});

test.each([
  ['Channel', 'PJSIP/101-00000030'],
  ['Channel', 'PJSIP/provider-0000001e'],
  ['Channel', 'Local/104@internal-12345678;2'],
  ['Uniqueid', '1795214316.48'],
  ['AppData', 'MASTER=1795214316.48'],
  ['BridgeUniqueid', '12345678-1234-1234-1234-123456789012'],
  ['Value', '12345678-1234-1234-1234-123456789012'],
  ['CallerIDNum', '101'],
  ['Exten', '*8101'],
  ['StartTime', '2026-11-21 01:44:41'],
  ['Value', '2026-11-21 01:44:41'],
  ['Port', '1234567'],
  ['Value', '192.168.100.200'],
  ['CallerIDName', '<unknown>'],
  ['CallerIDName', 'Anonymous'],
  ['Value', ''],
])('%s: %s stays, or the calls could not be told', (header, value) => {
  expect(disguise()(header, value)).toBe(value);
});

test('a short number outside, and a file made of several', () => {
  const one = disguise();
  expect(one('CallerIDNum', '112233')).toMatch(/^(?!112233)[1-9]\d{5}$/);
  expect(one('Value', 'x-7921101401174951112233.wav')).not.toMatch(/1014011|1112233|7921101/);
});

test('names, each always the same', () => {
  const one = disguise();
  expect(one('CallerIDName', 'Ivan Petrov')).toBe('Name 1');
  expect(one('ConnectedLineName', 'Anna')).toBe('Name 2');
  expect(one('CallerID', '"Ivan Petrov" <101>')).toBe('"Name 1" <101>');
  expect(one('AppData', 'call of Ivan Petrov to 101')).toBe('call of Name 1 to 101');
  expect(one('CallerIDName', '79211014011')).toMatch(/^7921(?!1014011)/);
  // An account's name is in each event of its channel, and must be the same in all.
  expect(one('Channel', 'PJSIP/Anna-0000001e')).toBe('PJSIP/Anna-0000001e');
});

test('no seven digits of a number come through, whatever stands around them', () => {
  const around = fc.string({
    unit: fc.constantFrom('a', 'Z', ' ', '-', '/', '@', '"', '<', '>', ';', '_', '(', ')', '+', '.'),
  });
  fc.assert(
    fc.property(around, around, fc.integer({ min: 2_000_000, max: 9_999_999 }), (before, after, last) => {
      const value = `${before}7921${last}${after}`;
      expect(disguise()('AppData', value)).not.toContain(String(last));
    }),
  );
});
