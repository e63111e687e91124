import { createHmac } from 'node:crypto';
import type { Chance } from '../faults/chance.ts';
import { damaged, hostileText } from './hostile.ts';

/** One connection's worth of bytes, and what it has the right to. */
export interface HttpInput {
  readonly bytes: Buffer;
  /** The secret, a recording's key or a live token stands in it somewhere. */
  readonly mayPlace: boolean;
  readonly mayHear: boolean;
  readonly mayWatch: boolean;
}

export interface Keys {
  readonly secret: string;
  readonly recordingKey: string;
  readonly now: number;
}

const paths = [
  '/makecall',
  '/makecall',
  '/makecall',
  '/recording',
  '/recording',
  '/live',
  '/live/calls',
  '/live/calls',
  '/status',
  '/health',
  '/metrics',
  '/health/live',
  '/health/ready',
  '//makecall',
  '/makecall/',
  '/makecall&secret=x',
  '/recording/../makecall',
  '/%6dakecall',
  '/makecall%00',
  '/makecall;x=1',
  '/cdrinfo',
  '/..%2f..%2fetc/passwd',
  '/',
  '*',
  'http://127.0.0.1/makecall',
  '/constructor',
  '/__proto__',
];
const methods = [
  'GET',
  'GET',
  'GET',
  'POST',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PATCH',
  'PURGE',
  'get',
  'QUERY',
];

const names = [
  'event',
  'secret',
  'from',
  'to',
  'context',
  'record',
  'id',
  'key',
  'token',
  'CONTRACT',
  '__proto__',
  'constructor',
  'SHELL(id)',
  '_x',
  'SIPADDHEADER01',
  'SECRET',
  'from[]',
  'to.x',
  '',
];

/** What the CRM, its pages and players ask for: the path, and its parameters. */
const purposes = [
  ['/makecall', ['event', 'secret', 'from', 'to', 'context']],
  ['/makecall', ['event', 'secret', 'from', 'to', 'context', 'record', 'CONTRACT']],
  ['/recording', ['id', 'secret']],
  ['/recording', ['id', 'key']],
  ['/live', ['token']],
  ['/live/calls', ['token']],
  ['/status', ['secret']],
] as const;

/** An unpaired surrogate is none of UTF-8's. */
const percent = (text: string) => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));

/** As browsers, PHP, and those who mean no good write one. */
function encoded(text: string, chance: Chance): string {
  const kind = chance.integer(0, 9);
  if (kind < 6) return percent(text);
  if (kind === 6) return percent(percent(text));
  if (kind === 7) return text.replace(/[\s#]/gu, '+').replace(/[^\x21-\x7e]/gu, '%ff');
  if (kind === 8) return `${percent(text)}%zz%`;
  return [...Buffer.from(text, 'utf16le')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function someValue(name: string, keys: Keys, chance: Chance): string {
  if (chance.integer(0, 3) === 0) return hostileText(chance).slice(0, 3_000);
  const usual: Readonly<Record<string, readonly string[]>> = {
    event: ['OutgoingCall'],
    secret: [keys.secret, keys.secret, 'wrong', ''],
    from: ['101', '102'],
    to: ['84951112233', '+7 (495) 111-22-33', '84951112233 доб. 12'],
    context: ['vtiger', 'office', ''],
    id: ['known', 'known', 'known', 'none'],
    key: [keys.recordingKey, 'wrong'],
    token: [token(keys, chance), token(keys, chance), 'v1.e30.x'],
  };
  return chance.pick(Object.hasOwn(usual, name) ? (usual[name] ?? ['']) : ['1', 'x', 'y z']);
}

/** Mostly good ones; also with odd payloads under a right signature, which only the CRM could make. */
function token({ secret, now }: Keys, chance: Chance): string {
  const exp = Math.floor(now / 1000) + chance.pick([600, 600, 600, -1, 1e9, Number.NaN]);
  const payload = chance.pick<unknown>([
    { ext: '101', user: 5, exp },
    { ext: '101', user: 5, exp },
    { ext: '101', user: 5, exp },
    { ext: hostileText(chance), exp },
    { exp },
    [1],
    'x',
    null,
    { ext: ['101'], exp: String(exp) },
  ]);
  return signedToken(payload, chance.pick([secret, secret, secret, 'another secret']));
}

function signedToken(payload: unknown, secret: string): string {
  const key = createHmac('sha256', secret).update('live').digest();
  const signed = `v1.${Buffer.from(JSON.stringify(payload) ?? '').toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function parameters(keys: Keys, chance: Chance): string {
  const usual = chance.pick([
    ['event', 'secret', 'from', 'to', 'context'],
    ['event', 'secret', 'from', 'to', 'context', 'record'],
    ['id', 'secret'],
    ['id', 'key'],
    ['token'],
    ['secret'],
    [],
  ]);
  const more = Array.from({ length: chance.pick([0, 0, 0, 1, 2, 30]) }, () => chance.pick(names));
  const pairs = [...usual, ...more].map(
    (name) => `${encoded(name, chance)}=${encoded(someValue(name, keys, chance), chance)}`,
  );
  return pairs.join(chance.pick(['&', '&', '&', '&&', ';']));
}

const ranges = [
  'bytes=0-0',
  'bytes=0-',
  'bytes=-5',
  'bytes=5-2',
  'bytes=0-0,2-3',
  `bytes=${'0-0,'.repeat(500)}1-1`,
  'bytes=99999999999999999999-',
  'bytes=-99999999999999999999',
  'bytes= 1 - 2',
  'items=0-5',
  'bytes=0x1-0x5',
  'bytes=NaN-',
  'bytes',
  '',
];

function headers(body: string, keys: Keys, chance: Chance): string[] {
  const odd = hostileText(chance)
    .replace(/[\r\n]/g, ' ')
    .slice(0, 2_000);
  const length = String(Buffer.byteLength(body, 'latin1'));
  const all = [
    `Range: ${chance.pick(ranges)}`,
    `Range: ${odd}`,
    `If-Range: ${chance.pick(['"3e8-0"', 'x', odd])}`,
    `If-None-Match: ${chance.pick(['*', '"', odd])}`,
    `If-Modified-Since: ${odd}`,
    `Authorization: Bearer ${chance.pick([keys.secret, token(keys, chance), odd, ''])}`,
    `Authorization: Basic ${odd}`,
    'Accept: application/json',
    `Accept: ${odd}`,
    'Accept-Encoding: gzip, br',
    `Content-Type: ${chance.pick(['application/json', 'multipart/form-data; boundary=x', odd])}`,
    'Content-Encoding: gzip',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: identity, chunked',
    `Content-Length: ${chance.pick(['0', '-1', '1e3', '99999999999', `${length}, ${length}`, '5'])}`,
    'Expect: 100-continue',
    'Upgrade: websocket',
    'Connection: upgrade',
    'Connection: keep-alive',
    'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    `X-Forwarded-For: ${chance.pick(['1.2.3.4', '::1', '127.0.0.1, 1.2.3.4', odd, '1.2.3.4,'.repeat(300)])}`,
    `X-Forwarded-For: ${odd}`,
    `Forwarded: for=${odd}`,
    `X-HTTP-Method-Override: DELETE`,
    `Cookie: ${odd}`,
    `Host: ${odd}`,
    `${odd.slice(0, 40)}: x`,
    `X-Long: ${'x'.repeat(chance.pick([10, 7_000, 9_000]))}`,
    ' folded: line',
    ...Array.from({ length: chance.pick([0, 0, 300]) }, (_, n) => `X-${n}: ${n}`),
  ];
  const chosen = Array.from({ length: chance.integer(0, 4) }, () => chance.pick(all));
  if (body !== '' && chance.integer(0, 9) > 0)
    chosen.push(`Content-Length: ${length}`, 'Content-Type: application/x-www-form-urlencoded');
  return chosen;
}

const bytesOf = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** One that is in order, or wrong in one place. */
function usualRequest(keys: Keys, chance: Chance): string {
  const [path, own] = chance.pick(purposes);
  const odd = chance.integer(0, own.length);
  const values = own.map((name, n) => {
    const value = usualValue(name, keys);
    return `${name}=${n === odd && chance.integer(0, 1) === 0 ? encoded(someValue(name, keys, chance), chance) : percent(value)}`;
  });
  if (chance.integer(0, 3) === 0)
    values.push(`${chance.pick(names)}=${encoded(hostileText(chance).slice(0, 500), chance)}`);
  const more = chance.integer(0, 1) === 0 ? headers('', keys, chance).slice(0, 1).map(bytesOf) : [];
  const lines = [`GET ${path}?${values.join('&')} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...more];
  const text = `${lines.join('\r\n')}\r\n\r\n`;
  return chance.integer(0, 5) === 0 ? damaged(chance, text, 1) : text;
}

function usualValue(name: string, { secret, recordingKey, ...keys }: Keys): string {
  const usual: Readonly<Record<string, string>> = {
    event: 'OutgoingCall',
    secret,
    from: '101',
    to: '84951112233',
    context: 'vtiger',
    id: 'known',
    key: recordingKey,
    token: signedToken({ ext: '101', user: 5, exp: Math.floor(keys.now / 1000) + 600 }, secret),
  };
  return usual[name] ?? '7';
}

function request(keys: Keys, chance: Chance): string {
  if (chance.integer(0, 1) === 0) return usualRequest(keys, chance);
  const body = chance.pick([
    '',
    '',
    parameters(keys, chance),
    parameters(keys, chance),
    'x'.repeat(20_000),
    hostileText(chance),
  ]);
  const raw = bytesOf(body);
  const query = parameters(keys, chance);
  const target = `${chance.pick(paths)}${query === '' ? '' : `?${query}`}`;
  const lines = [
    `${chance.pick(methods)} ${target} HTTP/${chance.pick(['1.1', '1.1', '1.1', '1.1', '1.0', '0.9', '2.0', '9'])}`,
    ...(chance.integer(0, 9) > 0 ? ['Host: 127.0.0.1'] : []),
    ...headers(raw, keys, chance).map(bytesOf),
    ...(chance.integer(0, 4) > 0 ? ['Connection: close'] : []),
  ];
  const end = chance.pick(['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r']);
  const text = `${lines.join(end)}${end}${end}${raw}`;
  return chance.integer(0, 3) === 0 ? damaged(chance, text) : text;
}

/** TLS's and HTTP/2's first bytes, SIP, and nothing but noise. */
const foreign = [
  '\u0016\u0003\u0001\u0002\u0000\u0001',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'OPTIONS sip:x SIP/2.0\r\n\r\n',
  '\0\0\0\0',
  '\r\n\r\n\r\n',
];

/** One request, or several behind one another, or what is none. */
export function httpInput(keys: Keys, chance: Chance): HttpInput {
  const parts = Array.from({ length: chance.pick([1, 1, 1, 1, 2, 5]) }, () => request(keys, chance));
  const text = chance.integer(0, 39) === 0 ? chance.pick(foreign) + hostileText(chance).slice(0, 500) : parts.join('');
  const bytes = Buffer.from(text, 'latin1');
  const has = (word: string) => holds(bytes, word);
  const mayPlace = has(keys.secret);
  return { bytes, mayPlace, mayHear: mayPlace || has(keys.recordingKey), mayWatch: holdsToken(bytes, keys.secret) };
}

/** As it is, or with characters of it as `%41`: the server knows no other way to write it. */
function holds(bytes: Buffer, word: string): boolean {
  return decoded(bytes).includes(word);
}

function decoded(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Whatever is said in it: that it is signed is what counts. */
function holdsToken(bytes: Buffer, secret: string): boolean {
  const key = createHmac('sha256', secret).update('live').digest();
  return [...decoded(bytes).matchAll(/(v1\.[\w-]+)\.([\w-]{43})/g)].some(
    ([, signed = '', mac]) => createHmac('sha256', key).update(signed).digest('base64url') === mac,
  );
}
