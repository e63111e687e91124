import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch } from '../browser/open-page.ts';
import { provisionBrowser } from '../browser/provision.ts';
import { type Desk, logIn } from './crm-page.ts';
import { Office } from './office.ts';
import type { CrmSettings } from './settings.ts';

const speed = 2;

/** A connector with its PBX for the running CRM, a browser, and a user logged in; for all tests of a describe. */
export function crmStage(crm: CrmSettings) {
  let office: Office;
  let browser: Browser;
  let desk: Desk;
  beforeAll(async () => {
    const chromium = await provisionBrowser();
    if (chromium.kind !== 'ready') throw new Error(chromium.reason);
    office = await Office.open(crm, speed);
    browser = await launch(chromium.path);
    desk = await logIn(browser, crm.url, crm.user);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await office?.close();
  });
  return {
    get office() {
      return office;
    },
    get browser() {
      return browser;
    },
    get desk() {
      return desk;
    },
  };
}
