import { createDecode } from '../src/ami/decode.ts';
import { createState } from '../src/call/state.ts';
import { step } from '../src/call/tracker.ts';
import type { Callback } from '../src/crm/callback.ts';
import { salesPlatform } from '../src/crm/salesplatform.ts';
import { type Capture, loadCapture, renameCapture } from '../src/tools/demo/capture.ts';
import { rules } from '../test/call/office.ts';
import { headersOf } from '../test/faults/planned-call.ts';
import { tagOf } from './sink.ts';

/** Read classes that the connector asks for: what is of another class Asterisk does not send it. */
const classes = /^Privilege: (?:call|cdr|dialplan|system)\b/m;

/** A callback that a packet brings about. Asterisk's words for it: DialBegin, BridgeEnter, Hangup. */
export interface Effect {
  readonly kind: 'DialBegin' | 'DialAnswer' | 'Hangup';
  /** As `tagOf` makes it of the request. */
  readonly tag: Form;
}

/** Bytes in which each call has something of its own. */
export interface Form {
  readonly bytes: Buffer;
  readonly blanks: readonly Blank[];
}

/** What Asterisk says at one moment of a call. */
export interface Moment extends Form {
  readonly afterMs: number;
  readonly effects: readonly Effect[];
  /** The channels that there are from now on, as CoreShowChannels lists them: JSON. */
  readonly channels: Form;
}

/** A place for something that each call has of its own. */
interface Blank {
  readonly at: number;
  readonly of: 'id' | 'channel' | 'bridge' | 'office' | 'customer';
  readonly index: number;
}

/** In a call: ids, channels or bridges that differ. */
const mostIds = 40;

/** Stands in a tape for the digits that an extension has before its last two. */
const officeMark = '777';

/** One captured call, of which any number of calls with ids, channels and extensions of their own can be played. */
export interface Tape {
  readonly scenario: string;
  readonly moments: readonly Moment[];
  readonly lastsMs: number;
  readonly events: number;
  readonly callbacks: number;
  /** The file that it is recorded into; null: it is not, or nobody talks. */
  readonly recording: Form | null;
}

/**
 * @param epoch the second that all ids begin with
 * @param folder where the calls are recorded
 */
export async function loadTape(scenario: string, epoch: number, folder: string): Promise<Tape> {
  const capture = await loadCapture(`test/captures/22/${scenario}`);
  const shown = capture
    .filter(({ text }) => classes.test(text))
    .map(({ atMs, text }) => ({ atMs, text: text.replaceAll('/var/spool/asterisk/monitor', folder) }));
  const words = Object.fromEntries(['01', '02', '03', '04', '05'].map((last) => [`1${last}`, `${officeMark}${last}`]));
  const renamed = numbered(renameCapture(shown, { epoch, serial: 1, words }), epoch);
  const effects = renamed.map(() => [] as Effect[]);
  const callbacks = listen(renamed, epoch, effects);
  const moments = momentsOf(renamed, effects);
  const lastsMs = moments.at(-1)?.afterMs ?? 0;
  const isAnswered = effects.flat().some(({ kind }) => kind === 'DialAnswer');
  const path = renamed.flatMap(
    ({ text }) => /^Variable: MIXMONITOR_FILENAME\r\nValue: (.+)\r$/m.exec(text)?.[1] ?? [],
  )[0];
  const recording = isAnswered && path !== undefined ? formOf(path) : null;
  return { scenario, moments, lastsMs, events: renamed.length, callbacks, recording };
}

/** The bytes of a moment as they are in the call of this number. */
export function fill({ bytes, blanks }: Form, serial: number): Buffer {
  const own = Buffer.allocUnsafe(bytes.length);
  bytes.copy(own);
  for (const { at, of, index } of blanks) {
    if (of === 'office') digits(own, at, 3, officeOf(serial), 10);
    else if (of === 'customer') digits(own, at + 4, 7, serial, 10);
    else if (of === 'id') digits(own, at, idWidth, serial * mostIds + index, 10);
    else digits(own, at, 8, serial * mostIds + index, 16);
  }
  return own;
}

function formOf(text: string): Form {
  return { bytes: Buffer.from(text, 'latin1'), blanks: blanksIn(text) };
}

const idWidth = 9;

/** 900 offices of up to five extensions. */
const officeOf = (serial: number) => 100 + (serial % 900);

const hex = Buffer.from('0123456789abcdef');

function digits(bytes: Buffer, at: number, width: number, number: number, base: 10 | 16): void {
  let rest = number;
  for (let place = at + width - 1; place >= at; place -= 1) {
    bytes[place] = hex[rest % base] ?? 0;
    rest = Math.floor(rest / base);
  }
}

/** Gives all ids the form in which a blank can be told from other numbers: its index after what no captured id has. */
function numbered(capture: Capture, epoch: number): Capture {
  const ids = new Map<string, string>();
  const of = (sort: string, found: string, width: number) => {
    const key = `${sort} ${found}`;
    const known = ids.get(key) ?? mark(sort, [...ids.keys()].filter((each) => each.startsWith(sort)).length, width);
    ids.set(key, known);
    return known;
  };
  const id = new RegExp(`(?<=\\b${epoch}\\.)\\d+`, 'g');
  return capture.map(({ atMs, text }) => ({
    atMs,
    text: text
      .replace(id, (found) => of('8', found, idWidth))
      .replace(/(?<=\b(?:PJSIP|Local)\/[^\s,;&-]+-)[0-9a-f]{8}\b/g, (found) => of('c', found, 8))
      .replace(/\b[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-)/g, (found) => of('b', found, 8)),
  }));
}

const mark = (sort: string, index: number, width: number) =>
  `${sort.repeat(width - 2)}${String(index).padStart(2, '0')}`;

const sorts = { '8888888': 'id', cccccc: 'channel', bbbbbb: 'bridge' } as const;

const blank = /(?<!\d)7921\d{7}(?!\d)|(?<!\d)777(?=0[1-5](?!\d))|(8888888|cccccc|bbbbbb)(\d\d)(?![0-9a-f])/g;

function blanksIn(text: string): Blank[] {
  return [...text.matchAll(blank)].map((found) => {
    const [whole, sort, index] = found;
    if (whole.startsWith('7921')) return { at: found.index, of: 'customer', index: 0 };
    if (sort === undefined) return { at: found.index, of: 'office', index: 0 };
    return { at: found.index, of: sorts[sort as keyof typeof sorts], index: Number(index) };
  });
}

/** Has the call core hear the capture, to learn which packet brings about which callbacks. @returns how many there are */
function listen(capture: Capture, epoch: number, effects: Effect[][]): number {
  const state = createState(rules);
  const decode = createDecode([]);
  const dialect = salesPlatform({
    timeZone: 'UTC',
    isExtension: (text) => rules.extensionPattern.test(text),
    number: String,
  });
  let callbacks = 0;
  capture.forEach(({ atMs, text }, index) => {
    const input = decode(headersOf(text));
    if (input === null) return;
    const { events } = step(state, input, epoch * 1000 + atMs);
    const made = events.flatMap((event) => [...dialect.callbacks(event)]);
    callbacks += made.length;
    effects[index]?.push(...made.flatMap(effectOf));
  });
  return callbacks;
}

function effectOf({ kind, params }: Callback): Effect[] {
  if (kind !== 'DialBegin' && kind !== 'DialAnswer' && kind !== 'Hangup') return [];
  // The second Hangup, in the customer's name, goes out when the first has been answered.
  if (kind === 'Hangup' && !rules.extensionPattern.test(params['callerIdNum'] ?? '')) return [];
  return [{ kind, tag: formOf(tagOf(params['callUUID'] ?? '', kind, params['callerIdNum'] ?? '')) }];
}

function momentsOf(capture: Capture, effects: readonly Effect[][]): Moment[] {
  const first = capture[0]?.atMs ?? 0;
  const channels = new Map<string, Record<string, string>>();
  const moments = new Map<number, { texts: string[]; effects: Effect[]; channels: Record<string, string>[] }>();
  capture.forEach(({ atMs, text }, index) => {
    keepChannels(channels, text);
    const moment = moments.get(atMs) ?? { texts: [], effects: [], channels: [] };
    moments.set(atMs, moment);
    moment.texts.push(text);
    moment.effects.push(...(effects[index] ?? []));
    moment.channels = [...channels.values()];
  });
  return [...moments].map(([atMs, { texts, effects, channels }]) => {
    return { ...formOf(texts.join('')), afterMs: atMs - first, effects, channels: formOf(JSON.stringify(channels)) };
  });
}

const shown = [
  'Channel',
  'ChannelState',
  'CallerIDNum',
  'ConnectedLineNum',
  'Context',
  'Exten',
  'Uniqueid',
  'Linkedid',
];

/** The channels that there are, as CoreShowChannels lists them. */
function keepChannels(channels: Map<string, Record<string, string>>, text: string): void {
  const packet = headersOf(text);
  const id = packet.get('uniqueid') ?? '';
  if (packet.get('event') === 'Hangup') channels.delete(id);
  else if (packet.get('event') === 'Newchannel' || channels.has(id))
    channels.set(id, {
      ...Object.fromEntries(shown.map((header) => [header, packet.get(header.toLowerCase()) ?? ''])),
      Duration: '00:00:01',
      BridgeId: '',
    });
}
