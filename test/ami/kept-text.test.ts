import { expect, test } from 'vitest';
import { createDecode } from '../../src/ami/decode.ts';
import type { Packet } from '../../src/ami/packet.ts';
import { liveMegabytes } from '../memory.ts';

/** A packet whose values are parts of one read of 64 KB, as the reader cuts them. */
function packetOfLongRead(epoch: string, serial: number): Packet {
  const read = Buffer.alloc(2 ** 16, `Uniqueid: ${epoch}.${serial}\r\n`).toString('latin1');
  const [id = ''] = /\d+\.\d+/.exec(read) ?? [];
  const value = read.slice(read.indexOf(id), read.indexOf(id) + id.length);
  return new Map([
    ['event', 'Hangup'],
    ['channel', 'PJSIP/101-00000001'],
    ['uniqueid', value],
    ['linkedid', value],
  ]);
}

// Of 14 characters, and of 12, which are no copies.
test.each(['1795268000', '17952680'])(
  'what is kept of an event does not keep all that was read with it: %s',
  (epoch) => {
    const decode = createDecode([]);
    const before = liveMegabytes();
    const kept = Array.from({ length: 500 }, (_, serial) => decode(packetOfLongRead(epoch, serial)));
    expect(liveMegabytes() - before).toBeLessThan(10);
    expect(kept[499]).toMatchObject({ kind: 'hangup', channel: { uniqueid: `${epoch}.499` } });
  },
);
