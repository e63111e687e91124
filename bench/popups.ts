import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { account, FakeAsterisk } from '../test/doubles/fake-asterisk.ts';
import { livingCall, type Moment } from '../test/faults/planned-call.ts';
import { PushedListeners, pollAsUsers } from './live-listeners.ts';
import type { Figure, Part } from './part.ts';
import { PopupPage } from './popup-page.ts';
import { ServedConnector } from './served-connector.ts';
import { spreadOf } from './spread.ts';

const users = [1, 100, 1_000] as const;
const mostUsers = 1_000;
const calls = 20;
/** So that each has its sign of life in it. */
const idleMs = 15_000;
/** An office of its own, of which 501 is rung. */
const office = 5;
const extension = `${office}01`;

export const popups: Part = {
  name: 'popups',
  about:
    'From the ring (DialBegin and Newstate) to the popup in a real browser, with 1, 100 and 1,000 users who listen, pushed and asked for.',
  async measure() {
    const asterisk = await FakeAsterisk.start();
    const connector = await ServedConnector.start({
      asterisk: { port: asterisk.port, account },
      settings: { http: `live_streams: ${mostUsers + 100}` },
    });
    const page = await PopupPage.serve(connector.port, extension);
    const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args });
    try {
      const stage = { asterisk, connector, browser, url: page.url };
      return [...(await pushed(stage)), ...(await asked(stage))];
    } finally {
      await browser.close();
      page.stop();
      await connector.stop();
      await asterisk.stop();
    }
  },
};

const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

interface Stage {
  readonly asterisk: FakeAsterisk;
  readonly connector: ServedConnector;
  readonly browser: Browser;
  readonly url: string;
}

async function pushed({ asterisk, connector, browser, url }: Stage): Promise<Figure[]> {
  const listeners = new PushedListeners();
  const page = await open(browser, url);
  const figures: Figure[] = [];
  const emptyMemory = connector.memory;
  for (const count of users) {
    // The browser is one of them.
    await listeners.growTo(count - 1, connector.port);
    figures.push(...figuresOf(`ring to popup, pushed, ${count} listening`, await ringAll(asterisk, page)));
  }
  const before = connector.processor;
  await pause(idleMs);
  const share = ((connector.processor - before) / idleMs) * 100_000;
  figures.push({ name: `processor, ${mostUsers} listening and nothing said`, unit: '% of a core', connector: share });
  const memory = connector.memory;
  figures.push({ name: `resident memory, ${mostUsers} listening`, unit: 'MiB', connector: memory });
  const each = ((memory - emptyMemory) * 1_024) / mostUsers;
  figures.push({ name: 'of that for one who listens', unit: 'KiB', connector: each });
  listeners.close();
  await page.context().close();
  return figures;
}

/** As where the web server passes nothing on; but without the CRM's PHP, which answers most of it by itself. */
async function asked({ asterisk, connector, browser, url }: Stage): Promise<Figure[]> {
  const page = await open(browser, url, true);
  const end = new AbortController();
  const polls = pollAsUsers(mostUsers - 1, connector.port, end.signal);
  const [began, before] = [performance.now(), connector.processor];
  const took = await ringAll(asterisk, page);
  end.abort();
  const answered = await polls;
  const busy = connector.processor - before;
  const seconds = (performance.now() - began) / 1_000;
  await page.context().close();
  return [
    ...figuresOf(`ring to popup, asked for every 0.8 s, ${mostUsers} asking`, took),
    { name: `processor, ${mostUsers} asking`, unit: '% of a core', connector: (busy / seconds) * 100 },
    { name: 'processor for one question', unit: 'ms', connector: (busy / answered) * 1_000 },
  ];
}

function figuresOf(name: string, took: readonly number[]): Figure[] {
  const at = spreadOf(took);
  return [
    { name: `${name}, p50`, unit: 'ms', connector: at(0.5) },
    { name: `${name}, p95`, unit: 'ms', connector: at(0.95) },
  ];
}

/** A page that notes when a popup has been painted, by the computer's clock. */
async function open(browser: Browser, url: string, isAsking = false): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  if (isAsking) await page.route('**/asterisk-live/**', (route) => route.abort());
  await page.goto(url);
  await page.evaluate(noting);
  await page.waitForFunction('Boolean(window.AsteriskConnector.page?.snapshot?.linkUp)');
  return page;
}

const noting = `{
  window.seen = [];
  const note = () => window.seen.push(performance.timeOrigin + performance.now());
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
      // The frame after next begins when the one with the popup has been painted.
      if (node.classList?.contains('asterisk-popup')) requestAnimationFrame(() => requestAnimationFrame(note));
  }).observe(document.body, { childList: true, subtree: true });
}`;

type Packet = Moment['packets'][number];

let rung = 0;

async function ringAll(asterisk: FakeAsterisk, page: Page): Promise<number[]> {
  const took: number[] = [];
  // The first one loads what later ones have.
  for (let n = 0; n <= calls; n += 1) {
    const ms = await ringOnce(asterisk, page);
    if (n > 0) took.push(ms);
  }
  return took;
}

/** A captured call that nobody answers, without its pauses: it ends when the popup has been seen. */
async function ringOnce(asterisk: FakeAsterisk, page: Page): Promise<number> {
  rung += 1;
  const epoch = Math.floor(Date.now() / 1_000);
  const { moments } = await livingCall('s02', { serial: office, epoch, count: rung * 1_000 });
  const packets = moments.flatMap((moment) => moment.packets);
  const first = packets.findIndex(isDialled);
  const rings = packets.findIndex(isRinging);
  const send = (some: readonly Packet[]) =>
    asterisk.server.send(Buffer.from(some.map(({ text }) => text).join(''), 'latin1'));
  send(packets.slice(0, first));
  // Not always at the same point between two questions.
  await pause(50 + Math.random() * 800);
  const before = Number(await page.evaluate('window.seen.length'));
  const at = performance.timeOrigin + performance.now();
  send(packets.slice(first, rings + 1));
  await page.waitForFunction(`window.seen.length > ${before}`, undefined, { timeout: 10_000 });
  send(packets.slice(rings + 1));
  await page.waitForFunction("document.querySelector('.asterisk-popup') === null", undefined, { timeout: 10_000 });
  return Number(await page.evaluate('window.seen.at(-1)')) - at;
}

const isDialled = ({ headers }: Packet) => headers.get('event') === 'DialBegin';

/** Of the phone: it has begun to ring, which is a moment after it was dialled. */
const isRinging = ({ headers }: Packet) => headers.get('event') === 'Newstate' && headers.get('channelstate') === '5';
