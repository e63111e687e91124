import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../asterisk/command.ts';
import { mustBeThere } from '../describe-needed.ts';
import { describeSound } from '../recordings/describe-sound.ts';
import { openOffice, token, type WholeOffice } from '../service/office.ts';
import { recordedInto } from '../service/recorded.ts';
import { launch } from './open-page.ts';
import { provisionBrowser } from './provision.ts';

const chromium = await provisionBrowser();
if (chromium.kind === 'unavailable') mustBeThere(`there is no Chromium: ${chromium.reason}`, 'REQUIRE_BROWSER');

/** What an <audio> of a page makes of an address; runs in the browser. */
const listen = `async (address) => {
  const audio = document.createElement('audio');
  const event = (name) => new Promise((resolve, reject) => {
    audio.addEventListener(name, resolve, { once: true });
    audio.addEventListener('error', () => reject(new Error('broken')), { once: true });
  });
  const loaded = event('loadedmetadata');
  audio.preload = 'metadata';
  audio.src = address;
  try {
    await loaded;
    const seeked = event('seeked');
    audio.currentTime = 500;
    await seeked;
    return { duration: audio.duration, at: audio.currentTime, ahead: audio.buffered.length };
  } catch (fault) {
    return fault.message;
  }
}`;

await describeSound('what Chromium makes of recordings', () => {
  let office: WholeOffice;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (chromium.kind !== 'ready') return;
    office = await openOffice();
    browser = await launch(chromium.path);
    page = await browser.newPage();
    const sounds = await mkdtemp(join(tmpdir(), 'sounds-'));
    for (const [name, ...words] of [['a.gsm'], ['a.WAV', '-t', 'wav', '-e', 'gsm-full-rate'], ['a.wav', '-b', '16']]) {
      const path = join(sounds, name ?? '');
      const made = await command('sox', ['-n', '-r', '8000', '-c', '1', ...words, path, 'synth', '600', 'sine', '440']);
      if (!made.ok) throw new Error(made.output);
      await recordedInto(office, name ?? '', name ?? '', await readFile(path));
    }
    await rm(sounds, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await office?.close();
  });

  const heard = (id: string, more = '') => {
    const address = `http://127.0.0.1:${office.service.httpPort}/recording?id=${id}&secret=${token}${more}`;
    return page.evaluate(`(${listen})(${JSON.stringify(address)})`);
  };

  test.skipIf(chromium.kind !== 'ready').each(['a.gsm', 'a.WAV', 'a.wav'])(
    '%s plays, and can be sought in at once',
    { timeout: 60_000 },
    async (name) => {
      const { duration, at } = (await heard(name)) as { duration: number; at: number };
      expect(Math.abs(duration - 600)).toBeLessThan(1);
      expect(Math.abs(at - 500)).toBeLessThan(0.5);
    },
  );

  test.skipIf(chromium.kind !== 'ready').each(['a.gsm', 'a.WAV'])('%s as it is does not', async (name) => {
    expect(await heard(name, '&raw=1')).toBe('broken');
  });
});
