import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Capture } from '../../src/tools/demo/capture.ts';
import { freshCapture, openOffice, token, until, type WholeOffice, writeRecording } from './office.ts';

let office: WholeOffice;

beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const hostile: readonly (readonly [string, string])[] = [
  ['a quote', "1' OR '1'='1"],
  ['a double quote', 'zzz"OR"1"#'],
  ['a user look-up', "x' OR phone_crm_extension='102"],
  ['a backslash', '\\'],
  ['a LIKE wildcard', '%'],
  ['a prefix with a wildcard', '84951%'],
  ['a JSON array', '[1,2]'],
  ['an empty JSON array', '[]'],
  ['a JSON object', '{"a":1}'],
  ['10 kB', '7'.repeat(10_000)],
  ['emoji', '\u{1f600}\u{1f4de}'],
  ['a script', '<script>alert(1)</script>'],
  ['a header', 'x: y, Event: Hangup'],
  ['nothing', ''],
  ['a NUL and a bell', '\u0000\u0007'],
];

/** The capture with one header's value changed wherever the caller's stands. */
function withCaller(capture: Capture, header: 'CallerIDNum' | 'CallerIDName', value: string): Capture {
  const bytes = Buffer.from(value, 'utf8').toString('latin1');
  const old = header === 'CallerIDNum' ? '79211001011' : '<unknown>';
  return capture.map(({ atMs, text }) => ({
    atMs,
    text: text.replaceAll(`\r\n${header}: ${old}\r\n`, () => `\r\n${header}: ${bytes}\r\n`),
  }));
}

async function recordOf(capture: Capture) {
  await office.asterisk.server.play(capture, { speed: Number.POSITIVE_INFINITY, cut: 'odd' });
  await until(() => office.crm.rows.length === 1 && office.crm.rows[0]?.status === 'completed', 'the record');
  return office.crm.rows[0];
}

describe('a caller who chooses his number', () => {
  test.each(hostile)('%s: the call is recorded, and nothing of it reaches the CRM', async (_, value) => {
    const row = await recordOf(withCaller(await freshCapture('22/s01'), 'CallerIDNum', value));
    expect(row).toMatchObject({ user: '101', direction: 'inbound' });
    expect(row?.customerNumber).toMatch(/^\(?[0-9A-Za-z+.-]{1,34}\)?$/);
    expect(office.crm.violations).toEqual([]);
  });

  test.each([
    ['102', '(.102)'],
    ['101', '(.101)'],
    ['+101', '(.+101)'],
    ['0101', '(.0101)'],
    ['1e2', '(1e2)'],
    ['223344', '(223344)'],
  ])('as %s, an extension of ours, he neither turns the call around nor hides it', async (claimed, customerNumber) => {
    const row = await recordOf(withCaller(await freshCapture('22/s01'), 'CallerIDNum', claimed));
    expect(row).toMatchObject({ user: '101', direction: 'inbound', customerNumber });
  });
});

describe('a caller who chooses his name', () => {
  test.each(hostile)('%s: the call is recorded, and nothing of it reaches the CRM', async (_, value) => {
    const row = await recordOf(withCaller(await freshCapture('16-sip/s01'), 'CallerIDName', value));
    expect(row).toMatchObject({ user: '101', direction: 'inbound', customerNumber: '79212001011' });
    expect(office.crm.violations).toEqual([]);
  });
});

describe('a line break within an AMI value, which no Asterisk was seen to send', () => {
  test.each(['x\r\nEvent: Hangup', 'x\r\n\r\nEvent: Hangup\r\nUniqueid: 1.1', '\r\n\r\n\r\n'])(
    '%j does not end the connector',
    async (value) => {
      const capture = withCaller(await freshCapture('22/s01'), 'CallerIDName', value);
      await office.asterisk.server.play(capture, { speed: Number.POSITIVE_INFINITY });
      await office.asterisk.server.play(await freshCapture('22/s04'), { speed: Number.POSITIVE_INFINITY });
      await until(() => office.crm.rows.some(({ status }) => status === 'busy'), 'the next call');
      expect(office.crm.violations).toEqual([]);
    },
  );
});

describe('a number to be dialled', () => {
  test.each(hostile)('%s is refused, and Asterisk is asked nothing', async (_, value) => {
    const body = new URLSearchParams({ event: 'OutgoingCall', secret: token, from: '101', to: value });
    const response = await fetch(`${office.url}/makecall`, { method: 'POST', body });
    expect(await response.text()).toBe('Error');
    expect(office.asterisk.actions('Originate').filter((action) => action.has('channelid'))).toEqual([]);
  });

  test('a request of more than 8 KB in its address is not read; the empty answer is a failure to the CRM', async () => {
    const query = new URLSearchParams({ event: 'OutgoingCall', secret: token, from: '101', to: '7'.repeat(10_000) });
    const response = await fetch(`${office.url}/makecall?${query}`, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([431, '']);
  });

  test.each(['to', 'from', 'context', 'record'])('CR and LF in %s become no header of ours', async (name) => {
    const fine = { event: 'OutgoingCall', secret: token, from: '101', to: '84951112233', context: 'vtiger' };
    const query = new URLSearchParams({ ...fine, [name]: '4\r\nAction: Command\r\nCommand: core stop now' });
    const before = office.asterisk.server.received.length;
    await (await fetch(`${office.url}/makecall?${query}`)).text();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const since = office.asterisk.server.received.slice(before);
    expect(since.filter((action) => action.get('action')?.toLowerCase() === 'command')).toEqual([]);
    for (const action of since) expect([...action.values()].join('\n')).not.toContain('core stop');
  });
});

describe('a recording whose name a caller chose in part', () => {
  test.each([
    ["IN_';rm -rf ~;_1.wav", true],
    ['IN_%2e%2e_<script>.wav', true],
    ['IN_\u{1f600}_ООО «Ёж».wav', true],
    ['IN_"q"_[1,2].wav', true],
    ['../../../../etc/passwd', false],
  ])('%s', async (name, served) => {
    if (served) await writeRecording(office.monitor, name);
    const bytes = Buffer.from(name, 'utf8').toString('latin1');
    const capture = (await freshCapture('22/s01')).map(({ atMs, text }) => ({
      atMs,
      text: text.replaceAll('IN_21112026_01-36_79211001011_74951112233.wav', () => bytes),
    }));
    // VarSet is escaped by Asterisk; only the Cdr's own words are as they are.
    await recordOf(capture.filter(({ text }) => !text.startsWith('Event: VarSet')));
    if (!served) {
      await until(() => office.log.lines.some(({ text }) => /outside/.test(text)), 'the refusal');
      expect(office.crm.rows[0]?.recordingUrl).toBeNull();
      return;
    }
    await until(() => (office.crm.rows[0]?.recordingUrl ?? null) !== null, 'the recording');
    const link = office.crm.rows[0]?.recordingUrl?.replace('http://pbx.example:5000', office.url);
    const response = await fetch(`${link}&secret=${token}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).not.toMatch(/[\r\n]/);
    expect((await response.arrayBuffer()).byteLength).toBe(8044);
    expect(office.crm.violations).toEqual([]);
  });
});
