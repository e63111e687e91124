import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { logIn, openCrm, popupCount, popups } from './crm-page.ts';
import { crmStage } from './crm-stage.ts';
import { describeCrm } from './settings.ts';

const serial = String(Date.now()).slice(-7);
/** Not known to the CRM, and as long as a number may be. */
const hostileNumber = `7921${serial}"><img src=x onerror=hit(1)>`;
const markup = `"><img src=x onerror="hit(2)"><script>hit(3)</script>{"a":'b'} &amp;`;
/** The CRM takes out attributes of this kind when it saves, and keeps the rest. */
const boldText = `{"a":'b'}`;
const hostileName = `"><b onmouseover='hit(4)'>${boldText}</b> ${serial}`;
const list = 'module=Contacts&view=List';

/** Needs a running CRM: see settings.ts. */
describeCrm('names and numbers full of markup in a running CRM', (crm) => {
  const { url } = crm;
  const stage = crmStage(crm);
  beforeAll(async () => {
    await stage.desk.page.addInitScript('window.hits = []; window.hit = (where) => window.hits.push(where);');
  }, 60_000);

  const harmless = async (page: Page) => {
    expect(await page.evaluate('window.hits')).toEqual([]);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.locator('b', { hasText: boldText }).count()).toBe(0);
  };

  test('caller name, number, line and who transferred, in popup and note', async () => {
    const { page } = stage.desk;
    await page.route('**/asterisk-live/**', (route) => route.abort());
    await page.route('**/poll.php', async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      const more = { name: markup, line: markup, transferredBy: { extension: markup } };
      for (const call of json.calls ?? []) Object.assign(call, more);
      await route.fulfill({ response, json });
    });
    await openCrm(page, url, list);
    stage.office.call('missed', hostileNumber);
    await popupCount(page, 1);
    await popups(page).locator('.asterisk-new').first().waitFor({ timeout: 10_000 });
    const texts = ['title', 'number', 'transfer'].map((part) =>
      popups(page).locator(`.asterisk-${part}`).textContent(),
    );
    const [title, number, transfer] = await Promise.all(texts);
    expect(title).toBe(markup);
    expect(number).toContain(markup);
    expect(transfer).toContain(markup);
    await harmless(page);
    await popupCount(page, 0);
    await page.locator('.asterisk-note', { hasText: markup }).waitFor();
    await harmless(page);
    await page.unroute('**/poll.php');
  }, 60_000);

  test('a number in the list of calls and in the detail of the call', async () => {
    const { page } = stage.desk;
    // The connector has left letters and digits of it.
    const row = page.locator('tr.listViewEntries', { hasText: 'xonerrorhit' }).first();
    await expect
      .poll(() => openCrm(page, url, 'module=PBXManager&view=List').then(() => row.count()), { timeout: 20_000 })
      .toBe(1);
    await harmless(page);
    const record = await row.getAttribute('data-id');
    await openCrm(
      page,
      url,
      `module=PBXManager&view=Detail&record=${record}&mode=showDetailViewByMode&requestMode=full`,
    );
    await page.locator('body', { hasText: 'xonerrorhit' }).waitFor();
    await harmless(page);
  }, 60_000);

  test('a name that was typed: saved, then shown in popup, list, card and the call’s own pages', async () => {
    const { page } = stage.desk;
    await openCrm(page, url, list);
    stage.office.call('answered', `7922${serial}`);
    await popups(page).locator('.asterisk-new').first().click();
    await page.keyboard.type(hostileName);
    await page.locator('.asterisk-save').click();
    const card = popups(page).locator('.asterisk-title a');
    await card.waitFor({ timeout: 15_000 });
    const shown = (await card.textContent()) ?? '';
    console.log(`typed ${hostileName}, saved ${shown}`);
    expect(shown).toContain(boldText);
    await harmless(page);
    const address = String(await card.getAttribute('href'));
    await popupCount(page, 0);
    await page.locator('.asterisk-note', { hasText: serial }).waitFor();
    await harmless(page);
    for (const place of [address, `${url}index.php?${list}`, `${url}index.php?module=PBXManager&view=List`]) {
      await page.goto(place);
      await page.locator('body', { hasText: serial }).waitFor();
      await page.waitForLoadState('networkidle');
      await harmless(page);
    }
  }, 90_000);

  test('the settings page, with words of a hostile connector', async () => {
    const { admin } = crm;
    if (admin === null) throw new Error('CRM_ADMIN is not set');
    const other = await logIn(stage.browser, url, admin);
    await other.page.addInitScript('window.hits = []; window.hit = (where) => window.hits.push(where);');
    const findings = [{ state: 'fault', title: markup, text: markup, cure: markup }];
    const result = { findings, push: { token: null, cases: {} } };
    await other.page.route('**/index.php?*action=Check*', (route) =>
      route.fulfill({ json: { success: true, result } }),
    );
    await other.page.goto(`${url}index.php?module=AsteriskConnector&parent=Settings&view=Index`);
    const row = other.page.locator('[data-findings] tr');
    await row.waitFor();
    expect(await row.locator('th').textContent()).toBe(markup);
    expect(await row.locator('td div').first().textContent()).toBe(markup);
    await harmless(other.page);
    await other.context.close();
  }, 60_000);
});
