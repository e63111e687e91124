import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AmiSession } from './ami-session.ts';
import { did, type VariantName } from './layout.ts';
import { Office } from './office.ts';
import { originate, type Scenario, scenarios } from './scenarios.ts';
import { until } from './wait.ts';

/** The size of a WAV without sound. */
const wavHeader = 44;

/** What every office must do. */
export function officeTests(variant: VariantName): void {
  let office: Office;
  let ami: AmiSession;

  beforeAll(async () => {
    office = await Office.start(variant);
    ami = await office.observe();
  }, 120_000);

  afterAll(async () => {
    ami?.close();
    await office?.stop();
  });

  beforeEach(() => {
    for (const phone of office.phones) phone.reset();
  });

  /** With the account that we ship, and little patience. */
  async function click(agent: string, number: string): Promise<void> {
    const connector = await office.connect();
    const queued = await connector.act(originate(office, agent, number, 2000));
    expect(queued.get('Message')).toBe('Originate successfully queued');
    connector.close();
  }

  async function play(name: string) {
    const scenario = scenarios.find((candidate) => candidate.name === name) as Scenario;
    return scenario.run(office, click);
  }

  const cdrFrom = (source: string) => ami.event('Cdr', (event) => event.get('Source') === source);
  const bytesOf = (path: string) => stat(office.pathOf(path)).then(({ size }) => size);
  /** MixMonitor closes its file shortly after the call. */
  const soundIn = (path: string) =>
    until(5000, `sound in ${path}`, async () => ((await bytesOf(path)) > wavHeader ? true : undefined));

  test('greets, and lets the shipped account in', async () => {
    const connector = await office.connect();
    expect(connector.banner).toMatch(/^Asterisk Call Manager\/\d/);
    await connector.event('FullyBooted');
    connector.close();
  });

  test('filters the shipped account no more than it says, whatever a caller calls himself', async () => {
    const connector = await office.connect();
    const isRecording = (event: ReadonlyMap<string, string>) => event.get('Variable') === 'MIXMONITOR_FILENAME';
    for (const name of ['Event: Newexten', 'Event: VarSet Variable: x']) {
      const call = await office.provider.dial(did.ivan, { number: '79211101111', name });
      await call.answered();
      call.hangUp();
      await connector.event('Newchannel', (event) => event.get('CallerIDName') === name);
      await connector.event('Hangup', (event) => event.get('CallerIDName') === name);
      await connector.event('VarSet', (event) => isRecording(event) && event.get('CallerIDName') === name);
      await connector.event('Cdr', (event) => event.get('CallerID')?.includes(name) === true);
    }
    expect(connector.events('VarSet').filter((event) => !isRecording(event))).toEqual([]);
    expect(connector.events('Newexten')).toEqual([]);
    expect((await connector.act({ Action: 'CoreShowChannels' })).get('Response')).toBe('Success');
    expect((await connector.act({ Action: 'Filter', Operation: 'Add', Filter: '!x' })).get('Message')).toBe(
      'Permission denied',
    );
    connector.close();
  });

  test('carries sound both ways and records it where the Cdr says', async () => {
    const [call] = await play('inbound-answered');
    expect(call).toMatchObject({ direction: 'inbound', customer: '79211101101', agent: '101', outcome: 'answered' });
    expect(call?.talkedSeconds).toBeCloseTo(2, 0);
    for (const { name, calls } of [office.provider, office.phone('101')]) {
      expect(
        calls.map(({ packets }) => packets.sent > 80 && packets.received > 80),
        name,
      ).toEqual([true]);
    }
    const path = (await cdrFrom('79211101101')).get('recordingpath') ?? '';
    expect(basename(path)).toMatch(/^\d{8}-\d{6}_in_79211101101_74951112233_\d+\.\d+\.wav$/);
    await soundIn(path);
  });

  test('records a call to outside as well, under the number dialled', async () => {
    const [call] = await play('outbound-answered');
    expect(call).toMatchObject({ direction: 'outbound', customer: '79211101105', agent: '101', outcome: 'answered' });
    const path = (await cdrFrom('101')).get('recordingpath') ?? '';
    expect(basename(path)).toMatch(/_out_101_79211101105_/);
    await soundIn(path);
  });

  test('places a click-to-call with the rights of the shipped account', async () => {
    const [call] = await play('click-answered');
    expect(call).toMatchObject({ direction: 'outbound', customer: '79211101106', outcome: 'answered' });
  });

  test.each([
    ['inbound-missed', 'missed', null],
    ['inbound-busy', 'busy', 486],
    ['inbound-declined', 'declined', 603],
    ['click-not-picked-up', 'agent did not pick up', 'CANCEL'],
    ['click-refused', 'agent declined', 603],
  ])('%s ends as %s', async (name, outcome, how) => {
    const [call] = await play(name);
    expect(call).toMatchObject({ outcome, answeredAt: null, talkedSeconds: 0 });
    expect(office.phone('101').calls.map(({ endedHow }) => endedHow)).toEqual([how ?? 'CANCEL']);
  });

  test('keeps two calls at once apart', async () => {
    await play('two-at-once');
    const paths = await Promise.all(['79211101109', '79211101110'].map(cdrFrom));
    expect(new Set(paths.map((cdr) => cdr.get('recordingpath'))).size).toBe(2);
  });

  test.each([
    '..%2F..%2Fetc%2Fpasswd',
    '%24%28id%29%3Bid%7Cid%26',
    '1%2C2%29%2Cs%2C1%28x',
    '%24%7BSHELL%28id%29%7D',
    `7${'9'.repeat(300)}`,
    'anonymous',
  ])('lets no caller choose the name of a file: %s', async (number) => {
    office.phone('101').reaction = { kind: 'answer', answerAfter: 50 };
    const before = new Set(await readdir(office.monitorDirectory));
    const call = await office.provider.dial(did.ivan, { number });
    const agentCall = await office.phone('101').nextCall();
    await call.answered();
    call.hangUp();
    await agentCall.ended();
    const made = (await readdir(office.monitorDirectory)).filter((name) => !before.has(name));
    expect(made.map((name) => name.replace(/^\d{8}-\d{6}_/, ''))).toEqual([
      expect.stringMatching(/^in_[0-9A-Za-z]{0,32}_74951112233_\d+\.\d+\.wav$/),
    ]);
    const cdr = await ami.event('Cdr', (event) => event.get('recordingpath')?.endsWith(made[0] ?? '?') === true);
    expect(cdr.get('recordingpath')).toBe(`/var/spool/asterisk/monitor/${made[0]}`);
  });

  test('lets no number that an agent or the CRM dials ring one more phone', async () => {
    const dialled = await office.phone('101').dial(`79211101%26${office.driver}%2F102`);
    expect((await office.provider.nextCall()).called).toBe('79211101102');
    dialled.hangUp();
    await click('101', `+79211101&${office.driver}/102`);
    expect((await office.provider.nextCall()).called).toBe('79211101102');
    expect(office.phone('102').calls).toEqual([]);
  });
}
