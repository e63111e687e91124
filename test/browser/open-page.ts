import { type Browser, chromium, type Page } from 'playwright-core';

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
}

/** The demo's page in a window of its own, ready to be used. */
export async function openPage(
  browser: Browser,
  url: string,
  { locale = 'en-US', width = 1280, height = 800 }: PageWish = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ locale, viewport: { width, height } });
  const page = await context.newPage();
  const [complaints, answers]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (fault) => complaints.push(fault.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  page.on('response', (response) => answers.push(`${response.status()} ${response.url().slice(url.length)}`));
  await page.goto(url);
  await page.locator('#customers li').first().waitFor();
  await watchPopups(page);
  return { page, complaints, answers };
}

/** Notes on the page when popups come and go, by its own clock. */
async function watchPopups(page: Page): Promise<void> {
  // As text: it runs in the browser, whose types this project does not know.
  await page.evaluate(`{
    window.popupTimes = [];
    const note = (what, nodes) => {
      for (const node of nodes) if (node.dataset?.call) window.popupTimes.push({ what, call: node.dataset.call, at: Date.now() });
    };
    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes) {
        note('came', addedNodes);
        note('went', removedNodes);
      }
    }).observe(document.getElementById('popups'), { childList: true });
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
