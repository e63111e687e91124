import { existsSync } from 'node:fs';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from '../asterisk/claim.ts';
import { Transcoding } from './transcoding.ts';

let sound: Transcoding;
afterEach(() => sound.end());

const copies = 'cat > "$target"';

async function recordings(...names: string[]): Promise<void> {
  for (const name of names) await writeFile(sound.path(name), `sound of ${name}`);
}

const warnings = () => sound.log.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);

describe('a conversion', () => {
  it('is done once, kept over a restart, and never named after a telephone number', async () => {
    sound = await Transcoding.withProgram(copies);
    await recordings('84951112233.gsm');
    const made = { name: '84951112233.mp3', bytes: Buffer.from('sound of 84951112233.gsm') };
    expect(await sound.listen('84951112233.gsm')).toEqual(made);
    expect(await sound.listen('84951112233.gsm')).toEqual(made);
    await sound.restart();
    expect(await sound.listen('84951112233.gsm')).toEqual(made);
    expect(await sound.started()).toHaveLength(1);
    expect(await sound.cached()).toEqual([expect.stringMatching(/^r-id-18-[0-9a-f]+\.mp3$/)]);
  });

  it('of a file that was written again is done again', async () => {
    sound = await Transcoding.withProgram(copies);
    await recordings('a.gsm');
    await sound.listen('a.gsm');
    await utimes(sound.path('a.gsm'), 1_795_000_000, 1_795_000_000);
    await sound.listen('a.gsm');
    expect(await sound.started()).toHaveLength(2);
  });

  it('has the time of the recording, whenever it was made', async () => {
    sound = await Transcoding.withProgram(copies);
    await recordings('a.gsm');
    await utimes(sound.path('a.gsm'), 1_795_000_000, 1_795_000_000);
    for (let n = 0; n < 2; n += 1) {
      const result = await sound.play('a.gsm');
      if ('problem' in result) throw new Error(result.why);
      expect(result.file.mtimeMs).toBe(1_795_000_000_000);
      await result.file.handle.close();
    }
  });

  it('is one for all who ask for the same', async () => {
    sound = await Transcoding.withProgram(`sleep 0.5; ${copies}`);
    await recordings('a.gsm');
    const heard = await Promise.all([1, 2, 3].map(() => sound.listen('a.gsm')));
    expect(heard.map((one) => (typeof one === 'string' ? one : one.name))).toEqual(['a.mp3', 'a.mp3', 'a.mp3']);
    expect(await sound.started()).toHaveLength(1);
  });

  it('goes on when the first asker leaves and another waits, and is killed when the last one leaves', async () => {
    sound = await Transcoding.withProgram(`sleep 1; ${copies}`);
    await recordings('a.gsm', 'b.gsm');
    const [first, second] = [new AbortController(), new AbortController()];
    const left = sound.listen('a.gsm', 'id', first.signal);
    const stays = sound.listen('a.gsm');
    await expect.poll(() => sound.started()).toHaveLength(1);
    first.abort();
    expect(await left).toBe('busy');
    expect(await stays).toMatchObject({ name: 'a.mp3' });
    const alone = sound.listen('b.gsm', 'b', second.signal);
    await expect.poll(() => sound.started()).toHaveLength(2);
    const [, process = 0] = await sound.started();
    second.abort();
    expect(await alone).toBe('busy');
    await expect.poll(() => isAlive(process)).toBe(false);
    await expect.poll(() => sound.cached()).toHaveLength(1);
    expect(warnings()).toEqual([]);
  });

  it('that is asked for again while it is being killed is begun anew', async () => {
    sound = await Transcoding.withProgram(`sleep 0.3; ${copies}`);
    await recordings('a.gsm');
    const first = new AbortController();
    const left = sound.listen('a.gsm', 'id', first.signal);
    await expect.poll(() => sound.started()).toHaveLength(1);
    first.abort();
    expect(await sound.listen('a.gsm')).toMatchObject({ name: 'a.mp3' });
    expect(await left).toBe('busy');
  });

  it('that takes long lets its asker come again, and goes on without him', async () => {
    sound = await Transcoding.withProgram(`sleep 0.7; ${copies}`, { patienceMs: 100 });
    await recordings('a.gsm');
    expect(await sound.listen('a.gsm')).toBe('converting');
    await expect.poll(() => sound.listen('a.gsm'), { timeout: 5000 }).toMatchObject({ name: 'a.mp3' });
    expect(await sound.started()).toHaveLength(1);
  });
});

describe('limits', () => {
  it('so many at once, so many wait, and the rest is sent away', async () => {
    sound = await Transcoding.withProgram(`sleep 0.6; ${copies}`, { atOnce: 2, mostWaiting: 1 });
    const names = ['a.gsm', 'b.gsm', 'c.gsm', 'd.gsm'];
    await recordings(...names);
    const asked = names.map(async (name) => sound.listen(name, name));
    await expect.poll(async () => (await sound.started()).length).toBe(2);
    const heard = await Promise.all(asked);
    expect(heard.filter((one) => one === 'busy')).toHaveLength(1);
    expect(await sound.started()).toHaveLength(3);
  });

  it('one that does not end is killed, said, and not tried again at once', async () => {
    sound = await Transcoding.withProgram('exec sleep 60', { timeoutMs: 300 });
    await recordings('a.gsm');
    expect(await sound.listen('a.gsm')).toBe('not-converted');
    expect(await sound.listen('a.gsm')).toBe('not-converted');
    const [process = 0, ...more] = await sound.started();
    expect(isAlive(process)).toBe(false);
    expect(more).toEqual([]);
    expect(warnings()).toEqual([expect.stringContaining('it was not done within 0 s')]);
    expect(await sound.cached()).toEqual([]);
  });

  it('one that makes too much is killed', async () => {
    sound = await Transcoding.withProgram('exec cat /dev/zero > "$target"', { mostBytes: 5_000_000 });
    await recordings('a.gsm');
    expect(await sound.listen('a.gsm')).toBe('not-converted');
    expect(warnings()).toEqual([expect.stringContaining('larger than 4 MB')]);
    expect(await sound.cached()).toEqual([]);
  });

  it('what was asked for least lately makes room', async () => {
    sound = await Transcoding.withProgram('head -c 400000 /dev/zero > "$target"', { mostBytes: 1_000_000 });
    await recordings('a.gsm', 'b.gsm', 'c.gsm');
    const cache = join(sound.folder, 'cache');
    for (const [name, hour] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      await sound.listen(`${name}.gsm`, name);
      const own = (await sound.cached()).find((one) => one.startsWith(`r-${name}-`)) ?? '';
      await utimes(join(cache, own), hour * 3600, hour * 3600);
    }
    await sound.listen('a.gsm', 'a');
    await writeFile(join(cache, 'of somebody else'), 'x'.repeat(1_000_000));
    await sound.listen('c.gsm', 'c');
    const left = (await sound.cached()).map((name) => name.slice(0, 3)).sort();
    expect(left).toEqual(['of ', 'r-a', 'r-c']);
  });
});

describe('the program', () => {
  it('runs without a shell, without our environment, at low priority, and sees no name of a recording', async () => {
    process.env['CONNECTOR_SECRET_OF_TEST'] = 'secret';
    const tell = 'echo "args: $*" > "$target"; echo "env: $CONNECTOR_SECRET_OF_TEST" >> "$target"';
    sound = await Transcoding.withProgram(`sleep 0.2; ${tell}; echo "nice: $(nice)" >> "$target"; cat >> "$target"`);
    const name = `-i $(touch ${'x'.repeat(8)}) ;touch y\n\`id\`'".gsm`;
    await writeFile(sound.path(name), 'sound');
    const heard = await sound.listen(name);
    delete process.env['CONNECTOR_SECRET_OF_TEST'];
    if (typeof heard === 'string') throw new Error(heard);
    const said = heard.bytes.toString();
    expect(said).not.toContain('touch');
    expect(said).toContain('env: \n');
    expect(said).toMatch(/nice: 1\d\nsound$/);
    expect(existsSync('y')).toBe(false);
    expect(existsSync('xxxxxxxx')).toBe(false);
  });

  it.each([
    ['fails', 'echo "no such codec" >&2; exit 3', 'it ended with 3: no such codec'],
    ['says nothing', 'exit 1', 'it ended with 1: without a word'],
    ['makes nothing', 'exit 0', 'it made nothing'],
    ['crashes', 'kill -SEGV $$', 'it was ended by SIGSEGV'],
  ])('that %s: says so, and leaves nothing', async (_, body, why) => {
    sound = await Transcoding.withProgram(body);
    await recordings('a.gsm');
    expect(await sound.listen('a.gsm')).toBe('not-converted');
    expect(warnings()).toEqual([expect.stringContaining(why)]);
    expect(await sound.cached()).toEqual([]);
  });

  it('that is gone is said to be, and what it has made is played on', async () => {
    sound = await Transcoding.withProgram(copies);
    await recordings('a.gsm', 'b.gsm');
    await sound.listen('a.gsm', 'a');
    await rm(String(/\((.*)\)/.exec(sound.log.lines[0]?.text ?? '')?.[1]));
    await sound.restart();
    expect(await sound.listen('a.gsm', 'a')).toMatchObject({ name: 'a.mp3' });
    expect(await sound.listen('b.gsm', 'b')).toBe('no-transcoder');
  });

  it('is not looked for where conversion is off: files come as they are', async () => {
    sound = await Transcoding.start({ choice: null });
    await recordings('a.gsm');
    expect(await sound.listen('a.gsm')).toEqual({ name: 'a.gsm', bytes: Buffer.from('sound of a.gsm') });
    expect(sound.log.lines).toEqual([]);
  });

  it('that is another one than was said is not used', async () => {
    sound = await Transcoding.start({ choice: { kind: 'sox', path: '/bin/true' } });
    await recordings('a.gsm');
    const result = await sound.play('a.gsm');
    expect(result).toEqual({ problem: 'no-transcoder', why: '/bin/true does not say that it is sox' });
  });

  it('is ended with the connector, and what it was making is cleared away at the next start', async () => {
    sound = await Transcoding.withProgram('echo part > "$target"; exec sleep 60');
    await recordings('a.gsm');
    const asked = sound.listen('a.gsm');
    await expect.poll(() => sound.cached()).toHaveLength(1);
    const [part = ''] = await sound.cached();
    await writeFile(join(sound.folder, 'cache', part.replace(/[0-9a-f]{12}/, 'a'.repeat(12))), 'of a kill -9');
    const [process = 0] = await sound.started();
    await sound.restart();
    expect(await asked).toBe('busy');
    expect(isAlive(process)).toBe(false);
    expect(await sound.cached()).toEqual([]);
  });
});

it('leaves no handle open, whatever became of it', async () => {
  sound = await Transcoding.withProgram('grep -q bad && exit 1; echo x > "$target"');
  await writeFile(sound.path('good.gsm'), 'good');
  await writeFile(sound.path('bad.gsm'), 'bad');
  const { readdirSync, readlinkSync } = await import('node:fs');
  const open = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(sound.folder);
      } catch {
        return false;
      }
    });
  const asked = ['good', 'bad', 'good', 'bad'].map((name) => sound.listen(`${name}.gsm`, name));
  await Promise.all(asked);
  await sound.listen('bad.gsm', 'bad');
  await expect.poll(open).toEqual([]);
  expect(await readFile(sound.path('good.gsm'), 'utf8')).toBe('good');
});
