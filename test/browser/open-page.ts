import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Background services off: the browser shall talk to the demo and to nobody else. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags });
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors of scripts, messages in the console, and addresses that are not the demo's. */
  readonly complaints: string[];
  /** Status and path of all answers. */
  readonly answers: string[];
}

export interface PageWish {
  readonly locale?: string;
  readonly width?: number;
  readonly height?: number;
  /** Who looks at it. */
  readonly agent?: string;
  /** A window of the same browser: what its pages store and tell each other is shared. */
  readonly context?: BrowserContext;
}

/** The demo's page in a window of its own, ready to be used. */
export async function openPage(
  browser: Browser,
  url: string,
  { locale = 'en-US', width = 1280, height = 800, agent = '101', context: given }: PageWish = {},
): Promise<OpenedPage> {
  const context = given ?? (await browser.newContext({ locale, viewport: { width, height } }));
  const page = await context.newPage();
  const [complaints, answers]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (fault) => complaints.push(fault.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  page.on('response', (response) => answers.push(`${response.status()} ${response.url().slice(url.length)}`));
  await page.goto(agent === '101' ? url : `${url}/?agent=${agent}`);
  await ready(page);
  await watchPopups(page);
  return { page, complaints, answers };
}

/** The page is filled, and the module in it has heard of the agent's calls. */
export async function ready(page: Page): Promise<void> {
  await page.locator('#customers li').first().waitFor();
  const hears = () => page.evaluate('Boolean(window.AsteriskConnector.page?.snapshot)');
  await expect.poll(hears, { timeout: 10_000 }).toBe(true);
}

/** Notes on the page when popups come and go, by its own clock. */
export async function watchPopups(page: Page): Promise<void> {
  // As text: it runs in the browser, whose types this project does not know.
  await page.evaluate(`{
    window.popupTimes = [];
    const note = (what, nodes) => {
      for (const node of nodes) if (node.classList?.contains('asterisk-popup')) window.popupTimes.push({ what, call: node.dataset.call, at: Date.now() });
    };
    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes) {
        note('came', addedNodes);
        note('went', removedNodes);
      }
    }).observe(document.body, { childList: true, subtree: true });
  }`);
}

export interface PopupTime {
  readonly what: 'came' | 'went';
  readonly call: string;
  readonly at: number;
}

export function popupTimes(page: Page): Promise<PopupTime[]> {
  return page.evaluate('window.popupTimes') as Promise<PopupTime[]>;
}

/** The texts of a popup's parts. */
export interface PopupLook {
  readonly kind: string;
  readonly clock: string;
  /** The name, where it leads to a record. */
  readonly link: string;
  readonly company: string;
  readonly number: string;
  readonly owner: string;
}

/** Notes on the page what popups show, one look after the other: a ringing phone may be answered before a test has looked. */
export async function watchLooks(page: Page): Promise<void> {
  await page.evaluate(`{
    window.popupLooks = [];
    const look = (popup) => {
      const words = (part) => popup.querySelector('.asterisk-' + part)?.textContent ?? '';
      const shown = { link: words('title a') };
      for (const part of ['kind', 'clock', 'company', 'number', 'owner']) shown[part] = words(part);
      if (JSON.stringify(shown) !== JSON.stringify(window.popupLooks.at(-1))) window.popupLooks.push(shown);
    };
    new MutationObserver(() => {
      for (const popup of document.querySelectorAll('.asterisk-popup')) look(popup);
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  }`);
}

/** What was noted since `watchLooks`. */
export function popupLooks(page: Page): Promise<PopupLook[]> {
  return page.evaluate('window.popupLooks') as Promise<PopupLook[]>;
}
