import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunksOf, loadCapture } from '../../src/tools/demo/capture.ts';
import { type Ear, openEar } from './hear.ts';
import { captureNames } from './streams.ts';

let ear: Ear;
const bytes = new Map<string, Buffer>();

beforeAll(async () => {
  ear = await openEar();
  for (const name of captureNames) {
    const capture = await loadCapture(`test/captures/${name}`);
    bytes.set(name, Buffer.concat(chunksOf(capture, 'true').map((chunk) => chunk.bytes)));
  }
});

afterAll(() => ear.close());

/** A piece of one packet, some of them, or many at once. */
const anySize = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 41, max: 2000 }),
  fc.integer({ min: 2001, max: 20_000 }),
);

test('a stream read in chunks of any size is the same stream', () => {
  fc.assert(
    fc.property(fc.constantFrom(...captureNames), fc.array(anySize, { minLength: 1, maxLength: 30 }), (name, sizes) => {
      const whole = bytes.get(name) ?? Buffer.alloc(0);
      const inputs = ear.read(cut(whole, sizes));
      expect(inputs.length).toBeGreaterThan(0);
      expect(inputs).toEqual(ear.read([whole]));
    }),
    { numRuns: 1000 },
  );
}, 120_000);

function cut(whole: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const size = Math.max(1, sizes[chunks.length % sizes.length] ?? 1);
    chunks.push(whole.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
