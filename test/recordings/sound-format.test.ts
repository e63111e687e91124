import { describe, expect, it } from 'vitest';
import { inputToConvert, type SoundInput } from '../../src/recordings/sound-format.ts';

/** A RIFF header as Asterisk writes it; `before`: a chunk that stands before the format. */
function riff(tag: number, before = Buffer.alloc(0)): Buffer {
  const format = Buffer.alloc(24);
  format.write('fmt ', 0, 'latin1');
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(tag, 8);
  return Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'),
    before,
    format,
    Buffer.from('data\0\0\0\0', 'latin1'),
  ]);
}

/** Of an odd size, and therefore padded. */
const chunk = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
const noise = Buffer.from([0xd8, 0x20, 0xa2, 0xe1, 0x5a, 0x50, 0, 0x49, 0x24]);

describe('what a file says of itself goes before its name', () => {
  it.each([
    ['a.wav', 0x0001],
    ['a.wav', 0x0003],
    ['a.WAV', 0x0001],
    ['a.gsm', 0x0001],
    ['a.wav', 0x0006],
    ['a.wav', 0x0007],
    ['a.wav', 0xfffe],
  ])('%s with the tag %i is played', (name, tag) => {
    expect(inputToConvert(name, riff(tag))).toBeNull();
    expect(inputToConvert(name, riff(tag, chunk))).toBeNull();
  });

  it.each([
    ['a.WAV', 0x31],
    ['a.wav49', 0x31],
    ['a.wav', 0x31],
    ['a', 0x02],
    ['a.wav', 0x11],
  ])('%s with the tag %i is converted', (name, tag) => {
    expect(inputToConvert(name, riff(tag))).toEqual({ kind: 'wav' });
    expect(inputToConvert(name, riff(tag, chunk))).toEqual({ kind: 'wav' });
  });

  it.each([
    ['OggS', Buffer.from('OggS\0\0\0\0\0\0')],
    ['ID3', Buffer.from('ID3\x04\0\0\0\0\0\0')],
    ['fLaC', Buffer.from('fLaC\0\0\0\x22')],
    ['MP4', Buffer.from('\0\0\0\x20ftypM4A ')],
  ])("%s under a raw format's name is left as it is", (_, head) => {
    expect(inputToConvert('a.gsm', head)).toBeNull();
  });

  it('Sun audio is converted', () =>
    expect(inputToConvert('a.au', Buffer.from('.snd\0\0\0\x18'))).toEqual({ kind: 'au' }));

  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut off before the tag', riff(0x31).subarray(0, 18)],
    ['a header without a format', Buffer.from('RIFF\0\0\0\0WAVEdata\xff\xff\xff\xff', 'latin1')],
    ['a chunk without end', Buffer.from('RIFF\0\0\0\0WAVELIST\xff\xff\xff\xff\0\0\0\0\0\0', 'latin1')],
    ['nonsense', noise],
  ])('a .wav that is %s is left to the browser', (_, head) => {
    expect(inputToConvert('a.wav', head)).toBeNull();
  });
});

describe('a file without a header', () => {
  it.each<[string, SoundInput]>([
    ['a.gsm', { kind: 'gsm' }],
    ['a.GSM', { kind: 'gsm' }],
    ['a.g722', { kind: 'g722' }],
    ...['ulaw', 'ul', 'ulw', 'mu', 'pcm'].map((end) => [`a.${end}`, { kind: 'ulaw' }] as [string, SoundInput]),
    ...['alaw', 'al', 'alw'].map((end) => [`a.${end}`, { kind: 'alaw' }] as [string, SoundInput]),
    ['a.sln', { kind: 'sln', rate: 8000 }],
    ['a.raw', { kind: 'sln', rate: 8000 }],
    ['a.sln16', { kind: 'sln', rate: 16_000 }],
    ['a.sln44', { kind: 'sln', rate: 44_100 }],
    ['a.sln192', { kind: 'sln', rate: 192_000 }],
  ])('%s is read as %j', (name, input) => {
    expect(inputToConvert(name, noise)).toEqual(input);
  });

  it.each(['a.mp3', 'a.ogg', 'a.opus', 'a.txt', 'a', 'gsm', 'a.constructor', 'a.gsm.bak', 'a.g729'])(
    '%s is left as it is',
    (name) => expect(inputToConvert(name, noise)).toBeNull(),
  );
});
