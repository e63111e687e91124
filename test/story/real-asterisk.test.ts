import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import { tellCall } from '../../src/tools/call-command.ts';
import { listCalls } from '../../src/tools/calls-command.ts';
import { startCapture } from '../../src/tools/capture-command.ts';
import { runReplay } from '../../src/tools/replay-command.ts';
import { describeOffice } from '../asterisk/describe-office.ts';
import { did, type VariantName } from '../asterisk/layout.ts';
import { Office } from '../asterisk/office.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { startConnector, until } from '../service/office.ts';

/** A call on a real Asterisk, told by the commands beside the connector that heard it, and by its capture. */
function realTests(variant: VariantName): void {
  let office: Office;
  let crm: FakeCrm;
  let folder: string;
  let connector: Awaited<ReturnType<typeof startConnector>>;
  let config: Config;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'story-'));
    file = join(folder, 'call.ami');
    [office, crm] = await Promise.all([Office.start(variant), FakeCrm.start()]);
    const ami = { host: office.amiHost, port: office.amiPort, username: office.amiUser, secret: office.amiSecret };
    const monitor = office.monitorDirectory;
    connector = await startConnector({ ami, crm: { url: crm.url, token: 'abracadabra' }, monitor, folder });
    config = connector.config;
    await until(() => connector.log.lines.some(({ text }) => text.startsWith('AMI link up')), 'the link', 15_000);
    const facts = { version: '0.1.0', node: process.version, at: Date.now(), mask: true };
    const capture = await startCapture(config, { ...facts, file, tell: () => {}, onEnd: () => {} });
    await callThatIsHandedOn();
    await capture.stop();
  }, 120_000);

  afterAll(async () => {
    await connector?.service.stop();
    await Promise.all([office?.stop(), crm?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** The queue rings three; 102 takes it and sends it on to 104. Meanwhile the CRM is away for a moment. */
  async function callThatIsHandedOn(): Promise<void> {
    for (const name of ['101', '103'] as const) office.phone(name).reaction = { kind: 'ring' };
    office.phone('102').reaction = { kind: 'answer', answerAfter: 1500 };
    const back = Date.now() + 700;
    crm.fault = () => (Date.now() < back ? { status: 503, body: '' } : undefined);
    const call = await office.provider.dial(did.sales, { number: '79211234567', name: 'Pyotr' });
    const agent = await office.phone('102').nextCall();
    await pause(4_000);
    await agent.transfer('104');
    await pause(3_500);
    call.hangUp();
    await call.ended();
    await until(() => connector.log.lines.some(({ text }) => / closed$/.test(text)), 'the call to close', 15_000);
    await pause(1_500);
  }

  const all = {
    number: null,
    extension: null,
    call: null,
    since: null,
    until: null,
    days: null,
    open: false,
    limit: 20,
  };
  const list = async (more: object) =>
    (await listCalls(config, { ...all, json: false, mask: false, now: Date.now(), ...more })).text;
  const idOf = async () =>
    (JSON.parse(await list({ json: true, number: '+7 921 123-45-67' })) as { calls: { call: string }[] }).calls[0]
      ?.call ?? '';

  test('its story', async () => {
    const { text } = await tellCall(config, { call: await idOf(), json: false, mask: false, now: Date.now() });
    if (process.env['SHOW_STORY'] === '1') process.stdout.write(`${await list({})}\n${text}\n`);
    expect(text).toMatch(/79211234567.* called 74951112244: 102 talked .* and 104 talked /);
    expect(text).toMatch(/ 101 {2}stops ringing: not missed, as 102 took the call .* after this phone began to ring/);
    expect(text).toMatch(/ 104 {2}phone rings for 79211234567.*: handed on by 102, who had the call before/);
    expect(text).toMatch(/DialBegin of 10[123]: the CRM could not be reached: HTTP 503/);
    expect(text).toMatch(/DialBegin of 10[123]: taken .* after it was made, at send/);
    expect(text).toMatch(/\.wav: ready, \d+ KB; linked to the CRM records of 102 and 104/);
  });

  test('its capture replays, without a number, a name or a secret', async () => {
    const bytes = await readFile(file, 'latin1');
    expect(bytes).not.toMatch(/1234567|1112244|Pyotr/);
    expect(bytes).not.toContain(office.amiSecret);
    const text: string[] = [];
    const command = {
      kind: 'replay',
      files: [file],
      config: null,
      dialect: null,
      call: null,
      events: false,
      mask: false,
    } as const;
    const code = await runReplay(command, config, { out: (some) => void text.push(some), complain: () => {} });
    expect(code).toBe(0);
    expect(text.join('')).toMatch(/note: captured by asterisk-vtiger-connector 0\.1\.0/);
    expect(text.join('')).toMatch(variant === '22' ? /note: Asterisk 22\./ : /note: Asterisk 16\./);
    expect(text.join('')).toMatch(/102 took it|102 talked/);
  }, 20_000);
}

await describeOffice('a call’s story, of Asterisk 22', '22', () => realTests('22'));
await describeOffice('a call’s story, of Asterisk 16 with chan_sip', '16-sip', () => realTests('16-sip'));
