const keys = '0123456789*#ABCD';
/** 8000 clock ticks a second, a packet every 20 ms. */
const ticksPerPacket = 160;
const packetsPerKey = 5;
const volume = 10;
const endBit = 0x80;

/**
 * The payloads of a pressed key as telephone-events (RFC 4733), one for every 20 ms: 120 ms in all. The end is told
 * three times, as packets may be lost.
 */
export function keyPayloads(key: string): Buffer[] {
  const code = keys.indexOf(key);
  if (code < 0 || key.length !== 1) throw new Error(`no key ${key} on a phone; it has ${keys}`);
  const lasting = Array.from({ length: packetsPerKey }, (_, index) => payload(code, volume, index + 1));
  const end = payload(code, endBit | volume, packetsPerKey + 1);
  return [...lasting, end, end, end];
}

function payload(code: number, flags: number, packets: number): Buffer {
  return Buffer.from([code, flags, ...uint16(packets * ticksPerPacket)]);
}

const uint16 = (value: number) => [value >> 8, value & 0xff];
