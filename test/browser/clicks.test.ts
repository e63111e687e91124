import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { post } from '../tools/demo/page-stream.ts';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { openPage, ready } from './open-page.ts';

const patience = 10_000;
const number = '79211000014';
const shown = '+7 921 100-00-14';

const said = {
  'you-did-not-answer': ['Your phone did not answer', 'Ваш телефон не ответил'],
  'you-are-busy': ['Your phone is busy', 'Ваш телефон занят'],
  busy: ['The number is busy', 'Номер занят'],
  'no-answer': ['No answer', 'Нет ответа'],
  unreachable: ['The PBX is unreachable. No call was placed.', 'АТС недоступна. Звонок не начат.'],
} as const;

/** PBXManager's own script, as far as clicks go; runs in the browser. */
const stockClicks = `
  window.dialled = [];
  window.Vtiger_PBXManager_Js = { registerPBXOutboundCall: (number) => window.dialled.push(number) };
`;

const addNumber = `{
  const body = document.createElement('tbody');
  body.innerHTML = '<tr data-id="7"><td class="listViewEntryValue" data-field-type="phone"><span class="value">+79211000014</span></td></tr>';
  document.querySelector('table.calls').append(body);
}`;

const unknown = [
  'No answer came. It is not known whether the call was placed: see whether your phone rings.',
  'Ответа нет. Неизвестно, начат ли звонок: посмотрите, звонит ли ваш телефон.',
] as const;

await describeBrowser('clicks on numbers', (chromium) => {
  const stage = demoStage(chromium, { speed: 4 });

  const dial = (page: Page, name = 'Volkov') =>
    page.locator('#customers li', { hasText: name }).locator('.phoneField').click();
  const note = (page: Page) => page.locator('.asterisk-note', { hasText: shown }).locator('.asterisk-note-body');
  const noteSays = (page: Page, words: string) =>
    expect.poll(() => note(page).allTextContents(), { timeout: patience, interval: 20 }).toEqual([shown + words]);

  /** A page that hears of calls by polls, and of what is put into `clicks`. */
  const openTold = async (locale: string) => {
    const { page } = await openPage(stage.browser, stage.demo.url, { locale });
    const clicks: object[] = [];
    await page.route('**/asterisk-live/**', (route) => route.abort());
    await page.route('**/poll.php', (route) => {
      const json = { extension: '101', at: new Date().toISOString(), linkUp: true, calls: [], ended: [], clicks };
      return route.fulfill({ json });
    });
    await page.route('**/index.php', (route) =>
      route.fulfill({ json: { success: true, result: { placed: true, click: 'c-1' } } }),
    );
    await page.reload();
    await ready(page);
    const tell = (state: string, more: object = {}) => {
      const at = new Date().toISOString();
      clicks.splice(0, 1, { id: 'c-1', number, state, callId: null, at, why: '', cause: null, ...more });
    };
    return { page, tell };
  };

  test.each(['en-US', 'ru-RU'])('each end is said in words: %s', async (locale) => {
    const { page, tell } = await openTold(locale);
    const language = locale === 'ru-RU' ? 1 : 0;
    await dial(page);
    await noteSays(page, ['Calling your phone…', 'Вызываем ваш телефон…'][language] ?? '');
    tell('your-phone-rings');
    await noteSays(page, ['Your phone is ringing: pick it up', 'Ваш телефон звонит: снимите трубку'][language] ?? '');
    for (const [state, words] of Object.entries(said)) {
      tell(state);
      await noteSays(page, words[language] ?? '');
      expect(await page.locator('.asterisk-note-bad').count()).toBe(1);
    }
    await page.context().close();
  });

  test.each([
    ['en-US', 1, 'no such number', 'The call did not succeed: no such number'],
    ['ru-RU', 1, 'no such number', 'Позвонить не удалось: такого номера нет'],
    ['ru-RU', null, 'said so', 'Позвонить не удалось: said so'],
  ])('failed, with the cause: %s %s', async (locale, cause, why, words) => {
    const { page, tell } = await openTold(locale);
    await dial(page);
    tell('failed', { cause, why });
    await noteSays(page, words);
    await page.context().close();
  });

  test.each([
    ['en-US', { success: true, result: { placed: false, reason: 'unreachable' } }, said.unreachable[0]],
    ['ru-RU', { success: true, result: { placed: false, reason: 'unreachable' } }, said.unreachable[1]],
    ['en-US', { success: true, result: { placed: false, reason: 'refused', message: '<b>No</b>' } }, '<b>No</b>'],
    ['en-US', { success: true, result: { placed: false, reason: 'unknown' } }, unknown[0]],
    ['ru-RU', { success: true, result: { placed: false, reason: 'unknown' } }, unknown[1]],
    // Something else than an answer of the module: a proxy's error, a line that was cut.
    ['en-US', {}, unknown[0]],
    ['en-US', { success: false, error: { code: 'x' } }, 'The CRM did not answer. No call was placed.'],
  ])('not placed at all: %s %j', async (locale, json, words) => {
    const { page } = await openPage(stage.browser, stage.demo.url, { locale });
    await page.route('**/index.php', (route) => route.fulfill({ json }));
    await dial(page);
    await noteSays(page, words);
    await page.context().close();
  });

  // A number each: the same one again within two seconds would be the same click.
  test.each([
    ['unanswered', 'Volkov', '+7 921 100-00-14', 'Your phone did not answer'],
    ['declined', 'Irina', '+7 921 100-00-11', 'Your phone is busy'],
    ['busy', 'Maria', '+7 921 100-00-13', 'The number is busy'],
  ])('played by Asterisk: %s', async (scenario, name, dialled, words) => {
    const { page, complaints } = await openPage(stage.browser, stage.demo.url);
    await post(stage.demo.url, '/outcome', { agent: '101', scenario });
    await dial(page, name);
    await page.locator('.asterisk-note-body', { hasText: dialled + words }).waitFor({ timeout: patience });
    await post(stage.demo.url, '/outcome', { agent: '101', scenario: 'answered' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('the call of a click is attached to the record that was clicked, not to whose number it is', async () => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    const rows = page.locator('#rows tr');
    const before = await rows.count();
    await page.evaluate(
      `[...document.querySelectorAll('.phoneField')].find((one) => one.dataset.value.endsWith('14')).setAttribute('record', '11')`,
    );
    const linked = page.waitForResponse((response) => (response.request().postData() ?? '').includes('action=Link'));
    await dial(page);
    expect(new URLSearchParams((await linked).request().postData() ?? '').get('record')).toBe('11');
    await expect.poll(() => rows.count(), { timeout: patience }).toBe(before + 1);
    await rows
      .first()
      .filter({ hasText: /^OutIrina Sokolova/ })
      .waitFor({ timeout: patience });
    await page.context().close();
  });

  test('a record that no call can be attached to is asked for once, and holds up no other', async () => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    const asked: string[] = [];
    await page.route('**/index.php', (route) => {
      const record = new URLSearchParams(route.request().postData() ?? '').get('record') ?? '';
      asked.push(record);
      const code = record === '1' ? 'forbidden' : 'x';
      return route.fulfill({
        json: record === '3' ? { success: true, result: { linked: true } } : { success: false, error: { code } },
      });
    });
    await page.evaluate(
      `for (const record of ['1', '2', '3']) AsteriskConnector.page.links.add({ call: 'a', record });0`,
    );
    await expect.poll(() => asked.join(), { timeout: 1000, interval: 20 }).toBe('1,2,3');
    await expect.poll(() => asked.join(), { timeout: 3000, interval: 20 }).toBe('1,2,3,2');
    await page.context().close();
  });

  test('who may not call, or calls through another module, has no numbers that can be clicked', async () => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    await page.addInitScript(stockClicks);
    const clickable = async (rights: object) => {
      await page.unroute('**/index.php?*action=Live');
      await page.route('**/index.php?*action=Live', async (route) => {
        const json = await (await route.fetch()).json();
        await route.fulfill({
          json: { ...json, result: { ...json.result, user: { ...json.result.user, ...rights } } },
        });
      });
      await page.evaluate('sessionStorage.clear()');
      await page.reload();
      await ready(page);
      await page.evaluate(addNumber);
      // Longer than the page waits before it looks at what is new.
      await new Promise((resolve) => setTimeout(resolve, 400));
      await page.evaluate('Vtiger_PBXManager_Js.registerPBXOutboundCall("7921", 11)');
      return [
        await page.locator('tr[data-id="7"] .asterisk-phone').count(),
        await page.evaluate('window.dialled.length'),
      ];
    };
    expect(await clickable({ mayCall: false })).toEqual([0, 0]);
    // The other module's own function is still there, and was called.
    expect(await clickable({ mayCall: true, callsElsewhere: true })).toEqual([0, 1]);
    expect(await clickable({ mayCall: true })).toEqual([1, 0]);
    await page.context().close();
  });

  test('logged out: said so at the click, and shown until somebody is logged in again', async () => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    const loggedOut = { success: false, error: { code: 'logged-out', message: 'x' } };
    await page.route('**/index.php?*action=Live', (route) => route.fulfill({ json: loggedOut }));
    // What csrf-magic says of a session that is over.
    await page.route('**/index.php', (route) => route.fulfill({ contentType: 'text/html', body: 'Invalid request' }));
    await dial(page);
    const words = 'You are logged out of the CRM. Log in again to see calls.';
    // The call of the test before may still have a note of its own.
    const answer = page.locator('.asterisk-note[data-note=click-new]', { hasText: shown + words });
    await answer.waitFor({ timeout: patience });
    await page.locator('.asterisk-note[data-note=session]', { hasText: words }).waitFor({ timeout: patience });
    expect(await page.locator('.asterisk-bar-button').getAttribute('aria-label')).toBe(`Calls: settings. ${words}`);
    expect(await page.locator('.asterisk-trouble').count()).toBe(1);
    await page.unroute('**/index.php?*action=Live');
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.locator('.asterisk-note[data-note=session]').waitFor({ state: 'detached', timeout: patience });
    expect(await page.locator('.asterisk-trouble').count()).toBe(0);
    await page.context().close();
  });
});
