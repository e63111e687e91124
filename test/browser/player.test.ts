import { expect, test } from 'vitest';
import { conversation } from '../../src/tools/demo/conversation.ts';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { openPage, ready } from './open-page.ts';

/** A row of a list of calls as vTiger has it; runs in the browser. */
const addRow = `{
  const body = document.createElement('tbody');
  body.innerHTML = '<tr data-id="7" data-recordurl="index.php?module=PBXManager&view=Detail&record=7"><td data-name="callstatus" data-rawvalue="completed"></td><td data-name="recordingurl"><span class="value"><audio preload="none" src="/stock.wav"></audio></span></td></tr>';
  document.querySelector('table.calls').append(body);
}`;

await describeBrowser('the player of the module', (chromium) => {
  const stage = demoStage(chromium);

  const openRow = async () => {
    const opened = await openPage(stage.browser, stage.demo.url);
    await opened.page.evaluate(addRow);
    const row = opened.page.locator('tr[data-id="7"]');
    await row.locator('.asterisk-listen').waitFor();
    return { ...opened, row };
  };

  test.each([
    [403, 'forbidden', 'You may not listen to this call.', false],
    [404, 'missing', 'There is no recording.', false],
    [409, 'not-ready', 'The recording is not ready yet. Try again in a minute.', true],
    [410, 'deleted', 'The recording was deleted: it was older than recordings are kept.', false],
    [501, 'unplayable', 'Browsers do not play this recording. Ask the administrator.', true],
    [502, 'unreachable', 'The recording cannot be fetched now.', true],
  ])('%i %s: says so in plain words', async (status, reason, words, again) => {
    const { page, row, answers } = await openRow();
    expect(await row.locator('audio').count()).toBe(0);
    await page.route('**/index.php?*action=Recording*', (route) => route.fulfill({ status, json: { reason } }));
    // A status that was hidden is not read out when it gets its words.
    expect(await row.locator('.asterisk-problem').getAttribute('hidden')).toBeNull();
    await row.locator('.asterisk-listen').press('Enter');
    await row.locator('.asterisk-problem', { hasText: words }).waitFor();
    expect(await row.locator('.asterisk-listen').isVisible()).toBe(again);
    // What a screen reader reads next: the words, or the button to try again.
    const focused = await page.evaluate('document.activeElement.className');
    expect(focused).toBe(again ? 'asterisk-listen' : 'asterisk-problem');
    expect(await row.locator('audio').count()).toBe(0);
    expect(answers.filter((answer) => answer.includes('stock.wav'))).toEqual([]);
    await page.context().close();
  });

  test('one byte is asked for first; the speed is kept for the user', async () => {
    const { page, row } = await openRow();
    const ranges: (string | undefined)[] = [];
    const body = conversation(2);
    await page.route('**/index.php?*action=Recording*', async (route) => {
      ranges.push(route.request().headers()['range']);
      await route.fulfill({ contentType: 'audio/wav', body });
    });
    await row.locator('.asterisk-listen').click();
    await row.locator('.asterisk-speed').selectOption('1.5');
    expect(ranges[0]).toBe('bytes=0-0');
    await page.reload();
    await ready(page);
    await page.evaluate(addRow);
    await row.locator('.asterisk-listen').click();
    expect(await row.locator('.asterisk-speed').inputValue()).toBe('1.5');
    expect(await page.evaluate('document.querySelector("audio").playbackRate')).toBe(1.5);
    await page.context().close();
  });

  test('a download is asked for first: one that is refused says why, one that is not comes', async () => {
    const { page, row } = await openRow();
    let status = 200;
    const sound = { contentType: 'audio/wav', body: conversation(2) };
    await page.route('**/index.php?*action=Recording*', (route) =>
      route.fulfill(status === 200 ? sound : { status, json: { reason: 'missing' } }),
    );
    await row.locator('.asterisk-listen').click();
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 5000 }),
      row.locator('.asterisk-download').click(),
    ]);
    expect(download.url()).toContain('download=1');
    status = 404;
    await row.locator('.asterisk-download').click();
    await row.locator('.asterisk-problem', { hasText: 'There is no recording.' }).waitFor();
    await page.context().close();
  });

  test('what is no sound is said to be broken, and can be tried again', async () => {
    const { page, row } = await openRow();
    const nonsense = { contentType: 'audio/wav', body: 'RIFF' };
    await page.route('**/index.php?*action=Recording*', (route) => route.fulfill(nonsense));
    await row.locator('.asterisk-listen').click();
    await row.locator('.asterisk-problem', { hasText: 'cannot be played' }).waitFor();
    expect(await row.locator('audio').count()).toBe(0);
    expect(await row.locator('.asterisk-listen').textContent()).toContain('Try again');
    await page.context().close();
  });
});
