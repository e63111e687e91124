import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { openPage } from './open-page.ts';

/** A row of a list of calls, and one of customers, as vTiger has them; runs in the browser. */
const addRows = `{
  const body = document.createElement('tbody');
  body.innerHTML = '<tr data-id="7" data-recordurl="index.php?module=PBXManager&view=Detail&record=7"><td data-name="callstatus" data-rawvalue="completed"></td><td data-name="recordingurl"><span class="value"></span></td></tr>' +
    '<tr data-id="8"><td class="listViewEntryValue" data-field-type="phone"><span class="value">+79211000014</span></td></tr>';
  document.querySelector('table.calls').append(body);
}`;

/** What the CRM says of a user in the language of his page. */
interface Said {
  readonly token?: null;
  readonly extensionShared?: boolean;
  readonly expiresIn?: number;
  readonly user?: object;
}

await describeBrowser('users who hear of no calls', (chromium) => {
  const stage = demoStage(chromium);

  /** A page whose user is as the CRM says; `say` makes him another one from the next question on. */
  const openAs = async (said: Said, locale = 'en-US') => {
    const { page, complaints } = await openPage(stage.browser, stage.demo.url, { locale });
    let now = said;
    await page.route('**/index.php?*action=Live', async (route) => {
      const { result } = await (await route.fetch()).json();
      const user = { ...result.user, ...now.user };
      await route.fulfill({ json: { success: true, result: { ...result, ...now, user } } });
    });
    await page.evaluate('sessionStorage.clear()');
    await page.reload();
    await holds(page, 'window.AsteriskConnector.page?.user');
    await page.evaluate(addRows);
    const say = async (next: Said) => {
      now = next;
      await page.evaluate('AsteriskConnector.page.feed.restart()');
    };
    return { page, say, complaints };
  };
  const holds = (page: Page, what: string) =>
    expect.poll(() => page.evaluate(`Boolean(${what})`), { timeout: 10_000 }).toBe(true);
  const listen = (page: Page) => page.locator('tr[data-id="7"] .asterisk-listen');
  const number = (page: Page) => page.locator('tr[data-id="8"] .asterisk-phone');
  const bar = (page: Page) => page.locator('.asterisk-bar-button');

  test('without an extension: recordings can be heard; one that is given, or taken, counts at once', async () => {
    const { page, say, complaints } = await openAs({ token: null, user: { extension: '' } });
    await listen(page).waitFor();
    expect([await bar(page).count(), await number(page).count()]).toEqual([0, 0]);
    await say({});
    await bar(page).waitFor();
    await number(page).waitFor();
    await holds(page, 'AsteriskConnector.page.snapshot');
    await say({ token: null, user: { extension: '' } });
    await bar(page).waitFor({ state: 'detached' });
    expect(await page.evaluate('AsteriskConnector.page.snapshot.lost')).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each([
    ['en-US', { extensionShared: true }, 'another CRM user has your extension 101', 1],
    ['ru-RU', { extensionShared: true }, 'внутренний номер 101 указан в CRM ещё у кого-то', 1],
    ['en-US', {}, 'telephony is not set up for you', 1],
    ['en-US', { user: { mayReceive: false, popup: 'never' } }, 'does not allow receiving calls', 0],
    ['ru-RU', { user: { mayReceive: false, popup: 'never' } }, 'не разрешает принимать звонки', 0],
  ])('no token: the bar says why: %s %j', async (locale, said, words, menus) => {
    const { page, complaints } = await openAs({ token: null, ...said }, locale);
    await bar(page).click();
    await page.locator('.asterisk-panel .asterisk-state', { hasText: words }).waitFor();
    expect(await page.locator('.asterisk-panel .asterisk-menu').count()).toBe(menus);
    await listen(page).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
