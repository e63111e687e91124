import { expect, test } from 'vitest';
import { createDecode } from '../../src/ami/decode.ts';
import type { Packet } from '../../src/ami/packet.ts';
import { liveMegabytes } from '../memory.ts';

/** A packet whose values are parts of one read of 64 KB, as the parser cuts them. */
function packetOfLongRead(serial: number): Packet {
  const read = Buffer.alloc(2 ** 16, `Uniqueid: 1795268000.${serial}\r\n`).toString('latin1');
  const [id = ''] = /\d+\.\d+/.exec(read) ?? [];
  const value = read.slice(read.indexOf(id), read.indexOf(id) + id.length);
  return new Map([
    ['event', 'Hangup'],
    ['channel', 'PJSIP/101-00000001'],
    ['uniqueid', value],
    ['linkedid', value],
  ]);
}

test('what is kept of an event does not keep all that was read with it', () => {
  const decode = createDecode([]);
  const before = liveMegabytes();
  const kept = Array.from({ length: 500 }, (_, serial) => decode(packetOfLongRead(serial)));
  expect(liveMegabytes() - before).toBeLessThan(10);
  expect(kept[499]).toMatchObject({ kind: 'hangup', channel: { uniqueid: '1795268000.499' } });
});
