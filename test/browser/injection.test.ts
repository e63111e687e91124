import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/tools/demo/scene.ts';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { openPage, ready } from './open-page.ts';

const patience = 10_000;
const markup = `"><img src=x onerror="window.hit=1"><script>window.hit=1</script>{"a":'b'} &amp; 79`;
const at = () => new Date().toISOString();
const settingsScript = 'vtiger-module/layouts/v7/modules/Settings/AsteriskConnector/resources/AsteriskConnector.js';

const call = {
  id: markup,
  call: markup,
  direction: 'inbound',
  phase: 'ringing',
  number: markup,
  name: markup,
  line: markup,
  ring: 1,
  answeredAt: null,
  transferredBy: { extension: markup },
  click: null,
};
const click = { id: markup, number: markup, state: 'failed', callId: null, why: markup, cause: null };

/** Rows as the CRM's own lists have them, with text that is markup; runs in the browser. */
const addRows = (text: string) => `{
  const body = document.createElement('tbody');
  const cell = (name, type) => {
    const made = document.createElement('td');
    made.className = 'listViewEntryValue';
    made.dataset.name = name;
    made.dataset.fieldType = type;
    const value = document.createElement('span');
    value.className = 'value';
    value.textContent = ${JSON.stringify(text)};
    made.append(value);
    return made;
  };
  const row = document.createElement('tr');
  row.dataset.id = ${JSON.stringify(text)};
  row.dataset.recordurl = 'index.php?module=PBXManager&view=Detail';
  row.append(cell('customernumber', 'phone'), cell('recordingurl', 'url'));
  body.append(row);
  document.querySelector('table.calls').append(body);
  const placeholder = document.createElement('span');
  placeholder.className = 'asterisk-recording';
  placeholder.dataset.record = ${JSON.stringify(text)};
  document.querySelector('main').append(placeholder);
}`;

const settingsPage = `{
  const made = document.createElement('div');
  made.id = 'asteriskConnectorSettings';
  for (const name of ['progress', 'findings', 'again']) {
    const part = document.createElement(name === 'again' ? 'button' : 'div');
    part.setAttribute('data-' + name, '1');
    made.append(part);
  }
  document.body.append(made);
}`;

await describeBrowser('text from outside that is full of markup', (chromium) => {
  const stage = demoStage(chromium);

  const harmless = async (page: Page) => {
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    await page.context().close();
  };

  test('in a popup and in the notes of a call and of a click', async () => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    let told: object = { calls: [{ ...call, startedAt: at() }], ended: [], clicks: [{ ...click, at: at() }] };
    await page.route('**/asterisk-live/**', (route) => route.abort());
    await page.route('**/poll.php', (route) =>
      route.fulfill({ json: { extension: '101', at: at(), linkUp: true, ...told } }),
    );
    await page.route('**/index.php?*action=Customer*', (route) =>
      route.fulfill({
        json: { success: true, result: { customer: null, mayCreate: [markup], transferredByName: markup } },
      }),
    );
    await page.reload();
    await ready(page);
    const part = (name: string) => page.locator('.asterisk-popup').locator(`.asterisk-${name}`);
    await part('transfer')
      .filter({ hasText: `${markup} (${markup})` })
      .waitFor({ timeout: patience });
    expect(await part('title').textContent()).toBe(markup);
    expect(await part('number').textContent()).toBe(`${markup} · line ${markup}`);
    expect(await part('new').textContent()).toContain(markup);
    const note = page.locator('.asterisk-note-body');
    expect(await note.textContent()).toBe(`${markup}The call did not succeed: ${markup}`);
    told = {
      calls: [],
      ended: [{ id: markup, ring: 1, outcome: 'answered-elsewhere', by: markup, at: at() }],
      clicks: [],
    };
    await note.filter({ hasText: `${markup}answered by ${markup}` }).waitFor({ timeout: patience });
    await harmless(page);
  });

  test('in the cells of lists and of a detail view', async () => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    await page.evaluate(addRows(markup));
    await page.locator('span.asterisk-recording .asterisk-listen').waitFor();
    // It is no number, and so nothing to be clicked.
    expect(await page.locator('td[data-name=customernumber] .value').textContent()).toBe(markup);
    const asked = page.waitForRequest((request) => request.url().includes('action=Recording'));
    await page.locator('td[data-name=recordingurl] .asterisk-listen').click();
    expect(new URL((await asked).url()).searchParams.get('record')).toBe(markup);
    await harmless(page);
  });

  test('on the settings page', async () => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    const findings = [{ state: 'fault', title: markup, text: markup, cure: markup }];
    const result = { findings, push: { token: null, cases: {} } };
    await page.route('**/index.php?*action=Check*', (route) => route.fulfill({ json: { success: true, result } }));
    await page.evaluate(settingsPage);
    await page.evaluate(await readFile(join(packageRoot, settingsScript), 'utf8'));
    const row = page.locator('[data-findings] tr');
    await row.waitFor({ state: 'attached' });
    expect(await row.locator('th').textContent()).toBe(markup);
    expect(await row.locator('td div').allTextContents()).toEqual([markup, expect.stringContaining(markup)]);
    await harmless(page);
  });
});
