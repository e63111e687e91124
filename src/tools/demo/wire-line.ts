/** Who talks to whom in the demo. */
export type Party = 'asterisk' | 'connector' | 'crm';

/** Something that just went over the wire. */
export interface WireLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly from: Party;
  readonly to: Party;
  readonly text: string;
  /** What came back, if anything does. */
  readonly answer?: string;
}

/** The events that make a call, of the many that Asterisk sends, with the headers that say why. */
const telling: Readonly<Record<string, readonly string[]>> = {
  Newchannel: ['Channel', 'CallerIDNum', 'CallerIDName', 'Exten'],
  DialBegin: ['Channel', 'DestChannel', 'DialString'],
  DialEnd: ['DestChannel', 'DialStatus'],
  BridgeEnter: ['Channel', 'BridgeNumChannels'],
  MixMonitorStart: ['Channel'],
  OriginateResponse: ['Response', 'Channel', 'Reason'],
  Hangup: ['Channel', 'Cause', 'Cause-txt'],
  Cdr: ['Source', 'Destination', 'Disposition', 'BillableSeconds'],
};

/** One packet of AMI, in the encoding of a Capture, in a line; null: of no interest here. */
export function describeEvent(packet: string): string | null {
  const lines = Buffer.from(packet, 'latin1').toString('utf8').split('\r\n');
  const headers = new Map(lines.map(splitHeader));
  const event = headers.get('Event') ?? '';
  const wanted = Object.hasOwn(telling, event) ? telling[event] : undefined;
  if (wanted === undefined) return null;
  const shown = wanted.filter((name) => isKnown(headers.get(name)));
  return [event, ...shown.map((name) => `${name}=${headers.get(name)}`)].join(' ');
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 2)];
}

const isKnown = (value: string | undefined) => value !== undefined && value !== '' && value !== '<unknown>';

/** A callback without the secret. */
export function describeCallback(params: Readonly<Record<string, string>>): string {
  const { callstatus = '', vtigersignature: _, ...rest } = params;
  return [callstatus, ...Object.entries(rest).map(([name, value]) => `${name}=${value}`)].join(' ');
}
