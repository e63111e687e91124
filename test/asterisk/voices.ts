const samplesPerPacket = 160;
const lowestHertz = 400;
/** Steps of 50 Hz: whole waves in 20 ms, so the same frame again and again is a steady tone. */
const stepHertz = 50;

const voices = new Map<string, Buffer>();

/** The 20 ms of PCMU that a phone sends again and again: a tone of its own, for each name always the same one. */
export function voiceOf(phone: string): Buffer {
  const known = voices.get(phone);
  if (known) return known;
  const voice = tone(lowestHertz + stepHertz * voices.size);
  voices.set(phone, voice);
  return voice;
}

/** Whose voice a packet's sound is: Asterisk hands PCMU on as it came. null: music, a ringing tone, a prompt, two at once. */
export function whoseVoice(sound: Buffer): string | null {
  for (const [phone, voice] of voices) if (voice.equals(sound)) return phone;
  return null;
}

function tone(hertz: number): Buffer {
  const sample = (index: number) => 8000 * Math.sin((2 * Math.PI * hertz * index) / 8000);
  return Buffer.from(Array.from({ length: samplesPerPacket }, (_, index) => muLaw(sample(index))));
}

/** G.711 mu-law of one 16-bit sample. */
function muLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(Math.round(sample)), 32635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}
