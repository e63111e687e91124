import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowsOf, isPcap, isPcapNg } from '../../../src/tools/replay/pcap.ts';
import { pcapOf, type Sent, type Shape } from './pcap-file.ts';

const text = (bytes: Buffer) =>
  flowsOf(bytes).map(({ pieces }) => pieces.map((piece) => piece.bytes.toString()).join(''));

const hello: Sent[] = [
  { ms: 1_700_000_000_123, sequence: 100, text: 'Event: A\r\n' },
  { ms: 1_700_000_000_456, sequence: 110, text: '\r\n' },
];

describe('a flow is put together', () => {
  test.each<[string, Shape]>([
    ['Ethernet', {}],
    ['of either byte order', { bigEndian: true }],
    ['with nanoseconds', { nanoseconds: true }],
    ['BSD’s loopback', { link: 0 }],
    ['bare IP', { link: 101 }],
    ['of any interface', { link: 113 }],
    ['of any interface, version 2', { link: 276 }],
  ])('%s', (_, shape) => {
    const [flow] = flowsOf(pcapOf(hello, shape));
    expect(flow?.name).toBe('127.0.0.1:5038 -> 127.0.0.1:40000');
    expect(flow?.missing).toBe(0);
    expect(flow?.pieces.map(({ ms, bytes }) => [ms, bytes.toString()])).toEqual([
      [1_700_000_000_123, 'Event: A\r\n'],
      [1_700_000_000_456, '\r\n'],
    ]);
  });

  test('IPv6', () => {
    const [flow] = flowsOf(pcapOf(hello.map((sent) => ({ ...sent, v6: true }))));
    expect(flow?.name).toContain(':0001]:5038 -> [');
    expect(flow?.pieces).toHaveLength(2);
  });

  test('each direction and each client is one of its own', () => {
    const login = { ms: 1, sequence: 5, text: 'Action: Login', from: 40000, to: 5038 };
    expect(text(pcapOf([...hello, login, { ms: 2, sequence: 7, text: 'Event: B', to: 40001 }]))).toEqual([
      'Event: A\r\n\r\n',
      'Action: Login',
      'Event: B',
    ]);
  });

  test('segments out of turn, twice, overlapping, and over the end of the numbers', () => {
    const near = 2 ** 32 - 4;
    const sent = [
      { ms: 1, sequence: near, text: 'abcd' },
      { ms: 2, sequence: near + 8, text: 'ijkl' },
      { ms: 3, sequence: near + 4, text: 'efgh' },
      { ms: 4, sequence: near + 4, text: 'efghij' },
    ];
    expect(text(pcapOf(sent))).toEqual(['abcdefghijkl']);
  });

  test('what tcpdump did not see is counted', () => {
    const [flow] = flowsOf(pcapOf([hello[0] as Sent, { ms: 2, sequence: 117, text: 'x' }]));
    expect(flow?.missing).toBe(7);
  });
});

test('files are told apart by their first bytes', () => {
  expect([pcapOf([]), pcapOf([], { bigEndian: true, nanoseconds: true })].map(isPcap)).toEqual([true, true]);
  expect(isPcap(Buffer.from('Asterisk Call Manager/11.0.0\r\n'))).toBe(false);
  expect(isPcap(pcapOf([]).subarray(0, 10))).toBe(false);
  expect(isPcapNg(Buffer.from('0a0d0d0a1c000000', 'hex'))).toBe(true);
  expect(isPcapNg(Buffer.from('Event: A'))).toBe(false);
});

test('other protocols and unknown interfaces are let be', () => {
  const udp = pcapOf(hello);
  udp[24 + 16 + 14 + 9] = 17;
  expect(text(udp)).toEqual(['\r\n']);
  expect(flowsOf(pcapOf(hello, { link: 147 }))).toEqual([]);
});

test('a damaged file never throws', () => {
  fc.assert(
    fc.property(fc.nat({ max: 200 }), fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 200 }), (at, junk, cut) => {
      const file = pcapOf(hello);
      file.set(junk.subarray(0, Math.max(0, file.length - at - 24)), Math.min(at + 24, file.length - 1));
      expect(Array.isArray(flowsOf(file.subarray(0, Math.max(0, file.length - cut))))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
