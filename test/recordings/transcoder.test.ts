import { expect, it } from 'vitest';
import type { SoundInput } from '../../src/recordings/sound-format.ts';
import { transcoderArguments } from '../../src/recordings/transcoder.ts';

const inputs: SoundInput[] = [
  ...(['wav', 'au', 'gsm', 'g722', 'ulaw', 'alaw'] as const).map((kind) => ({ kind })),
  { kind: 'sln', rate: 16_000 },
];

it.each(inputs)('ffmpeg reads $kind from standard input alone, and never guesses the format', (input) => {
  const words = transcoderArguments({ kind: 'ffmpeg', output: 'mp3' }, input, '/c/-x.part') ?? [];
  const from = words.indexOf('-i');
  expect(words[from + 1]).toBe('pipe:0');
  expect(words.indexOf('-f')).toBeLessThan(from);
  expect(words.slice(words.indexOf('-protocol_whitelist')).slice(0, 2)).toEqual(['-protocol_whitelist', 'pipe']);
  expect(words.at(-1)).toBe('file:/c/-x.part');
});

it('sox reads what it knows, and says so of what it does not', () => {
  for (const input of inputs) {
    const words = transcoderArguments({ kind: 'sox', output: 'wav' }, input, '/c/x.part');
    if (input.kind === 'g722') expect(words).toBeNull();
    else expect(words?.slice(-8)).toEqual(['wav', '-e', 'signed-integer', '-b', '16', '-c', '1', '/c/x.part']);
  }
  expect(transcoderArguments({ kind: 'sox', output: 'wav' }, { kind: 'sln', rate: 16_000 }, '/x')).toContain('16000');
});

it('takes no target that could be an option', () => {
  expect(() => transcoderArguments({ kind: 'sox', output: 'wav' }, { kind: 'gsm' }, '-x')).toThrow(RangeError);
});
