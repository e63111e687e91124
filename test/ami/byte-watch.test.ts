import { expect, test } from 'vitest';
import { ByteWatch } from '../../src/ami/byte-watch.ts';

const packet = 'Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n';

/** The first complaint about text read in pieces of a size; every packet that ends is given out. */
function complaint(text: string, size: number, end = '\r\n\r\n'): string | null {
  const watch = new ByteWatch();
  for (let at = 0; at < text.length; at += size) {
    const wrong = watch.seen(text.slice(at, at + size));
    if (wrong !== null) return wrong;
    const read = text.slice(0, at + size);
    if (read.lastIndexOf(end) + end.length > Math.max(at, end.length - 1)) watch.packetComplete();
  }
  return null;
}

test.each([1, 2, 3, 7, 68, 69, 70, 65_536])('packets without end are let be, in reads of %i bytes', (size) => {
  expect(complaint(packet.repeat(2_000), size)).toBeNull();
});

test('packets that end in a bare line feed are, too', () => {
  const bare = packet.replaceAll('\r', '');
  for (const size of [1, 2, 5]) expect(complaint(bare.repeat(2_000), size, '\n\n')).toBeNull();
});

test('what is unfinished is complained of, also behind whole packets in the same read', () => {
  const endless = 'Header: value\r\n'.repeat(5_001);
  expect(complaint(endless, 1_000)).toBe('over 5000 lines without the end of a packet');
  expect(complaint(packet + endless, 1e6)).toBe('over 5000 lines without the end of a packet');
  expect(complaint(packet + 'x'.repeat(1024 * 1024 + 1), 65_536)).toBe(
    'over 1048576 bytes without the end of a packet',
  );
});

test('empty lines alone are complained of', () => {
  const watch = new ByteWatch();
  const said = Array.from({ length: 30 }, () => watch.seen('\r\n'.repeat(1_000)));
  expect(said.find((one) => one !== null)).toBe('over 20000 lines without a packet');
});
