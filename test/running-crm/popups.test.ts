import { beforeAll, expect, test } from 'vitest';
import { logIn, openCrm, popupCount, popups, popupTimes } from './crm-page.ts';
import { crmStage } from './crm-stage.ts';
import { describeCrm } from './settings.ts';

const calls = Number(process.env['CRM_CALLS'] ?? 50);
const unknown = `7921${String(Date.now()).slice(-7)}`;
const list = 'module=Contacts&view=List';

/** Needs a running CRM: see settings.ts. */
describeCrm('popups in a running CRM', (crm) => {
  const { url, number, colleague, isPushed } = crm;
  const way = isPushed ? 'by push' : 'by polling';
  const stage = crmStage(crm);
  beforeAll(async () => {
    await openCrm(stage.desk.page, url, list);
  }, 60_000);

  test(`${calls} calls ${way}: each popup comes and goes within a second`, async () => {
    const stands = () => stage.desk.page.evaluate('AsteriskConnector.page.feed.isPushed');
    await expect.poll(stands, { timeout: 10_000 }).toBe(isPushed);
    stage.desk.answers.length = 0;
    stage.desk.events.length = 0;
    const delays: { came: number; went: number }[] = [];
    for (let n = 0; n < calls; n += 1) {
      const [ringsBefore, endsBefore] = [stage.office.rang.length, stage.office.hungUp.length];
      stage.office.call(n % 2 ? 'missed' : 'answered', number);
      await popupCount(stage.desk.page, 1);
      await popupCount(stage.desk.page, 0);
      // A popup may go before the channels do: the bridge is left first.
      await expect.poll(() => stage.office.hungUp.length, { timeout: 10_000 }).toBeGreaterThan(endsBefore);
      // Between one poll and the next, wherever that may be.
      await new Promise((resolve) => setTimeout(resolve, 400 + Math.random() * 900));
      const times = await popupTimes(stage.desk.page);
      expect(times.map(({ what }) => what)).toEqual(['came', 'went']);
      const came = (times[0]?.at ?? 0) - (stage.office.rang[ringsBefore] ?? 0);
      const [ended = Number.NaN] = stage.office.hungUp.slice(endsBefore);
      delays.push({ came, went: (times[1]?.at ?? 0) - ended });
    }
    const worst = (name: 'came' | 'went') => Math.max(...delays.map((delay) => delay[name]));
    const median = (name: 'came' | 'went') => delays.map((delay) => delay[name]).sort((a, b) => a - b)[calls >> 1];
    console.log(
      `${way}: came: median ${median('came')} worst ${worst('came')} ms; went: ${median('went')} ${worst('went')} ms`,
    );
    expect(worst('came')).toBeLessThan(1000);
    expect(worst('went')).toBeLessThan(1000);
    const polls = stage.desk.answers.filter((answer) => answer.includes('poll.php')).length;
    const pushes = stage.desk.events.filter((name) => name === 'calls').length;
    console.log(`${pushes} snapshots pushed, ${polls} polls`);
    // Of each call at least that it rings and that it is over.
    if (isPushed) expect(pushes).toBeGreaterThanOrEqual(2 * calls);
    else expect(pushes).toBe(0);
    expect(polls > 0).toBe(!isPushed);
    expect(await stands()).toBe(isPushed);
  }, 600_000);

  test('two at once: two popups, each with its own end', async () => {
    await popupTimes(stage.desk.page);
    stage.office.call('two', number);
    await popupCount(stage.desk.page, 2);
    await popupCount(stage.desk.page, 0);
    const times = await popupTimes(stage.desk.page);
    expect(times.map(({ what }) => what)).toEqual(['came', 'came', 'went', 'went']);
    expect(times[2]?.call).toBe(times[0]?.call);
  }, 60_000);

  test('a transfer: the popup moves to the colleague, who reads from whom', async () => {
    const other = await logIn(stage.browser, url, colleague);
    await openCrm(other.page, url, list);
    stage.office.call('transfer', number);
    await popupCount(stage.desk.page, 1);
    await popupCount(other.page, 1);
    await popups(other.page).locator('.asterisk-transfer', { hasText: '(101)' }).waitFor();
    await popupCount(stage.desk.page, 0);
    await popupCount(other.page, 0);
    await other.context.close();
  }, 60_000);

  test('two tabs: one popup, and the CRM is asked once', async () => {
    const second = await stage.desk.context.newPage();
    await openCrm(second, url, list);
    stage.desk.answers.length = 0;
    stage.office.call('answered', number);
    await popupCount(second, 1);
    await popups(second).locator('.asterisk-title a').waitFor();
    expect(await popups(stage.desk.page).count()).toBe(0);
    await second.close();
    await popupCount(stage.desk.page, 1);
    await popupCount(stage.desk.page, 0);
    expect(stage.desk.answers.filter((answer) => answer.includes('action=Customer')).length).toBe(1);
  }, 60_000);

  test('an unknown number: saved in the popup, and the call is linked to the new card', async () => {
    stage.office.call('answered', unknown);
    await popups(stage.desk.page).locator('.asterisk-new').first().click();
    const name = `Driver ${unknown}`;
    await stage.desk.page.keyboard.type(name);
    await stage.desk.page.locator('.asterisk-save').click();
    const card = popups(stage.desk.page).locator('.asterisk-title a', { hasText: name });
    await card.waitFor({ timeout: 15_000 });
    const address = await card.getAttribute('href');
    await popupCount(stage.desk.page, 0);
    // The call's own row names the new customer.
    await expect
      .poll(
        async () => {
          await openCrm(stage.desk.page, url, 'module=PBXManager&view=List');
          return stage.desk.page.locator('tr.listViewEntries', { hasText: name }).count();
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toBe(1);
    await stage.desk.page.goto(String(address));
    await stage.desk.page.locator('a.phoneField').first().waitFor();
    await openCrm(stage.desk.page, url, list);
  }, 90_000);

  test('the popup of the CRM itself is never there, and no script failed', async () => {
    expect(await stage.desk.page.locator('.pbxcall').count()).toBe(0);
    expect(stage.desk.answers.filter((answer) => answer.includes('IncomingCallPoll'))).toEqual([]);
    expect(stage.desk.faults.filter((fault) => /asterisk/i.test(fault))).toEqual([]);
  });
});
