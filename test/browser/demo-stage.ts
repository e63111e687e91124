import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { startWholeDemo } from '../tools/demo/connector.ts';
import { launch } from './open-page.ts';

type WholeDemo = Awaited<ReturnType<typeof startWholeDemo>>;

/** The demo and a browser, for all tests of a describe. */
export function demoStage(chromium: string, settings: Parameters<typeof startWholeDemo>[0] = {}) {
  let demo: WholeDemo;
  let browser: Browser;
  beforeAll(async () => {
    demo = await startWholeDemo(settings);
    browser = await launch(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
  return {
    get demo() {
      return demo;
    },
    get browser() {
      return browser;
    },
  };
}
