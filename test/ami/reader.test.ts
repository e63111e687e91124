import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Packet } from '../../src/ami/packet.ts';
import { Reader } from '../../src/ami/reader.ts';
import { type Wanted, wantedBy } from '../../src/ami/wanted.ts';
import { captureNames } from '../golden/streams.ts';
import { liveMegabytes } from '../memory.ts';
import { moduleReader } from './module-reader.ts';

const hangup = 'Event: Hangup\r\nUniqueid: 1\r\n\r\n';
const newexten = 'Event: Newexten\r\nUniqueid: 1\r\n\r\n';
const varSet = (variable: string) => `Event: VarSet\r\nCallerIDName: Ivan\r\nVariable: ${variable}\r\nValue: 1\r\n\r\n`;

interface Heard {
  readonly packets: Packet[];
  dropped: number;
  wrong: string | null;
}

function hear(chunks: Iterable<string>, wanted?: Wanted, isCollecting = () => false): Heard {
  const heard: Heard = { packets: [], dropped: 0, wrong: null };
  const onDropped = () => {
    heard.dropped += 1;
  };
  const reader = new Reader({ wanted, isCollecting, onPacket: (packet) => heard.packets.push(packet), onDropped });
  for (const chunk of chunks) {
    heard.wrong = reader.read(chunk);
    if (heard.wrong !== null) break;
  }
  return heard;
}

function* inReadsOf(size: number, text: string): Generator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const firsts = ({ packets }: Heard) => packets.map((packet) => packet.get('event') ?? packet.get('response'));

describe('where a packet ends', () => {
  const text = `Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nMessage: Hi\r\n\r\n${hangup}\r\n\r\n${newexten}${hangup}`;

  test.each([1, 2, 3, 5, 7, 30, 1_000])('is found in reads of %i characters', (size) => {
    for (const one of [text, text.replaceAll('\r', ''), text.replace('\r\n\r\n', '\n\r\n')]) {
      const heard = hear(inReadsOf(size, one));
      expect(firsts(heard)).toEqual(['Success', 'Hangup', 'Newexten', 'Hangup']);
      expect(heard.packets[0]?.get('message')).toBe('Hi');
    }
  });

  test('is not a line of nothing but CR, nor a CR before it', () => {
    for (const size of [1, 2, 3, 100]) {
      expect(hear(inReadsOf(size, 'A: 1\r\n\r\r\nB: 2\r\n\r\n')).packets).toEqual([
        new Map([
          ['a', '1'],
          ['\r'.trim(), ''],
          ['b', '2'],
        ]),
      ]);
      expect(hear(inReadsOf(size, 'A: 1\r\n\rx\nB: 2\n\n')).packets).toHaveLength(1);
    }
  });

  test('may be behind nothing but the greeting', () => {
    expect(hear([`Asterisk Call Manager/9.0.0\r\n\r\n${hangup}`]).packets).toHaveLength(1);
  });

  test('is the end of what an old Asterisk answers to Command, too', () => {
    const answer = 'Response: Follows\r\nPrivilege: Command\r\nsome output\n--END COMMAND--\r\n\r\n';
    expect(firsts(hear([answer + hangup]))).toEqual(['Follows', 'Hangup']);
  });
});

describe('what nobody wants', () => {
  const stream = newexten + hangup + varSet('DIALSTATUS') + varSet('__CONTRACT') + varSet('MIXMONITOR_FILENAME');

  test('is counted and not read, unless events are collected', () => {
    const heard = hear(inReadsOf(17, stream), wantedBy(['CONTRACT']));
    expect(firsts(heard)).toEqual(['Hangup', 'VarSet', 'VarSet']);
    expect(heard.dropped).toBe(2);
    const collected = hear([stream], wantedBy(['CONTRACT']), () => true);
    expect(collected.packets).toHaveLength(5);
    expect(collected.dropped).toBe(0);
    expect(hear([stream]).packets).toHaveLength(5);
  });

  test('is no answer, and no event that begins in another way', () => {
    const odd = 'Privilege: call,all\r\nEvent: Newexten\r\n\r\n';
    expect(hear([`Response: Success\r\nPing: Pong\r\n\r\n${odd}`], wantedBy([])).packets).toHaveLength(2);
  });

  test('is known by its name in any letters, and a VarSet by its own header alone', () => {
    expect(hear([hangup.replace('Hangup', 'HANGUP')], wantedBy([])).packets).toHaveLength(1);
    const named = varSet('DIALSTATUS').replace('Ivan', 'Variable: recordingpath');
    expect(hear([named], wantedBy([])).dropped).toBe(1);
    // Without one it is read, and means nothing.
    expect(hear(['Event: VarSet\r\nValue: 1\r\n\r\n'], wantedBy([])).packets).toHaveLength(1);
  });

  test('may have any number of names', () => {
    const names = Array.from({ length: 2_000 }, (_, n) => `Event: UserEvent${n}${'x'.repeat(n % 100)}\nA: 1\n\n`);
    const heard = hear([names.join('') + names.join('') + hangup], wantedBy([]));
    expect([heard.packets.length, heard.dropped]).toEqual([1, 4_000]);
  });
});

describe('what has no end', () => {
  test.each([1, 2, 3, 7, 68, 69, 70, 65_536])('is not what has one, in reads of %i characters', (size) => {
    expect(hear(inReadsOf(size, hangup.repeat(6_000))).wrong).toBeNull();
    expect(hear(inReadsOf(size, hangup.replaceAll('\r', '').repeat(6_000))).wrong).toBeNull();
  });

  test.each([1, 1_000, 65_536])('is complained of, also behind whole packets, in reads of %i characters', (size) => {
    const endless = 'Header: value\r\n'.repeat(5_001);
    const lines = 'over 5000 lines without the end of a packet';
    expect(hear(inReadsOf(size, endless)).wrong).toBe(lines);
    expect(hear(inReadsOf(size, hangup + endless)).wrong).toBe(lines);
    const bytes = 'over 1048576 bytes without the end of a packet';
    expect(hear(inReadsOf(size, `${hangup}${'x'.repeat(1024 * 1024 + 1)}`)).wrong).toBe(bytes);
  });

  test('are line ends alone, over reads or in one', () => {
    expect(hear(inReadsOf(1_000, '\r\n'.repeat(30_000))).wrong).toBe('over 20000 lines without a packet');
    expect(hear([`${'\r\n'.repeat(20_000)}`]).wrong).toBeNull();
    expect(hear([`${'\r\n'.repeat(15_000)}${hangup}${'\r\n'.repeat(15_000)}`]).wrong).toBe(
      'over 20000 lines in one read',
    );
  });
});

describe('asterisk-manager', () => {
  const captured = captureNames.map((name) => readFileSync(`test/captures/${name}/stream.ami`, 'utf8'));

  const theirs = (chunks: readonly string[]): Packet[] => {
    const packets: Packet[] = [];
    const read = moduleReader((packet) => packets.push(packet));
    for (const chunk of chunks) read(chunk);
    return packets;
  };

  const isOfUse = (packet: Packet, { events, isVariable }: Wanted) => {
    const event = packet.get('event')?.toLowerCase();
    if (event === undefined) return true;
    return events.has(event) && (event !== 'varset' || isVariable(packet.get('variable') ?? ''));
  };

  const expectTheSame = (chunks: readonly string[]) => {
    const all = theirs(chunks);
    expect(hear(chunks).packets).toEqual(all);
    const wanted = wantedBy(['CONTRACT']);
    const { packets, dropped } = hear(chunks, wanted);
    expect(packets.filter((packet) => isOfUse(packet, wanted))).toEqual(all.filter((one) => isOfUse(one, wanted)));
    expect(packets.filter((packet) => packet.has('event')).length + dropped).toBe(
      all.filter((packet) => packet.has('event')).length,
    );
    return packets.length;
  };

  test.each(captureNames)('makes the same of %s', (name) => {
    const text = readFileSync(`test/captures/${name}/stream.ami`, 'utf8');
    expect(expectTheSame([...inReadsOf(65_536, text)])).toBeGreaterThan(4);
  });

  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 20_000 })), {
    minLength: 1,
    maxLength: 30,
  });
  const cut = (text: string, of: readonly number[]) => {
    const chunks: string[] = [];
    for (let at = 0, n = 0; at < text.length; n += 1) {
      const size = of[n % of.length] ?? 1;
      chunks.push(text.slice(at, at + size));
      at += size;
    }
    return chunks;
  };

  test('makes the same of captures that are cut anywhere', () => {
    fc.assert(
      fc.property(fc.constantFrom(...captured), sizes, (text, of) => {
        expectTheSame(cut(text.slice(0, 60_000), of));
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  const header = fc.oneof(
    fc.constantFrom('Event', 'Variable', 'ActionID', 'Response', 'Constructor', 'toString', 'X-1', ' Blank ', 'A'),
    fc.stringMatching(/^[A-Za-z()/ -]{1,20}$/),
  );
  const value = fc.oneof(
    fc.constantFrom('Hangup', 'Newexten', 'VarSet', 'CONTRACT', '<unknown>', '', 'a: b', 'A=B', ' x ', 'Имя', ':'),
    fc.stringMatching(/^[ -~]{0,30}$/),
  );
  const line = fc.oneof(
    fc.tuple(header, value).map(([name, text]) => `${name}: ${text}`),
    fc.constantFrom(
      'NoColon',
      'Key:value',
      'Event: Hangup',
      'Event: VarSet',
      'Variable: CONTRACT',
      'X: \r',
      ': ',
      '\r',
    ),
  );
  const lineEnd = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n');
  const written = fc
    .array(
      fc.array(
        fc.tuple(line, lineEnd).map((parts) => parts.join('')),
        { maxLength: 8 },
      ),
      { maxLength: 8 },
    )
    .map((packets) => packets.map((lines) => `${lines.join('')}\r\n`).join(''));

  test('makes the same of anything that looks like packets', () => {
    fc.assert(
      fc.property(written, sizes, (text, of) => {
        fc.pre(!isReadOtherwise(text));
        expectTheSame(cut(text, of));
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);

  /** Where we read otherwise, and better: what it takes for an answer to Command, and what no variable is named. */
  const isReadOtherwise = (text: string) =>
    /^response:.*follow/im.test(text) || /^\s*variable\s*: (.*=$|=|[0-9]|__proto__)/im.test(text);
});

test('what is unfinished is gone through once, not with each read', () => {
  const reader = new Reader({ onPacket: () => {}, onDropped: () => {} });
  for (let n = 0; n < 100; n += 1) reader.read('x'.repeat(4_000));
  const before = process.cpuUsage();
  for (let n = 0; n < 20_000; n += 1) reader.read('x');
  // Some milliseconds. Going through 400 KB each time takes seconds.
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});

test('what is kept of a packet that was dropped or read is not the read in which it came', () => {
  const fill = 'x'.repeat(60_000);
  const reader = new Reader({ wanted: wantedBy([]), onPacket: () => {}, onDropped: () => {} });
  const before = liveMegabytes();
  for (let n = 0; n < 900; n += 1)
    reader.read(`Event: Hangup\r\nHeader-${n}-of-its-own: 1\r\n\r\nEvent: Name-${n}-of-an-event\r\nX: ${fill}\r\n\r\n`);
  expect(liveMegabytes() - before).toBeLessThan(10);
});
