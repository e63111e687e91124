import type { CDPSession } from 'playwright-core';
import { expect, test } from 'vitest';
import { demoStage } from './demo-stage.ts';
import { describeBrowser } from './describe-browser.ts';
import { openPage } from './open-page.ts';

/** Runs in the browser: a day's calls, each shown ringing, talking and gone, with an answer of the CRM and a click. */
const day = `async (calls) => {
  const { page } = AsteriskConnector;
  const at = () => new Date().toISOString();
  const show = (parts) => page.take({ extension: '101', at: at(), linkUp: true, calls: [], ended: [], clicks: [], ...parts });
  for (let n = 0; n < calls; n += 1) {
    const id = 'day-' + n;
    const call = { id, call: id, direction: 'inbound', number: '+7921' + n, name: '', line: 'Main', ring: 1, startedAt: at(), answeredAt: null, transferredBy: null, click: null };
    page.customers.answers[id] = { customer: n % 2 ? null : { label: 'Customer ' + n, url: 'index.php?record=' + n, company: null, owner: 'A' }, others: 0, mayCreate: ['Contacts'] };
    show({ calls: [{ ...call, phase: 'ringing' }] });
    if (n % 10 === 1) document.querySelector('.asterisk-settings').click();
    show({ calls: [{ ...call, phase: 'talking', answeredAt: at() }], clicks: [{ id: 'click-' + n, number: '1', state: 'ringing', callId: null, at: at(), why: '', cause: null }] });
    if (n % 10 === 3) document.querySelector('.asterisk-new').click();
    if (n % 10 === 3) document.querySelector('.asterisk-cancel').click();
    if (n % 10 === 5) document.querySelector('.asterisk-popup .asterisk-close').click();
    show({ ended: [{ id, ring: 1, outcome: 'completed', by: null, talkedSeconds: 5, at: at() }] });
    if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  show({});
  for (const key of [...page.notes.notes.keys()]) page.notes.remove(key);
}`;

await describeBrowser('a page that is left open', (chromium) => {
  const stage = demoStage(chromium);

  test('keeps nothing of thousands of calls: nodes, listeners and heap are as before', async () => {
    const { page, complaints } = await openPage(stage.browser, stage.demo.url);
    await page.route('**/index.php?*action=Customer*', (route) => route.abort());
    const cdp = await page.context().newCDPSession(page);
    const run = (calls: number) => page.evaluate(`(${day})(${calls})`);
    // What is made once: texts, icons, compiled code.
    await run(200);
    const before = await measure(cdp);
    await run(1000);
    const after = await measure(cdp);
    expect(after.nodes - before.nodes).toBeLessThan(60);
    expect(after.listeners - before.listeners).toBeLessThan(20);
    // Not quite nothing, as the browser itself keeps code and statistics: 1,000 popups that stayed would be several MB.
    expect(after.heap - before.heap).toBeLessThan(1_500_000);
    expect(await page.evaluate('sessionStorage.length')).toBeLessThan(8);
    expect(complaints.filter((words) => !words.includes('ERR_FAILED'))).toEqual([]);
  }, 120_000);
});

async function measure(cdp: CDPSession) {
  await cdp.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  const { usedSize: heap } = await cdp.send('Runtime.getHeapUsage');
  return { nodes, listeners, heap };
}
