import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect its garbage sooner. What the connector keeps is about 30 MB however much it has to do, but by default V8 lets
 * garbage grow to 110 MB and more before it looks, on a machine whose memory belongs to Asterisk: measured while 10,000
 * callbacks were caught up, 250 MB of resident memory without this and 119 MB with it, for a tenth more of processor time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
  // The young generation begins with 1 MB and would grow to three times 16 MB.
  setFlagsFromString('--semi-space-growth-factor=1');
}
