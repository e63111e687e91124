import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type PopupTime, watchPopups } from '../browser/open-page.ts';
import type { Login } from './settings.ts';

/** Somebody logged in, with one page. */
export interface Desk {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Status and address of every answer. */
  readonly answers: string[];
  /** Kind and address of all that was asked for, answered or not. */
  readonly asked: string[];
  /** What went wrong in scripts. */
  readonly faults: string[];
  /** Names of the events that the browser's EventSource was given. */
  readonly events: string[];
}

export async function logIn(browser: Browser, url: string, { name, password }: Login): Promise<Desk> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  const answers: string[] = [];
  const asked: string[] = [];
  const faults: string[] = [];
  const events: string[] = [];
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  cdp.on('Network.eventSourceMessageReceived', ({ eventName }) => events.push(eventName));
  context.on('request', (request) => asked.push(`${request.resourceType()} ${request.url()}`));
  context.on('response', (response) => answers.push(`${response.status()} ${response.url()}`));
  context.on('weberror', (fault) => faults.push(fault.error().message));
  await page.goto(url);
  // vTiger has the id twice: the form for a forgotten password has one too.
  await page.locator('#username').first().fill(name);
  await page.locator('#password').first().fill(password);
  const loaded = page.waitForEvent('load');
  await page.evaluate('document.querySelector("#username").form.submit()');
  await loaded;
  return { context, page, answers, asked, faults, events };
}

/** Opens a page of the CRM and waits until the module in it hears of calls. */
export async function openCrm(page: Page, url: string, query: string): Promise<void> {
  await page.goto(`${url}index.php?${query}`);
  await page.waitForFunction('window.AsteriskConnector?.page?.snapshot', null, { timeout: 15_000 });
  await watchPopups(page);
}

/** Since it was last asked. */
export function popupTimes(page: Page): Promise<PopupTime[]> {
  return page.evaluate('window.popupTimes.splice(0)') as Promise<PopupTime[]>;
}

export const popups = (page: Page) => page.locator('.asterisk-popup');

export async function popupCount(page: Page, wanted: number): Promise<void> {
  const counted = `document.querySelectorAll('.asterisk-popup').length === ${wanted}`;
  await page.waitForFunction(counted, null, { timeout: 20_000, polling: 20 });
}
