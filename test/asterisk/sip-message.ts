export type SipHeader = readonly [name: string, value: string];

interface SipContent {
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export interface SipRequest extends SipContent {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
}

export interface SipResponse extends SipContent {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/** One UDP datagram. null: not SIP (keep-alives of a few CR LF are usual). */
export function parseSip(datagram: string): SipMessage | null {
  const headEnd = datagram.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [startLine = '', ...lines] = datagram.slice(0, headEnd).split('\r\n');
  const content = { headers: lines.map(parseHeader), body: datagram.slice(headEnd + 4) };
  const response = /^SIP\/2\.0 (\d{3}) (.*)$/.exec(startLine);
  if (response) return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', ...content };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(startLine);
  if (request) return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', ...content };
  return null;
}

function parseHeader(line: string): SipHeader {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

export function formatSip(message: SipMessage): string {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const headers = message.headers.map(([name, value]) => `${name}: ${value}`);
  return [start, ...headers, `Content-Length: ${Buffer.byteLength(message.body)}`, '', message.body].join('\r\n');
}

/** All values of a header, in order. Neither SIP driver of Asterisk sends compact names unless told to. */
export function headerValues(message: SipMessage, name: string): string[] {
  const wanted = name.toLowerCase();
  return message.headers.filter(([other]) => other.toLowerCase() === wanted).map(([, value]) => value);
}

/** The header's first value, '' without one. */
export function header(message: SipMessage, name: string): string {
  return headerValues(message, name)[0] ?? '';
}

/** The tag of a From or To; '' without one. */
export function tagOf(party: string): string {
  return /;tag=([^;>\s]+)/.exec(party)?.[1] ?? '';
}

/** The URI between `<` and `>`, or all of a value without them. A name before it may hold such brackets too. */
export function uriOf(party: string): string {
  return /<([^<>]*)>[^<>]*$/.exec(party)?.[1] ?? party.split(';')[0] ?? '';
}

/** `INVITE` of `102 INVITE`. */
export function sequenceMethod(message: SipMessage): string {
  return header(message, 'CSeq').split(' ')[1] ?? '';
}
