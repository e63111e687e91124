import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstUniqueid, loadCapture, renameCapture } from '../../src/tools/demo/capture.ts';
import { inAnHour, listen, liveToken, type Page, type PageSnapshot } from '../live/page.ts';
import { freshCapture, openOffice, token, until, type WholeOffice } from './office.ts';

let office: WholeOffice;
let pages: Page[] = [];

beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => {
  for (const page of pages) page.leave();
  pages = [];
  await office.close();
});

const tokenOf = (extension: string) => liveToken(token, { ext: extension, user: 5, exp: inAnHour() });

async function page(extension: string): Promise<Page> {
  const opened = await listen(office.service.httpPort, tokenOf(extension));
  pages.push(opened);
  await until(() => opened.latest.linkUp, 'the link');
  return opened;
}

async function asked(extension: string): Promise<PageSnapshot> {
  const headers = { authorization: `Bearer ${tokenOf(extension)}` };
  return (
    await fetch(`http://127.0.0.1:${office.service.httpPort}/live/calls`, { headers })
  ).json() as Promise<PageSnapshot>;
}

const calls = ({ snapshots }: Page) => snapshots.flatMap((snapshot) => snapshot.calls);
const atOnce = { speed: Number.POSITIVE_INFINITY };

describe('the live channel of the whole connector', () => {
  test('a ring is a snapshot, under the id that the CRM is told, and the end is told with its reason', async () => {
    const agent = await page('101');
    await office.asterisk.server.play(await freshCapture('22/s01'), { speed: 20 });
    await until(() => agent.latest.ended.length === 1, 'the end');
    expect(calls(agent).map(({ phase }) => phase)).toEqual(['ringing', 'talking']);
    const [ringing] = calls(agent);
    const dialBegin = () => office.crm.requests.find(({ params }) => params['callstatus'] === 'DialBegin');
    // The page is told before the CRM.
    await until(() => dialBegin() !== undefined, 'the callback');
    const began = dialBegin();
    expect(ringing).toMatchObject({
      id: began?.params['callUUID'],
      number: began?.params['callerIdNumber'],
      line: began?.params['connectedLineName'],
      direction: 'inbound',
      answeredAt: null,
      transferredBy: null,
      click: null,
    });
    expect(agent.latest.calls).toEqual([]);
    expect(agent.latest.ended).toMatchObject([{ id: ringing?.id, outcome: 'completed', by: null }]);
  });

  test('a page knows of a ring within 100 ms, of its end too, each time of ten', async () => {
    const agent = await page('101');
    for (let n = 0; n < 10; n += 1) {
      const capture = await freshCapture('22/s02');
      const end = capture.findIndex(({ text }) => text.startsWith('Event: Hangup'));
      for (const part of [capture.slice(0, end), capture.slice(end)]) {
        const before = agent.snapshots.length;
        await office.asterisk.server.play(part, atOnce);
        const sent = Date.now();
        await until(() => agent.snapshots.length > before, 'the snapshot');
        expect((agent.times.at(-1) ?? 0) - sent).toBeLessThan(100);
      }
      expect(calls(agent)).toHaveLength(n + 1);
    }
  });

  test('of those who are rung together each is told who took it', async () => {
    const [first, second, third] = [await page('101'), await page('102'), await page('103')];
    await office.asterisk.server.play(await freshCapture('22/s14'), { speed: 20 });
    await until(() => second.latest.ended.length === 1, 'the end');
    for (const { latest } of [first, third])
      expect(latest.ended).toMatchObject([{ outcome: 'answered-elsewhere', by: '102', talkedSeconds: 0 }]);
    expect(second.latest.ended).toMatchObject([{ outcome: 'completed', by: null }]);
  });

  test.each(['22/s18', '22/s20', '22/s25', '16-sip/s18b', '16-pjsip/s20b'])(
    '%s: who gets a call is told who had it, and whoever had it is rid of it',
    async (scenario) => {
      const [from, to] = [await page('101'), await page('102')];
      await office.asterisk.server.play(await freshCapture(scenario), { speed: 20 });
      await until(() => to.latest.ended.length === 1, 'the end');
      expect(new Set(calls(to).map(({ transferredBy }) => transferredBy?.extension))).toEqual(new Set(['101']));
      expect(calls(from).every(({ transferredBy }) => transferredBy === null)).toBe(true);
      expect(from.latest.calls).toEqual([]);
    },
  );

  test('after a restart in the middle of a call it is shown as before, and its end is told', async () => {
    const capture = await freshCapture('22/s01');
    const end = capture.findIndex(({ text }) => text.startsWith('Event: Hangup'));
    const agent = await page('101');
    await office.asterisk.server.play(capture.slice(0, end), atOnce);
    await until(() => agent.latest.calls[0]?.phase === 'talking', 'the talk');
    await until(() => office.crm.rows[0]?.status === 'in-progress', 'the record');
    office.asterisk.server.channels = livingIn(capture.slice(0, end));
    await office.restart();
    await until(() => agent.isOver, 'the end of the stream');
    expect(agent.byes).toEqual(['stopping']);
    expect((await asked('101')).calls).toEqual(agent.latest.calls);
    const again = await page('101');
    await office.asterisk.server.play(capture.slice(end), atOnce);
    await until(() => again.latest.ended.length === 1, 'the end');
    expect(again.latest.calls).toEqual([]);
  });

  test('a call that ended while the link was down is gone when it is up again', async () => {
    const capture = await freshCapture('22/s01');
    const agent = await page('101');
    await office.asterisk.server.play(
      capture.filter(({ atMs }) => atMs < 2000),
      atOnce,
    );
    await until(() => agent.latest.calls.length === 1, 'the ring');
    const { port } = office.asterisk;
    await office.asterisk.stop();
    await until(() => !agent.latest.linkUp, 'the loss');
    expect(agent.latest.calls).toHaveLength(1);
    await office.asterisk.server.listen(port);
    await until(() => agent.latest.linkUp && agent.latest.calls.length === 0, 'the list of channels', 10_000);
    expect(agent.latest.ended).toMatchObject([{ outcome: 'no-answer' }]);
  });

  test('five hundred who listen are told, and the connector stops at once all the same', async () => {
    const all = await Promise.all(Array.from({ length: 500 }, (_, n) => page(String(101 + n))));
    const more = await listen(office.service.httpPort, tokenOf('900'));
    await until(() => more.isOver, 'the refusal');
    expect(more.byes).toEqual(['too-many']);
    await office.asterisk.server.play(await freshCapture('22/s14'), atOnce);
    await until(() => all.slice(0, 3).every(({ latest }) => latest.ended.length === 1), 'the ends');
    expect(all.slice(3).every(({ snapshots }) => calls({ snapshots } as Page).length === 0)).toBe(true);
    expect(await (await fetch(`${office.url}/health`)).json()).toMatchObject({ link: { state: 'up' } });
    const status = await fetch(`${office.url}/status`, { headers: { authorization: `Bearer ${token}` } });
    expect(await status.json()).toMatchObject({
      version: '0.0.0',
      zone: 'Europe/Moscow',
      crmTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      live: { listeners: 500 },
      extension: office.config.extensions.pattern,
      link: { state: 'up' },
    });
    await office.restart();
    await until(() => all.every(({ isOver }) => isOver), 'the ends of all');
    expect(new Set(all.map(({ byes }) => byes.join()))).toEqual(new Set(['stopping']));
  }, 30_000);
});

/** The channels that Asterisk would list. */
function livingIn(capture: Awaited<ReturnType<typeof freshCapture>>): Record<string, string>[] {
  const channels = new Map<string, Record<string, string>>();
  const bridges = new Map<string, string>();
  for (const { text } of capture) {
    const headers = Object.fromEntries([...text.matchAll(/^(\w+): (.*)\r$/gm)].map(([, name, value]) => [name, value]));
    const id = headers['Uniqueid'] ?? '';
    if (headers['Channel'] !== undefined && headers['Linkedid'] !== undefined) channels.set(id, headers);
    if (headers['Event'] === 'BridgeEnter') bridges.set(id, headers['BridgeUniqueid'] ?? '');
  }
  return [...channels].map(([id, { Event: _, Privilege: __, ...headers }]) => ({
    ...headers,
    BridgeId: bridges.get(id) ?? '',
    Duration: '00:00:03',
  }));
}

describe('a click', () => {
  /** Answers the next Originate as Asterisk once did: the capture's first channel bears the id that it is asked for. */
  async function answerWith(scenario: string): Promise<void> {
    const capture = await loadCapture(`test/captures/${scenario}`);
    office.asterisk.server.onOriginate = (action) => {
      const own = firstUniqueid(capture) ?? '';
      const renamed = renameCapture(capture, {
        epoch: 1_900_000_000,
        serial: 900,
        words: {
          [own.replace(/^\d+/, '1900000000')]: action.get('channelid') ?? '',
          [actionIdOf(capture)]: action.get('actionid') ?? '',
        },
      });
      return { accept: true, after: () => void office.asterisk.server.play(renamed, { speed: 20 }) };
    };
  }

  const actionIdOf = (capture: Awaited<ReturnType<typeof loadCapture>>) =>
    /^ActionID: (\S+)\r$/m.exec(capture.find(({ text }) => text.includes('OriginateResponse'))?.text ?? '')?.[1] ?? '';

  async function click(to: string): Promise<{ result: string; click?: string; reason?: string; why?: string }> {
    const query = new URLSearchParams({ event: 'OutgoingCall', secret: token, from: '101', to, context: 'vtiger' });
    const headers = { accept: 'application/json' };
    const answer = await fetch(`${office.url}/makecall?${query}`, { method: 'POST', headers });
    return answer.json() as Promise<{ result: string; click?: string }>;
  }

  const states = ({ snapshots }: Page, id: string | undefined) => {
    const seen = snapshots.flatMap(({ clicks }) => clicks.filter((each) => each.id === id).map(({ state }) => state));
    return seen.filter((state, n) => state !== seen[n - 1]);
  };

  test.each([
    ['22/s11', '79211011011', ['your-phone-rings', 'ringing', 'talking', 'ended']],
    ['22/s12', '79211012011', ['your-phone-rings', 'you-did-not-answer']],
    ['22/s12b', '79211012021', ['your-phone-rings', 'you-are-busy']],
    ['22/s13', '79211013011', ['your-phone-rings', 'ringing', 'busy']],
    ['22/s13b', '79211013021', ['your-phone-rings', 'ringing', 'no-answer']],
    ['16-sip/s11', '79211011011', ['your-phone-rings', 'ringing', 'talking', 'ended']],
    ['16-sip/s12b', '79211012021', ['your-phone-rings', 'you-are-busy']],
    ['16-pjsip/s13', '79211013011', ['your-phone-rings', 'ringing', 'busy']],
  ])('%s: %s becomes %j', async (scenario, number, expected) => {
    const agent = await page('101');
    await answerWith(scenario);
    const { result, click: id } = await click(number);
    expect([result, id]).toEqual(['Success', expect.stringMatching(/^c2c-/)]);
    await until(() => states(agent, id).at(-1) === expected.at(-1), expected.at(-1), 10_000);
    expect(states(agent, id)).toEqual(['calling-you', ...expected]);
    expect(agent.latest.clicks).toMatchObject([{ id, number, why: '', callId: `${id}-101` }]);
    expect(new Set(calls(agent).map((call) => call.click))).toEqual(new Set([id]));
  });

  test('that Asterisk refuses has failed, with its words', async () => {
    const agent = await page('101');
    office.asterisk.server.onOriginate = () => ({ accept: false, message: 'Extension does not exist.' });
    const { result, click: id } = await click('89');
    expect(result).toBe('Success');
    await until(() => states(agent, id).at(-1) === 'failed', 'the failure');
    expect(agent.latest.clicks).toMatchObject([{ state: 'failed', why: 'Extension does not exist.', callId: null }]);
  });

  test('whose Asterisk is lost while it is asked is unreachable; one after that is told so at once', async () => {
    const agent = await page('101');
    office.asterisk.neverAnswer('Originate');
    const { click: id } = await click('89');
    await until(() => office.asterisk.actions('Originate').some((action) => action.get('actionid') === id));
    await office.asterisk.stop();
    await until(() => states(agent, id).at(-1) === 'unreachable', 'the loss');
    expect(agent.latest.clicks).toMatchObject([{ why: 'the link to Asterisk went down' }]);
    expect(await click('90')).toMatchObject({ result: 'Error', reason: 'unreachable' });
  });
});
