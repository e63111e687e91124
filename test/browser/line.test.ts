import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { openPage, ready } from './open-page.ts';
import { ringingCall } from './ringing-call.ts';

const patience = 10_000;

/** Runs in the browser before its page: a push that says what the test says, and a clock that can be put on. */
const puppet = `
  const now = Date.now;
  window.skew = 0;
  Date.now = () => now() + window.skew;
  window.lines = [];
  window.EventSource = class extends EventTarget {
    constructor(url) {
      super();
      // The demo's page has a stream of its own.
      if (!url.startsWith('asterisk-live/')) return;
      window.lines.push(this);
      setTimeout(() => window.snapshot && this.say('calls', JSON.stringify({ ...window.snapshot, at: new Date(Date.now()).toISOString() })));
    }
    say(type, data) { this.dispatchEvent(new MessageEvent(type, { data })); }
    close() { this.isClosed = true; }
  };`;

const ringing = (id: string, ring = 1) => ringingCall(id, '+79211000011', ring);

await describeBrowser('the line to the connector', (chromium) => {
  const stage = demoStage(chromium);

  const told = (calls: object[]) => ({ extension: '101', linkUp: true, calls, ended: [], clicks: [] });
  /** A page that is told of `calls`, by push or else by polls; `away` cuts the polls off. */
  const openTold = async (calls: object[], isPushed: boolean) => {
    const { page } = await openPage(stage.browser, stage.demo.url);
    let isAway = false;
    let polls = 0;
    await page.route('**/poll.php', (route) => {
      polls += 1;
      if (isAway) return route.fulfill({ status: 502, json: { error: 'connector-unreachable' } });
      return route.fulfill({ json: { ...told(calls), at: new Date().toISOString() } });
    });
    await page.context().addInitScript(`${puppet}; window.snapshot = ${isPushed ? JSON.stringify(told(calls)) : null}`);
    await page.evaluate('localStorage.clear(); sessionStorage.clear()');
    await page.reload();
    await ready(page);
    const away = (is: boolean) => {
      isAway = is;
    };
    return { page, away, polls: () => polls };
  };
  const is = (page: Page, what: string, ms = patience) =>
    expect.poll(() => page.evaluate(`Boolean(${what})`), { timeout: ms, interval: 20 }).toBe(true);
  const popup = (page: Page, id: string) => page.locator(`.asterisk-popup[data-call="${id}"]`);

  test('push that falls silent before its first beat, as after sleep: asked for within a second', async () => {
    const { page, polls } = await openTold([ringing('a')], true);
    await is(page, 'AsteriskConnector.page.feed.isPushed');
    const before = polls();
    await page.evaluate('window.skew += 21000; 0');
    await expect.poll(polls, { timeout: 1300, interval: 20 }).toBeGreaterThan(before);
    expect(await page.evaluate('lines[0].isClosed')).toBe(true);
    await page.context().close();
  });

  test('a beat keeps it', async () => {
    const { page } = await openTold([], true);
    await is(page, 'AsteriskConnector.page.feed.isPushed');
    await page.evaluate('window.skew += 15000; lines[0].say("beat", "1"); window.skew += 15000; 0');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await page.evaluate('AsteriskConnector.page.feed.isPushed && lines.length')).toBe(1);
    await page.context().close();
  });

  test.each([
    ['the connector ends it', 'lines[0].say("bye", "expired")'],
    ['before that', 'AsteriskConnector.page.token.live.renewAt = 0; AsteriskConnector.page.feed.wake()'],
  ])('a token that ends, %s: one new line at once, no failure, and the popup stays', async (_, how) => {
    const { page } = await openTold([ringing('a')], true);
    await popup(page, 'a').waitFor();
    // The page before was left with a push that stood: this one begins with it at once.
    await is(page, 'AsteriskConnector.page.feed.isPushed', 1500);
    await page.evaluate(`document.querySelector('.asterisk-popup').id = 'same'; ${how}; 0`);
    await is(page, 'lines.length === 2 && AsteriskConnector.page.feed.isPushed', 1000);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const state = 'AsteriskConnector.page.feed.pushState.failures + "," + lines.length + "," + lines[0].isClosed';
    expect(await page.evaluate(state)).toBe('0,2,true');
    expect(await page.locator('#same').count()).toBe(1);
    await page.context().close();
  });

  test('away for long: popups go without a word of an end; then they are back, and what was dismissed is not', async () => {
    const { page, away } = await openTold([ringing('a'), ringing('b')], false);
    await popup(page, 'b').locator('.asterisk-close').click();
    await popup(page, 'a').waitFor();
    away(true);
    await is(page, 'AsteriskConnector.page.badSince > 0');
    await page.evaluate('window.skew += 11000; 0');
    await popup(page, 'a').waitFor({ state: 'detached', timeout: patience });
    expect(await page.locator('.asterisk-note[data-note^="end-"]').count()).toBe(0);
    away(false);
    await popup(page, 'a').waitFor({ timeout: patience });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect([await popup(page, 'a').count(), await popup(page, 'b').count()]).toEqual([1, 0]);
    expect(await page.locator('.asterisk-note[data-note^="end-"]').count()).toBe(0);
    await page.context().close();
  }, 40_000);

  test('dismissed is one ring: the same call that rings again is shown', async () => {
    const calls = [ringing('a')];
    const { page } = await openTold(calls, false);
    await popup(page, 'a').locator('.asterisk-close').click();
    expect(await popup(page, 'a').count()).toBe(0);
    calls.splice(0, 1, ringing('a', 2));
    await popup(page, 'a').waitFor({ timeout: patience });
    await page.context().close();
  });
});
