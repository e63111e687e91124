import type { AmiEvent, ChannelFacts } from '../call/ami-event.ts';
import type { BridgeId, ChannelName, Linkedid, Uniqueid } from '../call/ids.ts';
import type { Packet } from './packet.ts';
import { SharedTexts } from './shared-texts.ts';
import { type DecodedEvent, recordingVariables, variableName } from './wanted.ts';

type Decoder = (packet: Packet) => AmiEvent | null;

/** An AMI event as the call core takes it; null for one that it does not take, or without the headers that it needs. */
export type Decode = Decoder;

const byEvent: Readonly<Record<DecodedEvent, (packet: Packet, variables: ReadonlySet<string>) => AmiEvent | null>> = {
  newchannel: (packet) => withChannel(packet, (channel) => ({ kind: 'newChannel', channel })),
  newstate: (packet) => withChannel(packet, (channel) => ({ kind: 'newState', channel })),
  dialbegin: dialBegin,
  dialstate: dialState,
  dialend: dialEnd,
  bridgeenter: bridgeEnter,
  bridgeleave: bridgeLeave,
  pickup,
  hangup,
  hanguprequest: (packet) => withChannel(packet, (channel) => ({ kind: 'hangupRequest', channel })),
  cdr: (packet) => recording(packet, textOf(packet, 'recordingpath'), 'cdr'),
  originateresponse: originateResponse,
  varset: varSet,
};
const decoders = new Map(Object.entries(byEvent));

/** The events that are decoded, in lower case. What is not here is not for the call core. */
export const decodedEvents: ReadonlySet<string> = new Set(decoders.keys());

/** @param variables the channel variables that the core is to be told of, besides those that name a recording */
export function createDecode(variables: readonly string[]): Decode {
  const wanted = new Set(variables);
  return (packet) => decoders.get((packet.get('event') ?? '').toLowerCase())?.(packet, wanted) ?? null;
}

/** Put together once, as are the texts to look for in each event. */
const headersOf = { '': channelHeaders(''), dest: channelHeaders('dest') };

function channelHeaders(prefix: string) {
  return {
    channel: `${prefix}channel`,
    uniqueid: `${prefix}uniqueid`,
    linkedid: `${prefix}linkedid`,
    channelstate: `${prefix}channelstate`,
    calleridnum: `${prefix}calleridnum`,
    calleridname: `${prefix}calleridname`,
    exten: `${prefix}exten`,
  };
}

/** What the packet says of the channel whose headers begin with `prefix`; null when an id is missing (Asterisk before 12 has no Linkedid). */
export function channelFacts(packet: Packet, prefix: '' | 'dest' = ''): ChannelFacts | null {
  const names = headersOf[prefix];
  const of = (header: keyof typeof names) => textOf(packet, names[header]);
  const [name, uniqueid, linkedid] = [of('channel'), of('uniqueid'), of('linkedid')];
  if (name === '' || uniqueid === '' || linkedid === '') return null;
  return {
    name: name as ChannelName,
    uniqueid: uniqueid as Uniqueid,
    linkedid: linkedid as Linkedid,
    state: wholeNumber(of('channelstate')),
    callerNumber: of('calleridnum'),
    callerName: of('calleridname'),
    exten: of('exten'),
  };
}

function withChannel(packet: Packet, make: (channel: ChannelFacts) => AmiEvent): AmiEvent | null {
  const channel = channelFacts(packet);
  return channel && make(channel);
}

function dialBegin(packet: Packet): AmiEvent | null {
  const dest = channelFacts(packet, 'dest');
  return dest && { kind: 'dialBegin', source: channelFacts(packet), dest, dialString: textOf(packet, 'dialstring') };
}

function dialState(packet: Packet): AmiEvent | null {
  const dest = channelFacts(packet, 'dest');
  const status = textOf(packet, 'dialstatus');
  return dest && status !== '' ? { kind: 'dialState', dest, status } : null;
}

function dialEnd(packet: Packet): AmiEvent | null {
  const dest = channelFacts(packet, 'dest');
  const status = textOf(packet, 'dialstatus');
  return dest && status !== '' ? { kind: 'dialEnd', source: channelFacts(packet), dest, status } : null;
}

function bridgeEnter(packet: Packet): AmiEvent | null {
  const holding = textOf(packet, 'bridgetechnology') === 'holding_bridge';
  return inBridge(packet, (bridge, channel) => ({ kind: 'bridgeEnter', bridge, holding, channel }));
}

function bridgeLeave(packet: Packet): AmiEvent | null {
  return inBridge(packet, (bridge, channel) => ({ kind: 'bridgeLeave', bridge, channel }));
}

function inBridge(packet: Packet, make: (bridge: BridgeId, channel: ChannelFacts) => AmiEvent): AmiEvent | null {
  const bridge = textOf(packet, 'bridgeuniqueid');
  return bridge === '' ? null : withChannel(packet, (channel) => make(bridge as BridgeId, channel));
}

function pickup(packet: Packet): AmiEvent | null {
  const target = textOf(packet, 'targetuniqueid');
  return target === ''
    ? null
    : withChannel(packet, (channel) => ({ kind: 'pickup', channel, target: target as Uniqueid }));
}

function hangup(packet: Packet): AmiEvent | null {
  return withChannel(packet, (channel) => ({ kind: 'hangup', channel, cause: wholeNumber(textOf(packet, 'cause')) }));
}

function varSet(packet: Packet, wanted: ReadonlySet<string>): AmiEvent | null {
  const name = variableName(textOf(packet, 'variable'));
  const value = unescaped(textOf(packet, 'value'));
  if (recordingVariables.some((variable) => variable === name)) return recording(packet, value, 'variable');
  const uniqueid = textOf(packet, 'uniqueid');
  return uniqueid === '' || !wanted.has(name)
    ? null
    : { kind: 'variable', uniqueid: uniqueid as Uniqueid, name, value };
}

function recording(packet: Packet, path: string, from: 'variable' | 'cdr'): AmiEvent | null {
  const uniqueid = textOf(packet, 'uniqueid');
  return uniqueid === '' || path === '' ? null : { kind: 'recording', uniqueid: uniqueid as Uniqueid, path, from };
}

/**
 * VarSet is the one event whose value Asterisk escapes, in C's manner (16 and 22: `it's` arrives as `it\'s`).
 * The Cdr gives the same path as it is, and the two must be one.
 */
const unescaped = (value: string) => value.replace(/\\([\\'"?])/g, '$1');

function originateResponse(packet: Packet): AmiEvent | null {
  const actionId = textOf(packet, 'actionid');
  if (actionId === '') return null;
  const uniqueid = textOf(packet, 'uniqueid');
  return {
    kind: 'originateResponse',
    actionId,
    success: textOf(packet, 'response').toLowerCase() === 'success',
    reason: wholeNumber(textOf(packet, 'reason')),
    uniqueid: uniqueid === '' ? null : (uniqueid as Uniqueid),
  };
}

const texts = new SharedTexts();

/** For the core to keep. */
export const textOf = (packet: Packet, header: string): string => texts.of(packet.get(header) ?? '');

const wholeNumber = (digits: string): number => (/^\d{1,9}$/.test(digits) ? Number(digits) : 0);
