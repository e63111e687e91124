import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PageStream, post } from '../tools/demo/page-stream.ts';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { type OpenedPage, openPage, ready } from './open-page.ts';

/** Slow enough that a person's doings fit into a call. */
const speed = 2;
const patience = 10_000;
const [irina, stranger] = [11, 10];

await describeBrowser('the popups of the module', (chromium) => {
  const stage = demoStage(chromium, { speed });
  let context: BrowserContext;
  const opened: OpenedPage[] = [];
  beforeEach(async () => {
    // The calls of the test before.
    const stream = await PageStream.open(stage.demo.url, '101');
    await stream.until(({ calls }) => calls.every(({ status }) => !/ringing|in-progress/.test(status)), 'quiet');
    stream.close();
    context = await stage.browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
  });
  afterEach(async () => {
    await context.close();
    expect(opened.splice(0).flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  const open = async () => {
    const one = await openPage(stage.browser, stage.demo.url, { context });
    opened.push(one);
    return one;
  };
  const call = async (scenario: string, customer = irina, agent = '101') => {
    expect((await post(stage.demo.url, '/call', { scenario, agent, customer })).status).toBe(202);
  };
  const popups = (page: Page) => page.locator('.asterisk-popup');
  const count = (page: Page, wanted: number) =>
    expect.poll(() => popups(page).count(), { timeout: patience, interval: 20 }).toBe(wanted);
  const note = (page: Page, words: string) =>
    page.locator('.asterisk-note', { hasText: words }).waitFor({ timeout: patience });
  const asked = (action: string) =>
    opened.flatMap(({ answers }) => answers).filter((answer) => answer.includes(`action=${action}`)).length;

  test('a transfer: the popup goes here and comes to the colleague, who sees from whom', async () => {
    const { page } = await open();
    const colleague = await openPage(stage.browser, stage.demo.url, { agent: '102' });
    await call('transfer');
    await count(page, 1);
    await count(colleague.page, 1);
    const words = popups(colleague.page).locator('.asterisk-transfer');
    await words.filter({ hasText: 'Transferred by Anna Belova (101)' }).waitFor({ timeout: patience });
    await count(page, 0);
    await count(colleague.page, 0);
    expect(colleague.complaints).toEqual([]);
    await colleague.page.context().close();
  });

  test('answered by a colleague: it goes, and says by whom', async () => {
    const { page } = await open();
    await call('queue');
    await count(page, 1);
    await count(page, 0);
    expect(await page.locator('.asterisk-note-body').textContent()).toMatch(/^Irina Sokolovaanswered by 10[23]$/);
  });

  test('one that was missed is said to be missed', async () => {
    const { page } = await open();
    await call('missed');
    await count(page, 1);
    await note(page, 'missed');
  });

  test('two tabs: one popup, one question; the tab that is looked at has it', async () => {
    const [first, second] = [(await open()).page, (await open()).page];
    await call('answered');
    await count(second, 1);
    expect(await popups(first).count()).toBe(0);
    await second.close();
    await count(first, 1);
    await count(first, 0);
    expect(asked('Customer')).toBe(1);
  });

  // Two pages are opened while one call goes on.
  test('dismissed: it stays away, also on the next page and in another tab', { retry: 2 }, async () => {
    const { page } = await open();
    await call('answered');
    await popups(page).locator('.asterisk-close').click();
    await count(page, 0);
    // Both at once, as the call goes on for three seconds only.
    const [{ page: other }] = await Promise.all([open(), page.reload().then(() => ready(page))]);
    // Long enough for it to come back, and the call still goes on.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await other.evaluate('AsteriskConnector.page.snapshot.calls.length')).toBe(1);
    expect([await popups(page).count(), await popups(other).count()]).toEqual([0, 0]);
  });

  test('an unknown number: what is typed outlives the call and the page, is saved and linked', async () => {
    const { page } = await open();
    await call('missed', stranger);
    await popups(page).locator('.asterisk-new', { hasText: 'Lead' }).click();
    await page.keyboard.type('<i>Zoë</i> "Q"');
    await page.locator('.asterisk-over').waitFor({ timeout: patience });
    await page.locator('.asterisk-hint', { hasText: 'What you typed is still here' }).waitFor();
    await page.reload();
    await ready(page);
    expect(await page.locator('input.asterisk-name').inputValue()).toBe('<i>Zoë</i> "Q"');
    await page.locator('.asterisk-save').click();
    const card = popups(page).locator('.asterisk-title a', { hasText: '<i>Zoë</i> "Q"' });
    await card.waitFor();
    await page.locator('.asterisk-hint', { hasText: 'linked' }).waitFor();
    expect(await card.getAttribute('href')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/as\/101\/index\.php\?module=Leads&/);
    await page.locator('#rows tr', { hasText: '<i>Zoë</i>' }).waitFor();
    await count(page, 0);
  });

  test('by keyboard: focus is never taken; Escape closes the menu, then the popup; a choice is kept', async () => {
    const { page } = await open();
    await page.locator('#caller').focus();
    await call('answered');
    await count(page, 1);
    expect(await page.evaluate('document.activeElement.id')).toBe('caller');
    await popups(page).locator('.asterisk-settings').focus();
    await page.keyboard.press('Enter');
    await page.locator('.asterisk-menu input:checked').first().focus();
    await page.keyboard.press('ArrowDown');
    // While it rings there is none for who wants them on answer only.
    await count(page, 0);
    await page.locator('.asterisk-popup.asterisk-talking').waitFor({ timeout: patience });
    await popups(page).locator('.asterisk-settings').press('Enter');
    await page.locator('.asterisk-menu').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('.asterisk-menu').count()).toBe(0);
    await page.keyboard.press('Escape');
    await count(page, 0);
    await page.locator('.asterisk-bar-button').click();
    const state = page.locator('.asterisk-panel .asterisk-state');
    await page.locator('.asterisk-panel input[type=radio]').nth(2).check();
    expect(await state.textContent()).toBe('Calls are not shown: “never” is set');
    await page.locator('.asterisk-panel input').first().check();
    expect(await state.textContent()).toBe('Calls are shown here');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('AsteriskConnector.page.user.popup')).toBe('ring');
  });

  test('a name, company and number full of markup are text', async () => {
    const { page } = await open();
    await page.route('**/index.php?*action=Customer*', (route) => route.fulfill({ json: hostile }));
    await call('answered', stranger);
    await popups(page).locator('.asterisk-title', { hasText: markup }).waitFor({ timeout: patience });
    expect(await popups(page).locator('.asterisk-company').textContent()).toBe(markup);
    expect(await popups(page).locator('.asterisk-owner').textContent()).toBe(`Assigned to ${markup}`);
    // An address that leads elsewhere, or is a script, is none.
    expect(await popups(page).locator('a').count()).toBe(0);
    expect(await page.locator('.asterisk-calls img, .asterisk-calls script').count()).toBe(0);
    expect(await page.evaluate('window.hit')).toBeUndefined();
  });

  test('nothing is asked while nobody looks; at once when somebody does', async () => {
    const { page } = await open();
    await page.route('**/asterisk-live/**', (route) => route.abort());
    await page.reload();
    const polls = () => opened[0]?.answers.filter((answer) => answer.includes('poll.php')).length ?? 0;
    await expect.poll(polls, { timeout: patience }).toBeGreaterThan(2);
    await page.evaluate(look('hidden'));
    // One may have been on its way.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = polls();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(polls()).toBe(before);
    await page.evaluate(look('visible'));
    await expect.poll(polls, { timeout: 700, interval: 20 }).toBeGreaterThan(before);
    opened.splice(0);
  });

  test('the connector away: after a while the telephone in the bar says so, and then that it is back', async () => {
    const { page } = await open();
    await page.route('**/asterisk-live/**', (route) => route.abort());
    const unreachable = { status: 502, json: { error: 'connector-unreachable' } };
    await page.route('**/poll.php', (route) => route.fulfill(unreachable));
    await page.reload();
    await page.locator('.asterisk-trouble').waitFor({ timeout: 13_000 });
    expect(await page.locator('.asterisk-bar-button').getAttribute('aria-label')).toMatch(
      /^Calls: settings\. No link to telephony/,
    );
    await page.unroute('**/poll.php');
    await page.locator('.asterisk-bar:not(.asterisk-trouble)').waitFor({ timeout: 40_000 });
    opened.splice(0);
  }, 60_000);
});

/** A headless page is always visible; runs in the stage.browser. */
const look = (state: string) => `{
  Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}`;

const markup = `"><img src=x onerror="window.hit=1"><script>window.hit=1</script>{"a":'b'}`;
const hostile = {
  success: true,
  result: {
    customer: {
      module: 'Contacts',
      id: 1,
      label: markup,
      url: 'javascript:window.hit=1',
      company: { name: markup, url: 'https://elsewhere.example/' },
      owner: markup,
    },
    others: 0,
    mayCreate: [],
  },
};
