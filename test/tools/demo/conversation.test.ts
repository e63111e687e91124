import { expect, test } from 'vitest';
import { conversation } from '../../../src/tools/demo/conversation.ts';

test('a WAV of 8 kHz, 16 bit, mono, whose header tells its length', () => {
  const file = conversation(2.5);
  expect(file.length).toBe(44 + 2.5 * 16_000);
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([
    1, 1, 8000, 16_000,
  ]);
  expect([file.readUInt16LE(32), file.readUInt16LE(34)]).toEqual([2, 16]);
  expect(file.toString('latin1', 36, 40)).toBe('data');
  expect(file.readUInt32LE(40)).toBe(file.length - 44);
});

/** How often the sound crosses zero upwards in a stretch of time: its pitch in Hz, for a second. */
function crossings(file: Buffer, fromSeconds: number, toSeconds: number): number {
  let count = 0;
  for (let n = fromSeconds * 8000 + 1; n < toSeconds * 8000; n += 1)
    if (file.readInt16LE(44 + (n - 1) * 2) < 0 && file.readInt16LE(44 + n * 2) >= 0) count += 1;
  return count / (toSeconds - fromSeconds);
}

test('two voices of different pitch speak in turn, softly, with a pause between', () => {
  const file = conversation(4);
  expect(crossings(file, 0.1, 0.9)).toBeCloseTo(262, -1);
  expect(crossings(file, 1.3, 2.1)).toBeCloseTo(330, -1);
  expect(crossings(file, 1.06, 1.19)).toBe(0);
  const samples = new Int16Array(file.buffer, file.byteOffset + 44, 4 * 8000);
  const loudest = Math.max(...samples.map(Math.abs));
  expect(loudest).toBeGreaterThan(2000);
  expect(loudest).toBeLessThan(8000);
});

test('an unanswered call leaves a header without sound', () => {
  expect(conversation(0).length).toBe(44);
  expect(conversation(-1).length).toBe(44);
});
