import type { Packet } from '../../ami/packet.ts';
import { Reader } from '../../ami/reader.ts';
import type { RawPacket } from './stream.ts';

export interface ParsedPacket {
  readonly packet: Packet;
  /** Which of the raw packets it was. */
  readonly index: number;
}

/** As much as a socket gives at once. */
const readLength = 64 * 1024;

/**
 * Reads packets with the connector's own reader: what it makes of them here it makes of them in service.
 *
 * @throws where the connection would be closed: on a packet that hardly ends
 */
export function parse(raw: readonly RawPacket[]): ParsedPacket[] {
  const parsed: ParsedPacket[] = [];
  let index = 0;
  const reader = new Reader({ onPacket: (packet) => parsed.push({ packet, index }), onDropped: () => {} });
  for (const { text } of raw) {
    const sent = asSent(text);
    for (let at = 0; at < sent.length; at += readLength) {
      const excess = reader.read(sent.slice(at, at + readLength));
      if (excess !== null) throw new Error(excess);
    }
    index += 1;
  }
  return parsed;
}

const asSent = (text: string) => `${Buffer.from(text.replace(/\r*\n/g, '\r\n'), 'latin1').toString('utf8')}\r\n\r\n`;
