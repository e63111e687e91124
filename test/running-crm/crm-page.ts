import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Login } from './settings.ts';

/** Somebody logged in, with one page. */
export interface Desk {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Status and address of every answer. */
  readonly answers: string[];
  /** What went wrong in scripts. */
  readonly faults: string[];
}

export async function logIn(browser: Browser, url: string, { name, password }: Login): Promise<Desk> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  const [answers, faults]: [string[], string[]] = [[], []];
  context.on('response', (response) => answers.push(`${response.status()} ${response.url()}`));
  context.on('weberror', (fault) => faults.push(fault.error().message));
  await page.goto(url);
  await page.locator('#username').fill(name);
  await page.locator('#password').fill(password);
  // Beside its own button some logins have one more, of a hidden form.
  await Promise.all([
    page.waitForURL(/index\.php/),
    page.evaluate('document.querySelector("#username").form.submit()'),
  ]);
  return { context, page, answers, faults };
}

/** Opens a page of the CRM and waits until the module in it hears of calls. */
export async function openCrm(page: Page, url: string, query: string): Promise<void> {
  await page.goto(`${url}index.php?${query}`);
  const hears = () => page.evaluate('Boolean(window.AsteriskConnector?.page?.snapshot)');
  await expect.poll(hears, { timeout: 15_000 }).toBe(true);
  await page.evaluate(watch);
}

/** As text: it runs in the browser, whose types this project does not know. Notes when popups come and go. */
const watch = `{
  window.popupTimes = [];
  const note = (what, nodes) => {
    for (const node of nodes) if (node.classList?.contains('asterisk-popup')) window.popupTimes.push({ what, at: Date.now() });
  };
  new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) {
      note('came', addedNodes);
      note('went', removedNodes);
    }
  }).observe(document.body, { childList: true, subtree: true });
}`;

export interface PopupTime {
  readonly what: 'came' | 'went';
  readonly at: number;
}

/** Since it was last asked. */
export function popupTimes(page: Page): Promise<PopupTime[]> {
  return page.evaluate('window.popupTimes.splice(0)') as Promise<PopupTime[]>;
}

export const popups = (page: Page) => page.locator('.asterisk-popup');

export function popupCount(page: Page, wanted: number): Promise<void> {
  return expect.poll(() => popups(page).count(), { timeout: 20_000, interval: 20 }).toBe(wanted);
}
