import { beforeAll, expect, test } from 'vitest';
import { openCrm } from './crm-page.ts';
import { crmStage } from './crm-stage.ts';
import { describeCrm } from './settings.ts';

const list = 'module=Contacts&view=List';

/** Needs a running CRM: see settings.ts. */
describeCrm('clicks in a running CRM', (crm) => {
  const { url } = crm;
  const stage = crmStage(crm);
  beforeAll(async () => {
    await openCrm(stage.desk.page, url, list);
  }, 60_000);

  test('a click in a list: the page stays, says what the phone does, and the call is attached to that record', async () => {
    const { page } = stage.desk;
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
      stage.office.afterClick(scenario);
      // A second click within two seconds is the same one.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await stage.desk.page.locator('.asterisk-phone').first().click();
      const words = new RegExp(`${english.source}|${russian.source}`);
      await stage.desk.page.locator('.asterisk-note-bad', { hasText: words }).waitFor({ timeout: 20_000 });
      stage.office.afterClick('answered');
    },
    60_000,
  );

  test('logged out meanwhile: the page says so at the next click', async () => {
    const { page, context } = stage.desk;
    await context.clearCookies();
    await page.locator('.asterisk-phone').first().click();
    await page.locator('.asterisk-note[data-note=session]').waitFor({ timeout: 10_000 });
    await page.locator('.asterisk-trouble').waitFor();
    const words = /logged out|Сеанс в CRM завершён/;
    expect(await page.locator('.asterisk-note[data-note=click-new]').textContent()).toMatch(words);
  }, 60_000);
});

/** Runs in the stage.browser. */
function dialInstead(element: object, number: string): void {
  (element as { dataset: Record<string, string> }).dataset['number'] = number;
}
