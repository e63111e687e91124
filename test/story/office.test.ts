import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CallRequest, tellCall } from '../../src/tools/call-command.ts';
import { type CallsRequest, listCalls } from '../../src/tools/calls-command.ts';
import { freshCapture, openOffice, until, type WholeOffice } from '../service/office.ts';

/** The commands beside a connector that runs, with calls that real Asterisks made. */

let office: WholeOffice;
const ids = new Map<string, string>();

beforeAll(async () => {
  office = await openOffice();
  for (const scenario of ['22/s14', '22/s18', '22/s36']) await play(scenario);
}, 60_000);
afterAll(() => office.close());

async function play(scenario: string, share = 1): Promise<string> {
  const capture = await freshCapture(scenario);
  const [, id = ''] = /\r\nLinkedid: (\S+)/.exec(capture.map(({ text }) => text).join('')) ?? [];
  ids.set(scenario, id);
  const part = capture.slice(0, Math.ceil(capture.length * share));
  await office.asterisk.server.play(part, { speed: 20 });
  const over = share < 1 ? `call ${id} .* answered` : `call ${id} closed`;
  await until(() => office.log.lines.some(({ text }) => new RegExp(over).test(text)), `${scenario} to end`);
  // What nobody waits for is on disk a moment later than in the log, and a commit may take a second.
  await until(async () => (await listedIds({ call: id })).length === 1, `${scenario} to be on disk`);
  return id;
}

const everything: CallsRequest = {
  ...({ number: null, extension: null, call: null, since: null, until: null, days: null, open: false } as const),
  ...{ limit: 20, json: false, mask: false, now: 0 },
};
const list = (request: Partial<CallsRequest> = {}) =>
  listCalls(office.config, { ...everything, now: Date.now(), ...request });
const tell = async (scenario: string, request: Partial<CallRequest> = {}) => {
  const call = ids.get(scenario) ?? scenario;
  return tellCall(office.config, { call, json: false, mask: false, now: Date.now(), ...request });
};
const listedIds = async (request: Partial<CallsRequest>) =>
  (JSON.parse((await list({ ...request, json: true })).text) as { calls: { call: string }[] }).calls.map(
    ({ call }) => call,
  );

/** Without times, which differ each time. */
const withoutTimes = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\d /g, '')
    .replace(/\d\d:\d\d:\d\d(\.\d+)?/g, 'T')
    .replace(/\d+(\.\d+)? m?s\b/g, 'D')
    .replace(/ +/g, ' ');

test('a queue rings three, one takes it: the others have missed nothing, and it says why', async () => {
  const told = async () => withoutTimes((await tell('22/s14')).text);
  await expect.poll(told).toContain('EndCall of 102: taken');
  const text = await told();
  expect(text).toContain('79211014011 called 74951112244: 102 talked D.');
  expect(text).toContain('T 101 phone rings for 79211014011');
  expect(text).toContain('T 102 answers after D');
  expect(text).toContain('T 103 stops ringing: not missed, as 102 took the call D after this phone began to ring');
  expect(text).toContain('T CRM DialAnswer of 102: taken D after it was made');
  expect(text).toMatch(
    /Recordings:\n \/var\/spool\/asterisk\/monitor\/IN_\d+_01-38_79211014011_74951112244\.wav: waited for/,
  );
});

test('a transfer: who had the call before', async () => {
  const { text } = await tell('22/s18');
  expect(withoutTimes(text)).toContain('T 102 phone rings for 79211018011: handed on by 101, who had the call before');
  const json = JSON.parse((await tell('22/s18', { json: true })).text) as { parts: unknown[]; is_open: boolean };
  expect(json.is_open).toBe(false);
  expect(json.parts).toMatchObject([
    { extension: '101', outcome: 'completed', handed_on_by: null, answered_at: expect.stringMatching(/Z$/) },
    { extension: '102', outcome: 'completed', handed_on_by: '101' },
  ]);
});

test('a caller who was gone before any phone rang: why nobody was told', async () => {
  const { text, isFound } = await tell('22/s36');
  expect(isFound).toBe(true);
  expect(withoutTimes(text)).toMatch(
    /79211036011 calls 7495\d+\n[\s\S]*the caller is gone after D, before any phone rang\n/,
  );
  expect(text).toContain('- Nobody was told: no phone had rung');
});

test('lists: all, by number in any notation, by extension, by call, by time', async () => {
  const all = ['22/s14', '22/s18', '22/s36'].map((scenario) => ids.get(scenario));
  expect(await listedIds({})).toEqual(all);
  for (const number of ['79211018011', '+7 (921) 101-80-11', '8 921 101 80 11', '9211018011'])
    expect(await listedIds({ number })).toEqual([ids.get('22/s18')]);
  expect(await listedIds({ number: '018011' })).toEqual([]);
  expect(await listedIds({ extension: '103' })).toEqual([ids.get('22/s14')]);
  expect(await listedIds({ extension: '102', limit: 1 })).toEqual([ids.get('22/s18')]);
  expect(await listedIds({ call: ids.get('22/s18') ?? '' })).toEqual([ids.get('22/s18')]);
  // As SalesPlatform shows a record of it.
  expect(await listedIds({ call: `${ids.get('22/s18')}-102` })).toEqual([ids.get('22/s18')]);
  expect(await listedIds({ days: 1 })).toEqual(all);
  expect(await listedIds({ until: '2020-01-01' })).toEqual([]);
  expect(await listedIds({ since: '2020-01-01 10:00', until: '2120-01-01' })).toEqual(all);
});

test('a list for people, and nobody', async () => {
  const { text, isFound } = await list({ limit: 2 });
  expect(isFound).toBe(true);
  expect(withoutTimes(text)).toContain(
    `${ids.get('22/s18')} T inbound 79211018011 called 74951112233 101 talked D and 102 talked D`,
  );
  expect(text).toContain('The latest 2 are shown (--limit).');
  expect(await list({ extension: '999' })).toEqual({ text: 'No such call is known.\n', isFound: false });
  expect(await list({ open: true })).toEqual({ text: 'No call goes on.\n', isFound: false });
  expect(await tell('5.5')).toEqual({
    text: 'Nothing is known of a call 5.5: `calls` lists those that are known.\n',
    isFound: false,
  });
});

test('masked, no customer’s number and no recording’s name can be read, in no form', async () => {
  for (const scenario of ['22/s14', '22/s18', '22/s36'])
    for (const json of [false, true]) {
      const { text } = await tell(scenario, { mask: true, json });
      expect(text).not.toMatch(/7921|\.wav/);
      expect(text).toContain(ids.get(scenario));
    }
  expect((await tell('22/s14', { mask: true })).text).toContain('is recorded into (recording 1)');
  for (const json of [false, true]) expect((await list({ mask: true, json })).text).not.toMatch(/7921/);
});

test('a call that goes on', async () => {
  const id = await play('22/s20', 0.4);
  expect(await listedIds({ open: true })).toEqual([id]);
  expect(await listedIds({ open: true, extension: '101', number: '8 921 102-00-11' })).toEqual([id]);
  expect(await listedIds({ open: true, extension: '104' })).toEqual([]);
  const { text } = await tell('22/s20');
  expect(text).toContain('101 is talking.');
  expect(text).toMatch(/- The call goes on, as the connector wrote at 2/);
});
