import type { Capture } from '../../src/tools/demo/capture.ts';
import type { Chance } from '../faults/chance.ts';
import { asBytes, damaged, hostileText, noise } from './hostile.ts';

/** Lines that mean something to asterisk-manager, to the link or to the decoder. */
const lines: readonly string[] = [
  'Event: RawEvent',
  'Event: Shutdown',
  'Event: FullyBooted',
  'Event: ',
  'Event: constructor',
  'Event: __proto__',
  'ActionID: rawevent',
  'ActionID: close',
  'ActionID: error',
  'ActionID: 1',
  'Response: Success',
  'Response: Error',
  'Response: Follows',
  'Response: Follow',
  'Message: Command output follows',
  'Message: Authentication accepted',
  '--END COMMAND--',
  'Output: x',
  'constructor: c',
  '__proto__: p',
  '__proto__: {"x":1}',
  'toString: t',
  'length: -1',
  'Variable: A=1',
  'Variable: __proto__=1',
  'Variable: MIXMONITOR_FILENAME',
  'ChanVariable(PJSIP/101-1): x=y',
  'Uniqueid: ',
  'Uniqueid: <unknown>',
  'Linkedid: __proto__',
  'Linkedid: constructor',
  'Channel: ',
  'Channel: Local/101@x-0000;1',
  'Channel: Local/101@x-0000;2',
  'Channel: PJSIP/101-1<ZOMBIE>',
  'DestChannel: PJSIP/101-00000001',
  'BridgeUniqueid: ',
  'ChannelState: 999999999999',
  'Cause: -1',
  'Value: ../../../etc/passwd',
  'RecordingPath: /etc/passwd',
  ': ',
  ':',
  'NoColonAtAll',
  'Key:value',
  ' Leading: blank',
  '\0',
];

/** Headers that a caller, a phone or a dialplan fills. */
const headers = [
  'CallerIDNum',
  'CallerIDName',
  'ConnectedLineNum',
  'ConnectedLineName',
  'DestCallerIDNum',
  'DestCallerIDName',
  'DestConnectedLineNum',
  'Exten',
  'Context',
  'Channel',
  'DestChannel',
  'Uniqueid',
  'Linkedid',
  'DestUniqueid',
  'DestLinkedid',
  'BridgeUniqueid',
  'BridgeTechnology',
  'DialString',
  'DialStatus',
  'ChannelState',
  'Cause',
  'Variable',
  'Value',
  'RecordingPath',
  'ActionID',
  'Reason',
  'Response',
  'Event',
];

/** What only the caller says of himself, and what changes nothing but a name. */
export const nameHeaders = ['CallerIDName', 'ConnectedLineName', 'DestCallerIDName', 'DestConnectedLineName'];

export const textOf = (capture: Capture): string => capture.map(({ text }) => text).join('');

/** A header's values, wherever it stands, exchanged for one text. */
export function withHeader(text: string, header: string, value: string): string {
  const bytes = asBytes(value).replace(/[\r\n]/g, ' ');
  return text.replace(new RegExp(`^(${header}): [^\\r\\n]*`, 'gim'), (_, name) => `${name}: ${bytes}`);
}

type Mutation = (text: string, chance: Chance) => string;

const packetsOf = (text: string) => text.split(/(?<=\r\n\r\n)/);

function atOnePlace(items: string[], chance: Chance, change: (item: string) => string[]): string {
  const at = chance.integer(0, Math.max(0, items.length - 1));
  return items.flatMap((item, index) => (index === at ? change(item) : [item])).join('');
}

const linesOf = (text: string) => text.split(/(?<=\r\n)/);

const mutations: readonly Mutation[] = [
  (text, chance) => damaged(chance, text),
  (text, chance) => atOnePlace(linesOf(text), chance, () => []),
  (text, chance) => atOnePlace(linesOf(text), chance, (line) => [line, line]),
  (text, chance) => atOnePlace(linesOf(text), chance, (line) => [line.slice(0, chance.integer(0, line.length))]),
  (text, chance) => atOnePlace(linesOf(text), chance, (line) => [line, `${chance.pick(lines)}\r\n`]),
  (text, chance) => atOnePlace(linesOf(text), chance, (line) => [`${chance.pick(lines)}\r\n`, line]),
  (text, chance) => atOnePlace(linesOf(text), chance, (line) => [line, `${asBytes(hostileText(chance))}\r\n`]),
  (text, chance) => atOnePlace(packetsOf(text), chance, () => []),
  (text, chance) => atOnePlace(packetsOf(text), chance, (packet) => [packet, packet]),
  (text, chance) => atOnePlace(packetsOf(text), chance, (packet) => [packet, ...packetsOf(text).slice(0, 5)]),
  (text, chance) => packetsOf(text).slice(chance.integer(0, 20)).join(''),
  (text, chance) => withHeader(text, chance.pick(headers), hostileText(chance)),
  (text, chance) =>
    atOnePlace(packetsOf(text), chance, (packet) => [withHeader(packet, chance.pick(headers), hostileText(chance))]),
  (text, chance) =>
    atOnePlace(packetsOf(text), chance, (packet) => [packet.replaceAll('\r\n', chance.pick(['\n', '\r', '']))]),
  (text, chance) =>
    atOnePlace(packetsOf(text), chance, (packet) => [packet, asBytes(noise(chance, chance.integer(1, 400)))]),
  (text, chance) => text.slice(0, chance.integer(0, text.length)),
];

/** What takes time to read: long values, packets of many lines, lines and packets that do not end. */
const floods: readonly Mutation[] = [
  (text, chance) => withHeader(text, chance.pick(headers), 'x'.repeat(chance.integer(1_000, 20_000))),
  (text, chance) =>
    atOnePlace(packetsOf(text), chance, (packet) => [
      `X: ${'y'.repeat(chance.integer(100_000, 3_000_000))}\r\n`,
      packet,
    ]),
  (text, chance) =>
    atOnePlace(packetsOf(text), chance, (packet) => ['X: y\r\n'.repeat(chance.integer(1_000, 19_000)), packet]),
  (text, chance) =>
    atOnePlace(packetsOf(text), chance, (packet) => [
      Array.from({ length: chance.integer(1_000, 19_000) }, (_, n) => `X${n}: ${n}\r\n`).join(''),
      packet,
    ]),
  (text) => text + 'y'.repeat(5_000_000),
  (text) => text + 'X: y\r\n'.repeat(25_000),
  (text, chance) => text + '\r\n'.repeat(chance.integer(1_000, 100_000)),
];

/** A real Asterisk's stream, made wrong in one to six ways; one in a hundred also in a way that takes time to read. */
export function mutated(capture: Capture, chance: Chance): string {
  let text = textOf(capture);
  for (let times = chance.integer(1, 6); times > 0; times -= 1) text = chance.pick(mutations)(text, chance);
  return chance.integer(1, 100) === 1 ? chance.pick(floods)(text, chance) : text;
}

/** As a network would cut it: whole, in two, or in many. */
export function inPieces(text: string, chance: Chance): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const most = Math.max(1, Math.ceil(bytes.length / chance.pick([1, 4, 100])));
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(chance.integer(1, most), Math.ceil(bytes.length / 200));
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
