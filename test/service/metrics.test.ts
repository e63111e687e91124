import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { samplesOf } from '../metrics/samples.ts';
import { freshCapture, openOffice, token, until, type WholeOffice, writeRecording } from './office.ts';

const prefix = 'asterisk_vtiger_';
let office: WholeOffice;

beforeEach(async () => {
  office = await openOffice('', 'metrics: true');
});
afterEach(() => office.close());

interface Scrape {
  /** Of one line, without our prefix. */
  of(line: string): number | undefined;
  /** All lines of a name, by their labels. */
  all(name: string): Record<string, number>;
}

async function scrape(): Promise<Scrape> {
  const response = await fetch(`${office.url}/metrics`);
  expect(response.status).toBe(200);
  const samples = samplesOf(await response.text());
  return {
    of: (line) => samples.get(prefix + line),
    all: (name) =>
      Object.fromEntries(
        [...samples].flatMap(([line, value]) =>
          line.startsWith(`${prefix}${name}{`) && value > 0 ? [[line.slice(prefix.length + name.length), value]] : [],
        ),
      ),
  };
}

/** The CRM has all that there is to tell. */
const told = () => office.crm.rows.every(({ status }) => !/ringing|in-progress/.test(status));

describe('what Prometheus reads, and what was so', () => {
  test('calls, callbacks, recordings and events of an answered and of a missed call', async () => {
    await writeRecording(office.monitor, 'IN_21112026_01-36_79211001011_74951112233.wav');
    const captures = [await freshCapture('22/s01'), await freshCapture('22/s02')];
    for (const capture of captures) await office.asterisk.server.play(capture, { speed: 20 });
    await until(
      () => (office.crm.rows[0]?.recordingUrl ?? null) !== null && office.crm.rows.length > 1 && told(),
      'all',
    );
    const [client] = office.asterisk.server.clients;
    const packets = captures.flat().map(({ text }) => text);
    const events = packets.filter((text) => text.startsWith('Event: ') && client?.mayRead(text) === true).length;
    const byKind: Record<string, number> = {};
    for (const { callstatus = '' } of office.crm.received) {
      const line = `{kind="${callstatus}",outcome="delivered"}`;
      if (callstatus !== 'ConnectorProbe') byKind[line] = (byKind[line] ?? 0) + 1;
    }
    await until(() => office.log.lines.filter(({ text }) => / closed$/.test(text)).length === 2, 'the ends');
    // The last answers are on disk a moment after they came.
    await expect.poll(async () => (await scrape()).of('outbox_callbacks'), { timeout: 5_000 }).toBe(0);
    const now = await scrape();
    expect(now.all('callback_sends_total')).toEqual(byKind);
    expect(now.all('calls_begun_total')).toEqual({ '{direction="inbound"}': 2 });
    expect(now.all('calls_ended_total')).toEqual({
      '{direction="inbound",disposition="completed"}': 1,
      '{direction="inbound",disposition="no-answer"}': 1,
    });
    const sum = Object.values(byKind).reduce((all, one) => all + one, 0);
    expect(now.of('crm_answer_seconds_count{answer="accepted"}')).toBe(sum);
    const delivered = Object.values(now.all('callback_delivery_seconds_count')).reduce((all, one) => all + one, 0);
    expect(delivered).toBe(sum);
    expect(now.all('recordings_total')).toMatchObject({ '{state="ready"}': 1 });
    expect(now.of('recording_links_total')).toBe(1);
    // One is of the login: FullyBooted.
    expect(now.of('ami_events_total')).toBe(events + 1);
    expect(now.of('outbox_callbacks')).toBe(0);
    expect(now.of('channels')).toBe(0);
    expect(now.all('open_calls')).toEqual({});
  });
});

test('a call is ringing, then talking; figures that are so now say it', async () => {
  const played = office.asterisk.server.play(await freshCapture('16-sip/s01'), { speed: 4 });
  const states = async (state: string, direction = 'inbound') =>
    (await scrape()).of(`open_calls{direction="${direction}",state="${state}"}`);
  await until(() => office.crm.rows[0]?.status === 'ringing', 'ringing');
  expect(await states('ringing')).toBe(1);
  await until(() => office.crm.rows[0]?.status === 'in-progress', 'in-progress');
  expect(await states('talking')).toBe(1);
  expect((await scrape()).of('channels')).toBeGreaterThan(1);
  await played;
});

test('clicks, by what the CRM and Asterisk answered', async () => {
  const click = async (from: string, to: string, secret = token) =>
    (
      await fetch(`${office.url}/makecall?event=OutgoingCall&secret=${secret}&from=${from}&to=${to}&context=vtiger`)
    ).text();
  office.asterisk.server.onOriginate = () => ({ accept: false, message: 'Originate failed' });
  expect(await click('101', '79211011011')).toBe('Success');
  expect(await click('101', '79211011011', 'wrong')).toBe('Authentication Failure');
  await until(() => office.log.lines.some(({ text }) => text.includes('did not take it')), 'the refusal');
  const now = await scrape();
  expect(now.all('clicks_total')).toEqual({ '{outcome="placed"}': 1, '{outcome="unauthorized"}': 1 });
  expect(now.all('originates_total')).toEqual({ '{outcome="rejected"}': 1 });
  expect(now.all('http_requests_total')).toEqual({ '{path="/makecall",code="200"}': 2 });
});

test('a CRM that is away, a link that is lost', async () => {
  office.crm.fault = () => ({ status: 503, body: '' });
  await office.asterisk.server.play(await freshCapture('22/s01'), { speed: 20 });
  await until(() => office.log.lines.some(({ text }) => text.startsWith('the CRM is away')), 'the CRM away');
  office.asterisk.server.drop();
  await until(() => office.log.lines.some(({ text }) => text.startsWith('AMI link down')), 'the link down');
  const away = await scrape();
  expect(away.of('crm_up')).toBe(0);
  expect(away.of('outbox_callbacks')).toBeGreaterThan(0);
  expect(Object.keys(away.all('callback_sends_total'))).toContainEqual(expect.stringContaining('outcome="retried"'));
  expect(away.all('crm_answer_seconds_count')).toMatchObject({ '{answer="unavailable"}': expect.any(Number) });
  expect(away.of('ami_link_losses_total')).toBe(1);
  expect(away.of('database_up')).toBe(1);
  const ups = async () => (await scrape()).of('ami_link_ups_total');
  const deadline = Date.now() + 10_000;
  while ((await ups()) !== 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await ups()).toBe(2);
  expect((await scrape()).of('ami_link_state{state="up"}')).toBe(1);
});
