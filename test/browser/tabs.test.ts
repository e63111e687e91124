import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { openPage } from './open-page.ts';
import { ringingCall } from './ringing-call.ts';

await describeBrowser('two tabs of one user', (chromium) => {
  const stage = demoStage(chromium);
  let context: BrowserContext;
  beforeEach(async () => {
    context = await stage.browser.newContext({ locale: 'en-US' });
  });
  afterEach(() => context.close());

  const open = async () => (await openPage(stage.browser, stage.demo.url, { context })).page;
  const leads = (page: Page) => page.evaluate('AsteriskConnector.page.leader.leads');
  const leading = (page: Page, wanted: boolean) => expect.poll(() => leads(page), { interval: 20 }).toBe(wanted);

  test('what is chosen in one is not undone by the other, which asks', async () => {
    await context.route('**/asterisk-live/**', (route) => route.abort());
    const first = await open();
    const second = await open();
    await leading(first, false);
    await first.locator('.asterisk-bar-button').click();
    await first.locator('.asterisk-panel input[type=radio]').nth(2).check();
    await expect.poll(() => first.evaluate('AsteriskConnector.page.user.popup')).toBe('never');
    // Each of its polls tells the second one of its user anew, as its own token has it.
    const polled = () => second.waitForResponse((response) => response.url().endsWith('poll.php'));
    if (!(await leads(second))) await second.evaluate('window.dispatchEvent(new Event("focus"))');
    await polled();
    await polled();
    expect(await second.evaluate('AsteriskConnector.page.user.popup')).toBe('never');
    await first.evaluate(`AsteriskConnector.page.choose({ popup: 'ring', outgoing: false, sound: true })`);
  });

  test('side by side: the one that gets the focus leads, though both are visible', async () => {
    const [first, second] = [await open(), await open()];
    await leading(first, false);
    await first.evaluate('window.dispatchEvent(new Event("focus"))');
    await leading(first, true);
    await leading(second, false);
  });

  test('saved after its end and rung again: the popup that is there is not taken away', async () => {
    const page = await open();
    await page.route('**/index.php?*action=Customer*', (route) =>
      route.fulfill({ json: { success: true, result: { customer: null, others: 0, mayCreate: ['Leads'] } } }),
    );
    const customer = { module: 'Leads', id: 9, label: 'Zoë', url: 'index.php', company: null, owner: '' };
    await page.route('**/index.php', (route) =>
      route.fulfill({ json: { success: true, result: { customer, linked: true } } }),
    );
    await page.evaluate(`AsteriskConnector.page.feed.stop()`);
    const tell = (calls: object[]) =>
      page.evaluate(
        `AsteriskConnector.page.take(${JSON.stringify({ at: new Date().toISOString(), linkUp: true, calls, ended: [], clicks: [] })})`,
      );
    await tell([call(1)]);
    await page.locator('.asterisk-new').click();
    await page.keyboard.type('Zoë');
    await tell([]);
    await page.locator('.asterisk-save').click();
    await page.locator('.asterisk-title a', { hasText: 'Zoë' }).waitFor();
    await tell([call(2)]);
    await page.evaluate(`document.querySelector('.asterisk-popup').id = 'same'; 0`);
    // Longer than a saved popup of an ended call stays.
    await new Promise((resolve) => setTimeout(resolve, 6500));
    expect(await page.locator('#same').count()).toBe(1);
  });
});

const call = (ring: number) => ringingCall('a', '+79995550000', ring);
