/** How a converter is to read a file that browsers do not play. */
export type SoundInput =
  /** The file's own header says all. */
  | { readonly kind: 'wav' | 'au' }
  | { readonly kind: 'gsm' | 'g722' | 'ulaw' | 'alaw' }
  /** Signed linear, 16 bits, low byte first, one channel, without a header. */
  | { readonly kind: 'sln'; readonly rate: number };

/** So much of a file's beginning is looked at. */
export const soundHeadBytes = 4096;

/**
 * What browsers play within a RIFF header: PCM, floats, A-law, mu-law, and the extensible header, whose content is one of these.
 * The tag of .WAV and .wav49 is 0x31, GSM 6.10, which neither Chromium nor Firefox knows.
 */
const playedTags: readonly number[] = [0x0001, 0x0003, 0x0006, 0x0007, 0xfffe];

/** As Asterisk's format modules name them (format_pcm, format_g722, format_gsm, format_sln). */
const headerless: Readonly<Record<string, SoundInput>> = {
  gsm: { kind: 'gsm' },
  g722: { kind: 'g722' },
  ...named(['ulaw', 'ul', 'ulw', 'mu', 'pcm'], { kind: 'ulaw' }),
  ...named(['alaw', 'al', 'alw'], { kind: 'alaw' }),
  ...named(['sln', 'raw', 'sln8'], { kind: 'sln', rate: 8_000 }),
  ...Object.fromEntries([12, 16, 24, 32, 48, 96, 192].map((kilo) => [`sln${kilo}`, sln(kilo * 1000)])),
  sln44: sln(44_100),
};

function named(extensions: readonly string[], input: SoundInput): Readonly<Record<string, SoundInput>> {
  return Object.fromEntries(extensions.map((extension) => [extension, input]));
}

function sln(rate: number): SoundInput {
  return { kind: 'sln', rate };
}

/**
 * What must be done before a browser plays the file; null: nothing. A header goes before the name: .wav may hold GSM, and .gsm
 * may have been converted in its place.
 *
 * @param head the file's first bytes, soundHeadBytes of them if it has so many
 */
export function inputToConvert(name: string, head: Buffer): SoundInput | null {
  const magic = head.toString('latin1', 0, 4);
  if (magic === 'RIFF' && head.toString('latin1', 8, 12) === 'WAVE') return ofWave(head);
  if (magic === '.snd') return { kind: 'au' };
  if (isCompressed(magic, head)) return null;
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(headerless, extension) ? (headerless[extension] ?? null) : null;
}

/** One that another program has converted without giving it another name. A frame of GSM begins with 0xD., so not with these. */
function isCompressed(magic: string, head: Buffer): boolean {
  return ['OggS', 'fLaC'].includes(magic) || magic.startsWith('ID3') || head.toString('latin1', 4, 8) === 'ftyp';
}

/** One without a tag is no sound that anybody could convert, and is left to the browser. */
function ofWave(head: Buffer): SoundInput | null {
  const tag = formatTag(head);
  return tag === null || playedTags.includes(tag) ? null : { kind: 'wav' };
}

/** Of the chunk `fmt `, which need not be the first. */
function formatTag(head: Buffer): number | null {
  for (let at = 12; at + 10 <= head.length; ) {
    if (head.toString('latin1', at, at + 4) === 'fmt ') return head.readUInt16LE(at + 8);
    const size = head.readUInt32LE(at + 4);
    // Chunks are padded to an even length.
    at += 8 + size + (size % 2);
  }
  return null;
}
