import type { Packet } from '../../ami/packet.ts';
import type { ChannelFacts, Input } from '../../call/ami-event.ts';
import { channelState } from '../../call/ami-event.ts';
import type { Linkedid } from '../../call/ids.ts';
import type { Heard } from './inputs.ts';

/** `PJSIP/provider-0000001e` -> `provider-1e`; `Local/101@office-00000003;1` -> `Local/101@office-3;1`. */
export function shortChannel(name: string): string {
  const short = name.replace(/-0*([0-9a-f]+)(;[12])?$/, '-$1$2');
  return short.startsWith('Local/') ? short : short.slice(short.indexOf('/') + 1);
}

/** The channels that an event names, by id. Of signposts only the packet knows them. */
export function channelsIn({ input, packet }: Heard): { uniqueid: string; linkedid: Linkedid | null }[] {
  if (input === null) return signpostChannels(packet);
  if (input.kind === 'click') return [{ uniqueid: input.uniqueid, linkedid: input.uniqueid as string as Linkedid }];
  if (input.kind === 'snapshot' || input.kind === 'tick' || input.kind === 'clickRefused') return [];
  const facts = [
    ...('source' in input && input.source !== null ? [input.source] : []),
    ...('dest' in input ? [input.dest] : []),
    ...('channel' in input ? [input.channel] : []),
  ];
  const ids = facts.map(({ uniqueid, linkedid }) => ({ uniqueid, linkedid }));
  if ('target' in input) return [...ids, { uniqueid: input.target, linkedid: null }];
  if (!('uniqueid' in input) || input.uniqueid === null) return ids;
  return [...ids, { uniqueid: input.uniqueid, linkedid: null }];
}

function signpostChannels(packet: Packet): { uniqueid: string; linkedid: null }[] {
  return [...packet]
    .filter(([header, value]) => header.endsWith('uniqueid') && !header.endsWith('bridgeuniqueid') && value !== '')
    .map(([, uniqueid]) => ({ uniqueid, linkedid: null }));
}

/** What Asterisk said, in a line: the event's own name, short channels, the facts that count. */
export function said({ input, packet }: Heard, company: readonly string[], fileOf: (path: string) => string): string {
  if (input === null) return signpost(packet);
  switch (input.kind) {
    case 'newChannel':
      return newChannel(input.channel);
    case 'newState':
      return `Newstate ${shortChannel(input.channel.name)} ${packet.get('channelstatedesc') ?? input.channel.state}`;
    case 'dialBegin':
      return `DialBegin ${fromTo(input.source, input.dest)}`;
    case 'dialState':
      return `DialState ${shortChannel(input.dest.name)} ${input.status}`;
    case 'dialEnd':
      return `DialEnd ${fromTo(input.source, input.dest)}: ${input.status}`;
    case 'bridgeEnter':
      return `BridgeEnter ${shortChannel(input.channel.name)} ${input.holding ? '(parked)' : withCompany(company)}`;
    case 'bridgeLeave':
      return `BridgeLeave ${shortChannel(input.channel.name)}`;
    case 'hangup':
      return `Hangup ${shortChannel(input.channel.name)}: ${input.cause} ${packet.get('cause-txt') ?? ''}`.trimEnd();
    case 'pickup':
      return `Pickup ${shortChannel(input.channel.name)} takes ${shortChannel(packet.get('targetchannel') ?? input.target)}`;
    default:
      return rest(input, packet, fileOf);
  }
}

function rest(input: Input, packet: Packet, fileOf: (path: string) => string): string {
  switch (input.kind) {
    case 'variable':
      return `VarSet ${input.name}=${input.value}`;
    case 'recording':
      return `${packet.get('event') ?? ''} ${fileOf(input.path)}`;
    case 'originateResponse':
      return `OriginateResponse ${input.success ? 'Success' : `Failure, reason ${input.reason}`}`;
    case 'click':
      return `(click in the CRM: ${input.extension} to ${input.number})`;
    case 'snapshot':
      return `CoreShowChannels: ${input.channels.length} channels`;
    default:
      return `${packet.get('event') ?? input.kind} ${shortChannel(packet.get('channel') ?? '')}`.trimEnd();
  }
}

function newChannel({ name, state, callerNumber, exten }: ChannelFacts): string {
  const short = shortChannel(name);
  // chan_sip says Ring only in a Newstate.
  const isCaller = state === channelState.ring || callerNumber !== '';
  if (!isCaller || exten === '' || exten === 's') return `Newchannel ${short}`;
  return `Newchannel ${short} ${callerNumber === '' ? '' : `from ${callerNumber} `}to ${exten}`;
}

function fromTo(source: ChannelFacts | null, dest: ChannelFacts): string {
  return `${source === null ? '(Asterisk)' : shortChannel(source.name)} -> ${shortChannel(dest.name)}`;
}

function withCompany(company: readonly string[]): string {
  return company.length === 0 ? '(alone)' : `with ${company.map(shortChannel).join(', ')}`;
}

/** Headers of signposts that count, in this order. */
const telling = ['queue', 'position', 'parkingspace', 'extension', 'transferexten', 'result', 'desttype', 'holdtime'];

function signpost(packet: Packet): string {
  const channel = packet.get('channel') ?? packet.get('parkeechannel') ?? packet.get('transfererchannel') ?? '';
  const who = packet.get('event') === 'AttendedTransfer' ? (packet.get('origtransfererchannel') ?? '') : channel;
  const facts = telling.flatMap((header) => {
    const value = packet.get(header);
    return value === undefined || value === '' ? [] : [`${header}=${value}`];
  });
  return [packet.get('event') ?? '', shortChannel(who), ...facts].filter((part) => part !== '').join(' ');
}
