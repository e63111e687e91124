import { beforeAll, expect, test } from 'vitest';
import { type Desk, logIn, openCrm, popupCount } from './crm-page.ts';
import { crmStage } from './crm-stage.ts';
import { describeCrm } from './settings.ts';

const calls = 'module=PBXManager&view=List';

/** Runs in the browser: jumps to `to` seconds, and resolves when sound from there plays. */
const seek = `async (audio, to) => {
  await audio.play();
  const began = performance.now();
  await new Promise((resolve) => {
    audio.addEventListener('seeked', resolve, { once: true });
    audio.currentTime = to;
  });
  return { at: audio.currentTime, ms: performance.now() - began, end: audio.seekable.end(0) };
}`;

/** Needs a running CRM: see settings.ts. */
describeCrm('recordings in a running CRM', (crm) => {
  const { url, number, stranger } = crm;
  const stage = crmStage(crm);
  beforeAll(async () => {
    await openCrm(stage.desk.page, url, calls);
    const longer = stage.office.lengthenNext();
    stage.office.call('answered', number);
    await popupCount(stage.desk.page, 1);
    await popupCount(stage.desk.page, 0);
    await longer;
    // The connector tells the CRM of a recording that has not grown for three seconds.
    await new Promise((resolve) => setTimeout(resolve, 8000));
  }, 90_000);

  test(`a page of ${crm.listRows} calls or more loads no audio, and names neither the connector nor a recording`, async () => {
    const { page, asked } = stage.desk;
    asked.length = 0;
    await openCrm(page, url, calls);
    await page.locator('.asterisk-listen').first().waitFor();
    await page.evaluate('document.querySelectorAll("tr[data-id]").forEach((row) => row.scrollIntoView())');
    // Longer than a browser waits before it loads what is in sight.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const shown = await page.locator('tr[data-id] .asterisk-listen').count();
    console.log(`${shown} players in the list, ${asked.length} requests`);
    expect(shown).toBeGreaterThanOrEqual(crm.listRows);
    expect(await page.locator('audio, video, source').count()).toBe(0);
    const sound = /^media |action=Recording|ListenRecord|\/recording\?/;
    expect(asked.filter((request) => sound.test(request))).toEqual([]);
    expect(await page.content()).not.toMatch(/\/recording\?id=/);
  }, 60_000);

  test('60 MB: plays and seeks, while another page of the same user answers at once', async () => {
    await stage.desk.page.locator('.asterisk-listen').first().click();
    const audio = stage.desk.page.locator('.asterisk-audio').first();
    await audio.waitFor({ timeout: 15_000 });
    const jump = (to: number) =>
      stage.desk.page.evaluate(`(${seek})(document.querySelector('audio'), ${to})`) as Promise<Jump>;
    const jumps = [await jump(3000), await jump(30), await jump(1800)];
    expect(jumps.map(({ at }) => Math.round(at))).toEqual([3000, 30, 1800]);
    expect(jumps[0]?.end).toBeGreaterThan(3800);
    const record = await stage.desk.page.locator('tr[data-id]').first().getAttribute('data-id');
    const sound = keepSending(stage.desk, `${url}index.php?module=AsteriskConnector&action=Recording&record=${record}`);
    const others: number[] = [];
    while (sound.took.length < 3 && !sound.hasFailed())
      others.push(await timed(stage.desk, `${url}index.php?module=AsteriskConnector&action=Live`));
    await sound.stop();
    // Or they would have had nothing to wait for.
    expect([sound.hasFailed(), sound.took.length]).toEqual([false, 3]);
    console.log(
      `seeks ${jumps.map(({ ms }) => Math.round(ms))} ms; 60 MB in ${sound.took.map(Math.round)} ms; another page meanwhile ${others.map(Math.round)} ms`,
    );
    expect(others.sort((a, b) => a - b)[Math.floor(others.length * 0.95)]).toBeLessThan(200);
  }, 120_000);

  test('who has no right to the call gets 403', async () => {
    const record = await stage.desk.page.locator('tr[data-id]').first().getAttribute('data-id');
    const other = await logIn(stage.browser, url, stranger);
    const address = `${url}index.php?module=AsteriskConnector&action=Recording&record=${record}`;
    const headers = { Range: 'bytes=0-0' };
    expect((await other.context.request.get(address, { headers })).status()).toBe(403);
    expect((await stage.desk.context.request.get(address, { headers })).status()).toBe(206);
    await other.context.close();
  }, 60_000);
});

interface Jump {
  readonly at: number;
  readonly ms: number;
  readonly end: number;
}

/**
 * Takes 60 MB again and again. One that is taken slowly would not do: nginx takes all from PHP at once and keeps it. So PHP is
 * sending all the while, and were its session open, each other answer to this user would wait for the end of one.
 */
function keepSending({ context }: Desk, address: string) {
  const cut = new AbortController();
  const took: number[] = [];
  let failed = false;
  const again = async () => {
    const cookie = (await context.cookies(address)).map(({ name, value }) => `${name}=${value}`).join('; ');
    while (!cut.signal.aborted) {
      const began = performance.now();
      const headers = { cookie, range: 'bytes=0-62399999' };
      const response = await fetch(address, { headers, signal: cut.signal });
      const { byteLength } = await response.arrayBuffer();
      if (response.status !== 206 || byteLength < 60_000_000)
        throw new Error(`${response.status}, ${byteLength} bytes`);
      took.push(performance.now() - began);
    }
  };
  const sending = again().catch((fault: unknown) => {
    failed = !cut.signal.aborted;
    if (failed) console.error(fault);
  });
  const stop = async () => {
    cut.abort();
    await sending;
  };
  /** How long each took, ms. */
  return { took, stop, hasFailed: () => failed };
}

async function timed({ context }: Desk, address: string): Promise<number> {
  const began = performance.now();
  await context.request.get(address);
  return performance.now() - began;
}
