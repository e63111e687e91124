import type { Locator } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PageState, PageStream } from '../tools/demo/page-stream.ts';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { type OpenedPage, openPage, popupLooks, popupTimes, ready, watchLooks } from './open-page.ts';

/** Slow enough that a popup can be looked at, and that the recording has something to seek in. */
const speed = 3;
const patience = 10_000;

/** What is used of an audio element. */
interface Player {
  readonly seekable: { start(index: number): number; end(index: number): number };
  currentTime: number;
  play(): Promise<void>;
  pause(): void;
  addEventListener(event: 'seeked', run: () => void, options: { once: true }): void;
}

/** Runs in the browser. */
async function playAndSeek(element: object, to: number) {
  const audio = element as Player;
  await audio.play();
  await new Promise<void>((resolve) => {
    audio.addEventListener('seeked', resolve, { once: true });
    audio.currentTime = to;
  });
  audio.pause();
  return { from: audio.seekable.start(0), to: audio.seekable.end(0), at: audio.currentTime };
}

await describeBrowser('the demo in a browser', (chromium) => {
  const stage = demoStage(chromium, { speed });
  let opened: OpenedPage;
  let stream: PageStream;
  beforeEach(async () => {
    stream = await PageStream.open(stage.demo.url, '101');
    opened = await openPage(stage.browser, stage.demo.url);
    await watchLooks(opened.page);
  });
  afterEach(async () => {
    stream.close();
    await opened.page.context().close();
    expect(opened.complaints).toEqual([]);
  });

  const press = (scenario: string) => opened.page.locator(`[data-scenario=${scenario}]`).click();
  const popups = () => opened.page.locator('.asterisk-popup');
  const rows = () => opened.page.locator('#rows tr');
  const status = (row: Locator) => row.locator('[data-status]').getAttribute('data-status');
  const gone = (locator: Locator) => expect.poll(() => locator.count(), { timeout: patience }).toBe(0);
  const becomes = (row: Locator, wanted: string) =>
    expect.poll(() => status(row), { timeout: patience, interval: 20 }).toBe(wanted);

  /** When Asterisk said it, of this test's own calls. */
  const said = (event: RegExp, since: number) =>
    stream.lines.find(({ at, from, text }) => at >= since && from === 'asterisk' && event.test(text))?.at ?? Number.NaN;

  test('an answered call: the popup comes and goes within a second, the row ends completed', async () => {
    const began = Date.now();
    await press('answered');
    await expect.poll(() => popupTimes(opened.page), { timeout: patience }).toHaveLength(2);
    const looks = await popupLooks(opened.page);
    expect(looks).toContainEqual({
      kind: 'Incoming call',
      clock: expect.stringMatching(/^00:0\d$/),
      link: 'Irina Sokolova',
      company: 'Sokol Furniture',
      number: '+7 921 100-00-11 · line 74951112233',
      owner: 'Assigned to Anna Belova',
    });
    expect(looks.at(-1)).toMatchObject({ kind: 'Talking', clock: expect.stringMatching(/^00:0\d$/) });
    const [came, went] = await popupTimes(opened.page);
    expect(came).toMatchObject({ what: 'came' });
    expect(went).toMatchObject({ what: 'went', call: came?.call });
    expect((came?.at ?? 0) - said(/^DialBegin/, began)).toBeLessThan(1000);
    expect((went?.at ?? 0) - said(/^Hangup/, began)).toBeLessThan(1000);
    await becomes(rows().first(), 'completed');
  });

  test('its recording plays and seeks', async () => {
    const before = await rows().count();
    await press('answered');
    await expect.poll(() => rows().count(), { timeout: patience }).toBe(before + 1);
    await becomes(rows().first(), 'completed');
    const ready = ({ calls }: PageState) => calls.length > before && calls[0]?.hasRecording === true;
    await stream.until(ready, 'the recording');
    const asked = () => opened.answers.filter((answer) => answer.includes('action=Recording'));
    expect(asked()).toEqual([]);
    await rows().first().locator('.asterisk-listen').click();
    const player = rows().first().locator('audio');
    const heard = await player.evaluate(playAndSeek, 1);
    expect(heard).toMatchObject({ from: 0, to: expect.closeTo(4 / speed, 1) });
    expect(heard.at).toBeGreaterThanOrEqual(1);
    expect(asked().length).toBeGreaterThan(1);
    expect(asked().every((answer) => answer.startsWith('206'))).toBe(true);
  });

  test('a click on a number rings my phone and ends as an outbound row', async () => {
    const before = await rows().count();
    await opened.page.locator('#customers li', { hasText: 'Volkov' }).locator('.phoneField').click();
    const note = opened.page.locator('.asterisk-note', { hasText: '+7 921 100-00-14' });
    await note.filter({ hasText: 'Your phone is ringing' }).waitFor({ timeout: 1500 });
    await note.filter({ hasText: 'Connected' }).waitFor({ timeout: patience });
    await expect.poll(() => rows().count(), { timeout: patience }).toBe(before + 1);
    await becomes(rows().first(), 'completed');
    expect(await rows().first().textContent()).toMatch(/^OutVolkov Logistics/);
    expect(await popups().count()).toBe(0);
  });

  test('two at once: two popups, the answered one goes first, both rows end', async () => {
    await press('two');
    await expect.poll(() => popups().count(), { timeout: patience, interval: 20 }).toBe(2);
    await gone(popups());
    const kinds = (await popupLooks(opened.page)).map(({ kind }) => kind);
    expect(kinds).toContain('Talking');
    const times = await popupTimes(opened.page);
    expect(times.map(({ what }) => what)).toEqual(['came', 'came', 'went', 'went']);
    expect(times[2]?.call).toBe(times[0]?.call);
    await becomes(rows().nth(0), 'no-answer');
    await becomes(rows().nth(1), 'completed');
  });

  test('hostile names are shown as the text that they are', async () => {
    await opened.page.locator('#caller').selectOption({ label: "Maria O'Neill" });
    await press('special');
    await popups().first().waitFor({ timeout: patience });
    await popups().locator('.asterisk-company', { hasText: '<b>Northern Lights</b>' }).waitFor({ timeout: patience });
    expect(await opened.page.locator('main b, .asterisk-calls b').count()).toBe(0);
    const line = opened.page.locator('#wire-lines li', { hasText: 'ООО «Ромашка», Event: Hangup; Linkedid: 1 <Ёж>' });
    expect(await line.count()).toBeGreaterThan(0);
    await gone(popups());
  });

  test('by keyboard alone, as another agent; the first agent has no popup', async () => {
    const second = await openPage(stage.browser, stage.demo.url);
    await second.page.locator('[name=agent][value="101"]').focus();
    await second.page.keyboard.press('ArrowRight');
    await ready(second.page);
    await second.page.locator('[data-scenario=declined]').focus();
    await second.page.keyboard.press('Enter');
    await second.page.locator('.asterisk-popup').waitFor({ timeout: patience });
    expect(await popups().count()).toBe(0);
    await rows().first().filter({ hasText: 'Boris Orlov' }).waitFor({ timeout: patience });
    await gone(second.page.locator('.asterisk-popup'));
    expect(second.complaints).toEqual([]);
    await second.page.context().close();
  });

  test('in Russian, on a narrow screen: everything is there and nothing sticks out', async () => {
    const phone = await openPage(stage.browser, stage.demo.url, { locale: 'ru-RU', width: 360, height: 740 });
    expect(await phone.page.locator('[data-scenario=answered]').textContent()).toBe('Я отвечаю');
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await phone.page.locator('[name=language][value=en]').check();
    expect(await phone.page.locator('[data-scenario=answered]').textContent()).toBe('I answer');
    expect(await phone.page.evaluate('document.documentElement.lang')).toBe('en');
    const empty = '[...document.querySelectorAll("[data-text]")].filter((one) => one.textContent.trim() === "").length';
    expect(await phone.page.evaluate(empty)).toBe(0);
    expect(phone.complaints).toEqual([]);
    await phone.page.context().close();
  });
});
