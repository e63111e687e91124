import type { Packet } from '../../ami/packet.ts';
import { shortChannel } from './said.ts';

/** What an id looks like that Asterisk or this connector made: nobody's number is in it. */
const ids = /^(?:[A-Za-z][A-Za-z_-]{0,31}-)?\d{9,10}\.\d+$|^c2c-[0-9a-z]+-[0-9a-f]{8}$/;

const channels = /^[A-Za-z0-9]+\/(\S{1,40})-[0-9a-f]{8}(?:;[12])?$/;

/** Ids and channel names of these packets, which a reader must see, although they look like telephone numbers. */
export function keptWords(packets: Iterable<Packet>): Set<string> {
  const kept = new Set<string>();
  for (const packet of packets) {
    for (const [header, value] of packet) {
      if (/(?:uniqueid|linkedid|actionid)$/.test(header) && ids.test(value)) kept.add(value);
      if (!header.endsWith('channel') || !isHarmless(value)) continue;
      kept.add(value);
      kept.add(shortChannel(value));
    }
  }
  return kept;
}

/** A channel's name whose endpoint is no number: `PJSIP/101-0000002a`, and not `Local/79211014011@office-00000003;1`. */
function isHarmless(channel: string): boolean {
  const endpoint = channels.exec(channel)?.[1];
  return endpoint !== undefined && endpoint.replace(/\P{Nd}/gu, '').length < 7;
}
