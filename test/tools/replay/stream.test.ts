import { expect, test } from 'vitest';
import { cutPackets, headerOf } from '../../../src/tools/replay/stream.ts';

const cut = (text: string) => {
  const { packets, rest } = cutPackets(Buffer.from(text, 'latin1'));
  return { packets: packets.map((packet) => packet.text), rest };
};

test.each([
  ['as Asterisk sends it', '\r\n'],
  ['with the line ends of Unix', '\n'],
  ['as a terminal’s recording has it', '\r\r\n'],
])('packets %s', (_, end) => {
  const lines = ['Event: A', 'X: 1', '', 'Event: B', '', ''];
  expect(cut(lines.join(end))).toEqual({ packets: [`Event: A${end.slice(-1)}X: 1`, 'Event: B'], rest: '' });
});

test('each ends where its empty line does, so that its time can be found', () => {
  const { packets } = cutPackets(Buffer.from('Event: A\r\n\r\nEvent: B\r\n\r\n\r\n'));
  expect(packets.map(({ end }) => end)).toEqual([12, 26]);
});

test.each([20, 33, 100, 1000])('in windows of %i bytes as in one', (window) => {
  const lines = [
    'Asterisk Call Manager/11.0.0\r\nEvent: A\r\nX: 1',
    'Event: B\r\r\n',
    'y'.repeat(90),
    'Event: C',
    'Ev',
  ];
  const bytes = Buffer.from(lines.join('\r\n\r\n'));
  expect(cutPackets(bytes, () => true, window)).toEqual(cutPackets(bytes));
  expect(cutPackets(bytes)).toMatchObject({ events: 3, rest: 'Ev' });
});

test('only what is wanted, the first and the last', () => {
  const bytes = Buffer.from('Event: A\n\nEvent: B\n\nEvent: C\n\nEvent: D\n\nEvent: E\n\n');
  const { packets, events } = cutPackets(bytes, ({ text }) => text === 'Event: C');
  expect(packets.map(({ text, end }) => [text, end])).toEqual([
    ['Event: A', 10],
    ['Event: C', 30],
    ['Event: E', 50],
  ]);
  expect(events).toBe(5);
});

test.each([
  ['the greeting', 'Asterisk Call Manager/11.0.0\r\nEvent: A\r\n\r\n'],
  [
    'telnet’s words and the greeting',
    "Trying 127.0.0.1...\nConnected to localhost.\nEscape character is '^]'.\nAsterisk Call Manager/2.10.4\r\nEvent: A\r\n\r\n",
  ],
])('%s is no part of the first packet', (_, text) => {
  expect(cut(text)).toEqual({ packets: ['Event: A'], rest: '' });
});

test('half a packet at the beginning stays one, half a packet at the end is none', () => {
  expect(cut('nel: x\r\nUniqueid: 1.1\r\n\r\nEvent: A\r\n\r\nEvent: Hang')).toEqual({
    packets: ['nel: x\nUniqueid: 1.1', 'Event: A'],
    rest: 'Event: Hang',
  });
});

test('nothing, and nothing but a greeting', () => {
  expect(cut('')).toEqual({ packets: [], rest: '' });
  expect(cut('Asterisk Call Manager/11.0.0\r\n')).toEqual({ packets: [], rest: '' });
});

test('a header’s value', () => {
  const packet = { text: 'Event: A\nUniqueid: 1.1\nDestUniqueid: 1.2', end: 0 };
  expect(headerOf(packet, 'Uniqueid')).toBe('1.1');
  expect(headerOf(packet, 'Linkedid')).toBe('');
});
