import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';
import type { Service } from '../../src/service.ts';
import { type CallRow, secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';
import { startConnector, until } from '../service/office.ts';
import type { CrmSide } from './crm-side.ts';
import type { VariantName } from './layout.ts';
import { comparableRows, comparableTruth, liveCases, playedTruth, rowsOfTruth, storyNamed } from './live-cases.ts';
import { Office } from './office.ts';
import { type Scenario, type ScenarioOutcome, scenarios, type TrueCall } from './scenarios.ts';

const statuses: Readonly<Record<ScenarioOutcome, string>> = {
  answered: 'completed',
  missed: 'no-answer',
  busy: 'busy',
  declined: 'busy',
  'agent did not pick up': 'no-answer',
  'agent declined': 'busy',
};

/** The whole connector between a real Asterisk, with real phones, and a CRM. */
export function liveTests(variant: VariantName, openCrm: () => Promise<CrmSide>): void {
  let office: Office;
  let crm: CrmSide;
  let service: Service;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'live-'));
    office = await Office.start(variant);
    crm = await openCrm();
    const ami = { host: office.amiHost, port: office.amiPort, username: office.amiUser, secret: office.amiSecret };
    // Without a country vTiger is told numbers as Asterisk has them, and finds no customer by them.
    const more = 'click_to_call: { ring_seconds: 5 }\nnumbers: { country: RU, to_crm: auto }';
    const connector = await startConnector({ ami, crm, monitor: office.monitorDirectory, folder, more });
    service = connector.service;
    const up = () => connector.log.lines.some(({ text }) => text.startsWith('AMI link up'));
    await until(up, 'the link to Asterisk', 15_000);
  }, 120_000);

  afterAll(async () => {
    await service?.stop();
    await crm?.stop();
    await office?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(() => {
    for (const phone of office.phones) phone.reset();
  });

  const click = async (agent: string, number: string): Promise<void> => {
    const query = new URLSearchParams({
      event: 'OutgoingCall',
      secret: crm.token,
      from: agent,
      to: number,
      context: 'vtiger',
    });
    const response = await fetch(`http://127.0.0.1:${service.httpPort}/makecall?${query}`, { method: 'POST' });
    expect(await response.text()).toBe('Success');
  };

  async function rowsOf(scenario: Scenario): Promise<{ calls: TrueCall[]; rows: readonly CallRow[] }> {
    const before = (await crm.rows()).length;
    const calls = await scenario.run(office, click);
    const answered = calls.filter(({ outcome }) => outcome === 'answered').length;
    const rows = await settled(async () => (await crm.rows()).slice(before), calls.length, answered);
    return { calls, rows };
  }

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (_, scenario) => {
      const { calls, rows } = await rowsOf(scenario);
      for (const call of calls) compare(call, rows, crm);
      expect(crm.dangers()).toEqual([]);
    },
    90_000,
  );

  test.each(liveCases.map(({ name, statuses: told }) => [`${name} ${storyNamed(name).title}`, name, told] as const))(
    '%s',
    async (_, name, told) => {
      const before = (await crm.rows()).length;
      const implied = rowsOfTruth(await playedTruth(office, storyNamed(name), click), crm);
      if (crm.dialect === 'salesplatform')
        expect(Object.fromEntries(implied.map(({ user, status }) => [user, status]))).toEqual(told);
      const talked = implied.filter(({ recording }) => recording !== null).length;
      const rows = await settled(async () => (await crm.rows()).slice(before), implied.length, talked);
      const expected = comparableTruth(implied, crm);
      expect(comparableRows(rows, expected)).toEqual(expected);
      expect(crm.dangers()).toEqual([]);
    },
    90_000,
  );

  test('a finished recording plays by Range', async () => {
    const recorded = (await crm.rows()).findLast((row) => row.recordingUrl !== null);
    const link = recorded?.recordingUrl?.replace('http://pbx.example:5000', `http://127.0.0.1:${service.httpPort}`);
    // SalesPlatform fetches it itself, with its secret added; vTiger's own page leaves it to the browser, as it is.
    const address = crm.dialect === 'vanilla' ? `${link}` : `${link}&secret=${crm.token}`;
    const whole = await fetch(address);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(whole.headers.get('content-type')).toMatch(/^audio\//);
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
    expect(bytes.length).toBeGreaterThan(10_000);
    const part = await fetch(address, { headers: { range: 'bytes=1000-1999' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 1000-1999/${bytes.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(1000, 2000));
  });
}

/** The rows when all have ended and those of answered calls have their recording; or as they are after 15 s, to be judged. */
async function settled(read: () => Promise<readonly CallRow[]>, count: number, answered: number) {
  let before = '';
  for (const deadline = Date.now() + 15_000; ; await new Promise((resolve) => setTimeout(resolve, 300))) {
    const rows = await read();
    // The Hangup ends a record, and its times come right behind.
    const now = JSON.stringify(rows);
    const isQuiet = now === before;
    before = now;
    const ended = rows.filter(({ status }) => !/^(ringing|in-progress)$/.test(status)).length;
    const recorded = rows.filter((row) => row.recordingUrl !== null).length;
    const isDone = rows.length === count && ended === count && recorded === answered;
    if ((isDone && isQuiet) || Date.now() > deadline) return rows;
  }
}

function compare(call: TrueCall, rows: readonly CallRow[], { dialect, timeZone }: CrmSide): void {
  // vTiger's own has one row for the call, which is nobody's before somebody has answered.
  const isNobodys = dialect === 'vanilla' && call.direction === 'inbound' && call.outcome !== 'answered';
  const user = isNobodys ? '' : call.agent;
  const row = rows.find((each) => each.user === user && each.customerNumber.endsWith(call.customer.slice(-10)));
  expect((row?.recordingUrl ?? null) !== null).toBe(call.outcome === 'answered');
  expect(row).toMatchObject({ user, direction: call.direction, status: statuses[call.outcome] });
  if (dialect === 'salesplatform') expect(row?.customerNumber).toBe(call.customer);
  const localTime = localTimeIn(timeZone);
  const seconds = (from: number, stored: string | null | undefined) =>
    Math.abs(secondsBetween(localTime(from), stored ?? ''));
  expect(seconds(call.startedAt, row?.startTime)).toBeLessThanOrEqual(1);
  expect(seconds(call.endedAt, row?.endTime)).toBeLessThanOrEqual(1);
  expect(Math.abs((row?.billDuration ?? -9) - call.talkedSeconds)).toBeLessThanOrEqual(1);
}
