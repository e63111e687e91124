import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';
import { type CallRow, secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';
import { startConnector, until } from '../service/office.ts';
import { type CrmSide, fakeCrmSide } from './crm-side.ts';
import { describeOffice } from './describe-office.ts';
import { did } from './layout.ts';
import { Office } from './office.ts';
import type { PhoneCall } from './phone-call.ts';

type Connector = Awaited<ReturnType<typeof startConnector>>;

const isOpen = ({ status }: CallRow) => /^(ringing|in-progress)$/.test(status);

await describeOffice('an Asterisk that is killed under load', '22', () => {
  let office: Office;
  let crm: CrmSide;
  let connector: Connector;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'killed-'));
    office = await Office.start('22');
    crm = await fakeCrmSide();
    const ami = { host: office.amiHost, port: office.amiPort, username: office.amiUser, secret: office.amiSecret };
    connector = await startConnector({ ami, crm, monitor: office.monitorDirectory, folder });
    await until(() => timesUp() > 0, 'the link to Asterisk', 15_000);
  }, 120_000);

  afterAll(async () => {
    await connector?.service.stop();
    await crm?.stop();
    await office?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const timesUp = () => connector.log.lines.filter(({ text }) => text.startsWith('AMI link up')).length;
  const open = async () => (await crm.rows()).filter(isOpen);

  /** Twelve callers talk to 101, six wait for 102, and 104 talks to four customers. */
  async function load(serial: number): Promise<void> {
    const customer = (n: number) => `7921${serial}${String(n).padStart(6, '0')}`;
    office.phone('102').reaction = { kind: 'ring' };
    const calls: Promise<PhoneCall>[] = [];
    const call = (line: string, count: number) => {
      for (let n = 0; n < count; n += 1) calls.push(office.provider.dial(line, { number: customer(calls.length) }));
    };
    call(did.ivan, 12);
    call(did.anna, 6);
    for (let n = 0; n < 4; n += 1) calls.push(office.phone('104').dial(customer(900 + n)));
    await Promise.all(calls);
    const has = async () => {
      const statuses = (await open()).map(({ user, status }) => `${user} ${status}`);
      const count = (what: string) => statuses.filter((status) => status === what).length;
      return count('101 in-progress') === 12 && count('102 ringing') === 6 && count('104 in-progress') === 4;
    };
    for (const deadline = Date.now() + 20_000; !(await has()); await new Promise((resolve) => setTimeout(resolve, 100)))
      if (Date.now() > deadline) throw new Error(`no load: ${JSON.stringify(await open())}`);
  }

  /** @returns after how many seconds no record was open any more */
  async function secondsUntilClosed(): Promise<number> {
    const begin = Date.now();
    while ((await open()).length > 0) {
      if (Date.now() > begin + 20_000) throw new Error(`still open: ${JSON.stringify(await open())}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return (Date.now() - begin) / 1000;
  }

  /** The records tell what was so when Asterisk died, and nothing that nobody heard of. */
  function judge(rows: readonly CallRow[], killedAt: number): void {
    const death = localTimeIn(crm.timeZone)(killedAt);
    for (const { user, status, endTime, billDuration, startTime } of rows) {
      expect([user, status]).toEqual([user, user === '102' ? 'no-answer' : 'completed']);
      expect(Math.abs(secondsBetween(endTime ?? '', death))).toBeLessThanOrEqual(11);
      expect(secondsBetween(endTime ?? '', death)).toBeGreaterThanOrEqual(-1);
      if (user === '102') expect(billDuration).toBe(0);
      else expect(billDuration).toBeLessThanOrEqual(secondsBetween(startTime ?? '', death) + 1);
    }
  }

  /** The Hangup closes a record, and its times come right behind. */
  async function quietRows(): Promise<readonly CallRow[]> {
    for (let before = ''; ; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
      const rows = await crm.rows();
      if (JSON.stringify(rows) === before) return rows;
      before = JSON.stringify(rows);
    }
  }

  function hangUpAll(): void {
    for (const phone of office.phones) phone.reset();
  }

  test('and stays dead: every open call is closed within 15 s', async () => {
    await load(1);
    await office.kill();
    const killedAt = Date.now();
    const seconds = await secondsUntilClosed();
    console.info(`killed for good: 22 open records closed after ${seconds} s`);
    expect(seconds).toBeLessThan(15);
    judge(await quietRows(), killedAt);
  }, 90_000);

  test('and is started again at once: its calls are closed within 15 s, and the next call is told as ever', async () => {
    hangUpAll();
    const up = timesUp();
    await office.startAgain();
    await until(() => timesUp() > up, 'the link to Asterisk', 15_000);
    const before = (await crm.rows()).length;
    await load(2);
    await office.kill();
    const killedAt = Date.now();
    hangUpAll();
    const closing = secondsUntilClosed();
    await office.startAgain();
    const seconds = await closing;
    console.info(`killed and started again: 22 open records closed after ${seconds} s`);
    expect(seconds).toBeLessThan(15);
    judge((await quietRows()).slice(before), killedAt);
    await until(() => timesUp() > up + 1, 'the link to Asterisk', 15_000);
    const call = await office.provider.dial(did.ivan, { number: '79211101101' });
    const agent = await office.phone('101').nextCall();
    await call.answered();
    call.hangUp();
    await agent.ended();
    await secondsUntilClosed();
    expect((await quietRows()).at(-1)).toMatchObject({ user: '101', status: 'completed' });
    expect((await crm.rows()).length).toBe(before + 23);
    expect(crm.dangers()).toEqual([]);
  }, 120_000);
});
