/** 8 kHz, 16 bit, mono: as MixMonitor writes a telephone call. */
const samplesPerSecond = 8000;
const bytesPerSample = 2;
export const bytesPerSecond = samplesPerSecond * bytesPerSample;
export const wavHeaderBytes = 44;

/** Two voices, in Hz, that speak in turn. */
const voices = [262, 330] as const;
const turnSeconds = 1.2;
const pauseSeconds = 0.15;
const loudness = 0.12;

/** A WAV file of two soft tones that alternate like people who talk. Of no length: a header without sound. */
export function conversation(seconds: number): Buffer {
  const count = Math.max(0, Math.round(seconds * samplesPerSecond));
  const file = Buffer.alloc(wavHeaderBytes + count * bytesPerSample);
  writeHeader(file, count * bytesPerSample);
  for (let n = 0; n < count; n += 1) {
    const value = sample(n / samplesPerSecond, seconds);
    file.writeInt16LE(Math.round(value * 0x7fff), wavHeaderBytes + n * bytesPerSample);
  }
  return file;
}

/** -1..1 at a time of a talk. */
function sample(at: number, seconds: number): number {
  const turn = Math.floor(at / turnSeconds);
  const within = at - turn * turnSeconds;
  const spoken = Math.min(turnSeconds - pauseSeconds, seconds - turn * turnSeconds);
  if (within >= spoken) return 0;
  const pitch = voices[turn % voices.length] ?? voices[0];
  // Rises and falls with each turn, so that nothing clicks; a slow tremble makes it less of a tone.
  const swell = Math.sin((Math.PI * within) / spoken);
  const tremble = 1 + 0.25 * Math.sin(2 * Math.PI * 5 * at);
  return loudness * swell * tremble * Math.sin(2 * Math.PI * pitch * at);
}

function writeHeader(file: Buffer, soundBytes: number): void {
  file.write('RIFF', 0, 'ascii');
  file.writeUInt32LE(wavHeaderBytes - 8 + soundBytes, 4);
  file.write('WAVEfmt ', 8, 'ascii');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(samplesPerSecond, 24);
  file.writeUInt32LE(bytesPerSecond, 28);
  file.writeUInt16LE(bytesPerSample, 32);
  file.writeUInt16LE(bytesPerSample * 8, 34);
  file.write('data', 36, 'ascii');
  file.writeUInt32LE(soundBytes, 40);
}
