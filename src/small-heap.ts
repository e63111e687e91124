import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect its garbage sooner. What the connector keeps is about 30 MB however much it has to do, but by default V8 lets
 * garbage grow to several times that before it looks, on a machine whose memory belongs to Asterisk. Resident memory at 400 and
 * 700 calls/s: 151 and 218 MB without this, 121 and 139 with it, for hardly more of processor time. (`--optimize-for-size` keeps
 * another 10 MB less, and 700 calls/s are then too many.)
 */
export function keepHeapSmall(): void {
  // The young generation begins with 1 MB and would grow to three times 16 MB.
  setFlagsFromString('--semi-space-growth-factor=1');
  // The old one is looked through when it has grown by half; the usual is by one to three times.
  setFlagsFromString('--heap-growing-percent=50');
}
