import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command } from '../asterisk/command.ts';
import { describeSound } from './describe-sound.ts';
import { Transcoding } from './transcoding.ts';

const telephony = ['-r', '8000', '-c', '1', '-b', '16'];

/** Three seconds of a tone of 440 Hz, as Asterisk writes them. */
const makers: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'a.gsm': (path) => run('sox', ['-n', ...telephony, '-t', 'gsm', path, ...tone]),
  'a.WAV': (path) => run('sox', ['-n', '-r', '8000', '-c', '1', '-t', 'wav', '-e', 'gsm-full-rate', path, ...tone]),
  'a.wav49': (path) => run('sox', ['-n', '-r', '8000', '-c', '1', '-t', 'wav', '-e', 'gsm-full-rate', path, ...tone]),
  'a.ulaw': (path) => run('sox', ['-n', '-r', '8000', '-c', '1', '-t', 'ul', path, ...tone]),
  'a.alaw': (path) => run('sox', ['-n', '-r', '8000', '-c', '1', '-t', 'al', path, ...tone]),
  'a.sln': (path) => run('sox', ['-n', ...telephony, '-t', 'raw', '-e', 'signed', path, ...tone]),
  'a.sln16': (path) =>
    run('sox', ['-n', '-r', '16000', '-c', '1', '-b', '16', '-t', 'raw', '-e', 'signed', path, ...tone]),
  'a.au': (path) => run('sox', ['-n', ...telephony, '-t', 'au', path, ...tone]),
  'a.g722': (path) =>
    run('ffmpeg', [
      '-loglevel',
      'error',
      '-f',
      'lavfi',
      '-i',
      'sine=440:sample_rate=16000:duration=3',
      '-f',
      'g722',
      path,
    ]),
};

const tone = ['synth', '3', 'sine', '440'];

async function run(program: string, words: readonly string[]): Promise<string> {
  const { ok, output } = await command(program, words);
  if (!ok) throw new Error(output);
  return output;
}

/** What ffmpeg and sox find in what was made. */
async function heard(bytes: Buffer, path: string): Promise<{ seconds: number; hertz: number; peak: number }> {
  await writeFile(path, bytes);
  await run('ffmpeg', ['-loglevel', 'error', '-y', '-i', path, `${path}.pcm.wav`]);
  const stat = await run('sox', [`${path}.pcm.wav`, '-n', 'stat']);
  const figure = (name: string) => Number(new RegExp(`${name}[^:]*: *([0-9.-]+)`).exec(stat)?.[1]);
  return { seconds: figure('Length'), hertz: figure('Rough   frequency'), peak: figure('Maximum amplitude') };
}

await describeSound('recordings in the formats that Asterisk writes', () => {
  let sound: Transcoding;
  afterEach(() => sound.end());

  describe.each(['auto', 'sox'] as const)('with %s', (kind) => {
    beforeEach(async () => {
      sound = await Transcoding.start({ choice: { kind, path: null } });
    });

    const ending = kind === 'auto' ? 'mp3' : 'wav';
    it.each(Object.entries(makers))(`%s becomes ${ending}, as long and with the same tone`, async (name, make) => {
      await make(sound.path(name));
      const made = await sound.listen(name);
      if (kind === 'sox' && name === 'a.g722') return expect(made).toBe('no-transcoder');
      if (typeof made === 'string') throw new Error(`${made} ${JSON.stringify(sound.log.lines)}`);
      expect(made.name).toBe(`a.${ending}`);
      const { seconds, hertz, peak } = await heard(made.bytes, sound.path(`made.${ending}`));
      // Frames of MP3 at both ends add some hundredths.
      expect(Math.abs(seconds - 3)).toBeLessThan(0.2);
      expect(Math.abs(hertz - 440)).toBeLessThan(25);
      expect(peak).toBeGreaterThan(0.05);
      expect(made.bytes.length).toBeLessThan(ending === 'mp3' ? 15_000 : 100_000);
    });
  });

  it('PCM is left as it is', async () => {
    sound = await Transcoding.start();
    await run('sox', ['-n', ...telephony, sound.path('a.wav'), ...tone]);
    expect(await sound.listen('a.wav')).toMatchObject({ name: 'a.wav' });
    expect(await sound.cached()).toEqual([]);
  });

  it.each([
    ['a playlist', '#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n'],
    ['a concatenation', 'ffconcat version 1.0\nfile /etc/passwd\n'],
  ])('%s under the name of a recording is nothing but bytes', async (_, text) => {
    sound = await Transcoding.start();
    await writeFile(sound.path('a.WAV'), text);
    await writeFile(sound.path('a.gsm'), text.repeat(40));
    expect(await sound.listen('a.WAV')).toEqual({ name: 'a.WAV', bytes: Buffer.from(text) });
    const made = await sound.listen('a.gsm', 'b');
    expect(typeof made === 'string' ? made : made.name).toMatch(/^(not-converted|a\.mp3)$/);
  });

  it('a file that is broken off is played as far as it goes', async () => {
    sound = await Transcoding.start();
    await makers['a.gsm']?.(sound.path('a.gsm'));
    const whole = await sound.opened('a.gsm');
    const { buffer } = await whole.handle.read(Buffer.alloc(1650 + 11), 0, 1661, 0);
    await whole.handle.close();
    await writeFile(sound.path('cut.gsm'), buffer);
    const made = await sound.listen('cut.gsm');
    if (typeof made === 'string') throw new Error(made);
    expect((await heard(made.bytes, sound.path('cut.mp3'))).seconds).toBeGreaterThan(0.9);
  });
});
