import type { ListedChannel } from '../call/ami-event.ts';
import type { BridgeId } from '../call/ids.ts';
import type { Clock } from '../clock.ts';
import { channelFacts, textOf } from './decode.ts';
import type { AmiLink } from './link.ts';
import type { Packet } from './packet.ts';

/** As the call core's `snapshot` input takes it. */
export type ChannelList =
  | {
      readonly kind: 'listed';
      readonly channels: readonly ListedChannel[];
      /** When Asterisk was asked: a channel that began later may be missing. Epoch milliseconds. */
      readonly since: number;
    }
  /** `forbidden`: asking again is no use. */
  | { readonly kind: 'failed' | 'forbidden'; readonly reason: string };

const listLimitMs = 15_000;

/** Every channel that Asterisk has now (CoreShowChannels; needs write class `reporting`). Part of a list is none. */
export async function listChannels(link: Pick<AmiLink, 'send'>, clock: Clock): Promise<ChannelList> {
  const since = clock.now();
  const result = await link.send({ Action: 'CoreShowChannels' }, { timeoutMs: listLimitMs, until: isComplete });
  if (result.kind === 'rejected') return { kind: 'forbidden', reason: result.message };
  if (result.kind !== 'answered') return { kind: 'failed', reason: result.kind };
  const listed = result.events.filter((event) => event.get('event') === 'CoreShowChannel');
  const channels = listed.map(listedChannel).filter((channel) => channel !== null);
  if (channels.length < listed.length)
    return { kind: 'failed', reason: 'a channel without Uniqueid or Linkedid in the list' };
  return { kind: 'listed', channels, since };
}

export function listedChannel(event: Packet): ListedChannel | null {
  const facts = channelFacts(event);
  const bridge = textOf(event, 'bridgeid');
  const ageMs = durationMs(event.get('duration') ?? '');
  return facts && { ...facts, ageMs, bridge: bridge === '' ? null : (bridge as BridgeId) };
}

/** `00:01:05`; of a channel that is days old the hours go on beyond 24 (22, 16: `%.2d:%.2d:%.2d`). */
function durationMs(text: string): number {
  const parts = /^(\d+):(\d\d):(\d\d)$/.exec(text);
  if (parts === null) return 0;
  const [, hours, minutes, seconds] = parts.map(Number);
  return (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}

const isComplete = (event: Packet) => event.get('event') === 'CoreShowChannelsComplete';
