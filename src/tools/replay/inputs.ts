import { createDecode, decodedEvents } from '../../ami/decode.ts';
import type { Packet } from '../../ami/packet.ts';
import { listedChannel } from '../../ami/resync.ts';
import type { AmiEvent, ChannelFacts, Input } from '../../call/ami-event.ts';
import { endpointOf, type Rules } from '../../call/classify.ts';
import type { ChannelName, Uniqueid } from '../../call/ids.ts';

export interface TimedPacket {
  readonly at: number;
  readonly packet: Packet;
}

/** One thing that Asterisk said, and what the core is told of it (`input` null: nothing, it is only a signpost for the reader). */
export interface Heard {
  readonly at: number;
  readonly packet: Packet;
  readonly input: Input | null;
}

export interface Inputs {
  readonly heard: readonly Heard[];
  /** How many events of each kind lack what is needed of them. */
  readonly broken: ReadonlyMap<string, number>;
}

/** Events that say nothing to the core, and much to a person. */
const signposts: ReadonlySet<string> = new Set([
  'queuecallerjoin',
  'queuecallerabandon',
  'blindtransfer',
  'attendedtransfer',
  'parkedcall',
  'parkedcalltimeout',
  'parkedcallgiveup',
  'unparkedcall',
  'hold',
  'unhold',
]);

/** Whether an event of this name has anything to say, to the core or to a person. */
export function isNeeded(event: string): boolean {
  const name = event.toLowerCase();
  return decodedEvents.has(name) || signposts.has(name) || name.startsWith('coreshowchannel');
}

export interface InputReader {
  take(packets: readonly TimedPacket[]): void;
  all(): Inputs;
}

/** What the connector would have taken from packets, which may come in several goes. */
export function createInputReader(variables: readonly string[], rules: Rules): InputReader {
  const decode = createDecode(variables);
  const heard: Heard[] = [];
  const broken = new Map<string, number>();
  let listed: TimedPacket[] = [];
  const takeOne = ({ at, packet }: TimedPacket) => {
    const event = packet.get('event')?.toLowerCase() ?? '';
    const input = decode(packet);
    if (event === 'coreshowchannel') listed.push({ at, packet });
    if (event === 'coreshowchannelscomplete') {
      heard.push({ at, packet, input: snapshotOf(listed, at) });
      listed = [];
    } else if (input !== null || signposts.has(event)) heard.push({ at, packet, input });
    else if (decodedEvents.has(event) && isBroken(packet)) broken.set(event, (broken.get(event) ?? 0) + 1);
  };
  return {
    take: (packets) => packets.forEach(takeOne),
    all: () => ({ heard: withClicks(heard, rules), broken }),
  };
}

/** A VarSet of another variable and a Cdr without a recording's path are as they should be. */
function isBroken(packet: Packet): boolean {
  return !['varset', 'cdr', 'originateresponse'].includes(packet.get('event')?.toLowerCase() ?? '');
}

/** The connector asks for the list of channels after each login; a tcpdump of it has the answer. */
function snapshotOf(listed: readonly TimedPacket[], at: number): Input {
  const channels = listed.map(({ packet }) => listedChannel(packet)).filter((channel) => channel !== null);
  const since = listed[0]?.at ?? at;
  return { kind: 'snapshot', channels, since, heardUntil: since };
}

/** What the connector's own ActionIDs begin with. */
const ownClick = /^c2c-/;

/**
 * A click is the connector's own doing: Asterisk only tells of its end. So the click is put where its first channel
 * begins, with what the OriginateResponse says of it.
 */
function withClicks(heard: readonly Heard[], rules: Rules): Heard[] {
  const clicks = new Map<number, Heard>();
  heard.forEach(({ at, packet, input }, index) => {
    if (input?.kind !== 'originateResponse' || !ownClick.test(input.actionId)) return;
    const endpoint = endpointOf((packet.get('channel') ?? '') as ChannelName, rules);
    if (endpoint.kind !== 'extension') return;
    const first = firstOf(heard, index, input, endpoint.extension, rules);
    const born = heard[first]?.input;
    const uniqueid =
      born?.kind === 'newChannel' ? born.channel.uniqueid : (input.uniqueid ?? (input.actionId as Uniqueid));
    const number = packet.get('exten') ?? '';
    const click: Input = {
      kind: 'click',
      actionId: input.actionId,
      uniqueid,
      extension: endpoint.extension,
      number,
    };
    clicks.set(first, { at: heard[first]?.at ?? at, packet, input: click });
  });
  return heard.flatMap((one, index) => {
    const click = clicks.get(index);
    return click === undefined ? [one] : [click, one];
  });
}

type OriginateResponse = Extract<AmiEvent, { kind: 'originateResponse' }>;

/** The beginning of the channel that an Originate made: by its id, or the last of that phone's that nobody dialled. */
function firstOf(
  heard: readonly Heard[],
  response: number,
  { uniqueid, actionId }: OriginateResponse,
  extension: string,
  rules: Rules,
): number {
  const born = (is: (channel: ChannelFacts) => boolean) =>
    heard.findLastIndex(({ input }, index) => index < response && input?.kind === 'newChannel' && is(input.channel));
  const byId = born((channel) => channel.uniqueid === uniqueid || channel.uniqueid === actionId);
  if (byId >= 0) return byId;
  const dialled = heard.findLast(
    ({ input }, index) => index < response && isOriginateOf(input, extension, rules),
  )?.input;
  const dest = dialled?.kind === 'dialBegin' ? dialled.dest.uniqueid : null;
  const byPhone = born((channel) => channel.uniqueid === dest);
  return byPhone >= 0 ? byPhone : response;
}

/** An Originate's DialBegin has no caller. */
function isOriginateOf(input: Input | null, extension: string, rules: Rules): boolean {
  if (input?.kind !== 'dialBegin' || input.source !== null) return false;
  const endpoint = endpointOf(input.dest.name, rules);
  return endpoint.kind === 'extension' && endpoint.extension === extension;
}
