import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../browser/open-page.ts';
import { provisionBrowser } from '../browser/provision.ts';
import { type Desk, logIn, openCrm } from './crm-page.ts';
import { Office } from './office.ts';
import { describeCrm } from './settings.ts';

const list = 'module=Contacts&view=List';

/** Needs a running CRM: see settings.ts. */
describeCrm('clicks in a running CRM', (crm) => {
  const { url, user } = crm;
  let office: Office;
  let browser: Browser;
  let desk: Desk;

  beforeAll(async () => {
    const chromium = await provisionBrowser();
    if (chromium.kind !== 'ready') throw new Error(chromium.reason);
    office = await Office.open(crm, 2);
    browser = await launch(chromium.path);
    desk = await logIn(browser, url, user);
    await openCrm(desk.page, url, list);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await office?.close();
  });

  test('a click in a list: the page stays, says what the phone does, and the call is attached to that record', async () => {
    const { page } = desk;
    // Of another customer's number: the CRM itself would attach the call to that one.
    const row = page.locator('tr.listViewEntries', { has: page.locator('.asterisk-phone') }).first();
    const clicked = await row.getAttribute('data-id');
    const other = `7923${String(Date.now()).slice(-7)}`;
    await row.locator('.asterisk-phone').first().evaluate(dialInstead, other);
    const linked = page.waitForResponse(async (response) => {
      const posted = new URLSearchParams(response.request().postData() ?? '');
      return posted.get('action') === 'Link' && (await response.json()).result?.linked === true;
    });
    await row.locator('.asterisk-phone').first().click();
    await page.locator('.asterisk-note').first().waitFor({ timeout: 3000 });
    expect(page.url()).toContain(list);
    await page.locator('.asterisk-note-good').waitFor({ timeout: 20_000 });
    expect(new URLSearchParams((await linked).request().postData() ?? '').get('record')).toBe(clicked);
    await openCrm(page, url, 'module=PBXManager&view=List');
    // vTiger is told a number without the country's 7.
    const call = page.locator('tr.listViewEntries', { hasText: other.slice(1) });
    expect(await call.locator(`a[href*="record=${clicked}"]`).count()).toBeGreaterThan(0);
    await openCrm(page, url, list);
  }, 60_000);

  test.each([
    ['unanswered', /did not answer/, /не ответил/],
    ['declined', /is busy/, /занят/],
    ['busy', /number is busy/, /Номер занят/],
  ] as const)(
    'a click that fails, %s: said so',
    async (scenario, english, russian) => {
      office.afterClick(scenario);
      // A second click within two seconds is the same one.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await desk.page.locator('.asterisk-phone').first().click();
      const words = new RegExp(`${english.source}|${russian.source}`);
      await desk.page.locator('.asterisk-note-bad', { hasText: words }).waitFor({ timeout: 20_000 });
      office.afterClick('answered');
    },
    60_000,
  );

  test('logged out meanwhile: the page says so at the next click', async () => {
    const { page, context } = desk;
    await context.clearCookies();
    await page.locator('.asterisk-phone').first().click();
    await page.locator('.asterisk-note[data-note=session]').waitFor({ timeout: 10_000 });
    await page.locator('.asterisk-trouble').waitFor();
    const words = /logged out|Сеанс в CRM завершён/;
    expect(await page.locator('.asterisk-note[data-note=click-new]').textContent()).toMatch(words);
  }, 60_000);
});

/** Runs in the browser. */
function dialInstead(element: object, number: string): void {
  (element as { dataset: Record<string, string> }).dataset['number'] = number;
}
