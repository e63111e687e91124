import { expect, test } from 'vitest';
import { parse } from '../../../src/tools/replay/parse.ts';

const raw = (...texts: string[]) =>
  texts.map((text) => ({ text: Buffer.from(text, 'utf8').toString('latin1'), end: text.length }));

test('packets are read as in service, each with its place', () => {
  const parsed = parse(raw('Event: Hangup\r\r\nUniqueid: 1', 'CallerIDName', 'Event: Newstate\nCallerIDName: Иван'));
  expect(parsed).toEqual([
    {
      index: 0,
      packet: new Map([
        ['event', 'Hangup'],
        ['uniqueid', '1'],
      ]),
    },
    { index: 1, packet: new Map([['calleridname', '']]) },
    {
      index: 2,
      packet: new Map([
        ['event', 'Newstate'],
        ['calleridname', 'Иван'],
      ]),
    },
  ]);
});

test('one that the connector would not read on from is not read here either', () => {
  expect(() => parse(raw('Event: Hangup', `X: ${'y'.repeat(2 ** 21)}`))).toThrow(
    'over 1048576 bytes without the end of a packet',
  );
});
