import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { listen, liveToken } from '../live/page.ts';
import { freshCapture, writeRecording } from '../service/office.ts';
import { type Branch, isUp, openSeveral, type SeveralOffices, type SeveralSettings, tokens, until } from './office.ts';

vi.setConfig({ testTimeout: 90_000 });

let office: SeveralOffices;
afterEach(() => office.close());

async function open(settings: SeveralSettings = {}): Promise<void> {
  office = await openSeveral(settings);
  await until(() => isUp(office.north) && isUp(office.south), 'both links');
}

const recordingName = 'IN_21112026_01-36_79211001011_74951112233.wav';

/** One call, answered by 101, with a recording; it is told in whole when it resolves. */
async function call({ asterisk, crm, monitor }: Branch, caller = '79211001011'): Promise<CallRow> {
  const known = crm.rows.length;
  await writeRecording(monitor, recordingName.replace('79211001011', caller));
  await asterisk.server.play(await freshCapture('22/s01', { '79211001011': caller }), { speed: 20 });
  await until(() => crm.rows.length > known && crm.rows.every((row) => row.recordingUrl), 'the recording');
  const row = crm.rows.at(-1);
  if (row === undefined) throw new Error('There is no row.');
  return row;
}

describe('two PBXs and two CRMs in one process', () => {
  test('each CRM has the rows of its own PBX, and each line of the log its connection', async () => {
    await open();
    const [one, other] = await Promise.all([call(office.north, '79211110000'), call(office.south, '79212220000')]);
    expect(one).toMatchObject({ user: '101', customerNumber: '79211110000', status: 'completed' });
    expect(other).toMatchObject({ user: '101', customerNumber: '79212220000', status: 'completed' });
    expect([office.north.crm.rows.length, office.south.crm.rows.length]).toEqual([1, 1]);
    expect(one.sourceuuid).toMatch(/^north-\d+\.\d+-101$/);
    expect(other.sourceuuid).toMatch(/^south-\d+\.\d+-101$/);
    expect(one.recordingUrl).toMatch(/^http:\/\/pbx\.example:5000\/north\/recording\?id=/);
    expect([...office.north.crm.violations, ...office.south.crm.violations]).toEqual([]);
    const ofCalls = office.log.lines.filter(({ text }) => /^call \d/.test(text));
    expect(new Set(ofCalls.map(({ fields }) => fields['connection']))).toEqual(new Set(['north', 'south']));
  });

  test('vTiger, which keeps one record of a call, has it under the name, too', async () => {
    await open({
      crm: { mode: 'vanilla', timeZone: 'UTC' },
      of: { north: { crm: { dialect: 'vanilla' } }, south: { crm: { dialect: 'vanilla' } } },
    });
    const { sourceuuid } = await call(office.south);
    expect(sourceuuid).toMatch(/^south-\d+\.\d+$/);
    expect(office.south.crm.violations).toEqual([]);
  });
});

describe('two PBXs and one CRM', () => {
  test('calls with the same ids at the same time are two records', async () => {
    await open({ oneCrm: true });
    const capture = await freshCapture('22/s01');
    for (const { monitor } of [office.north, office.south]) await writeRecording(monitor, recordingName);
    const played = [office.north, office.south].map(({ asterisk }) => asterisk.server.play(capture, { speed: 20 }));
    await Promise.all(played);
    const { crm } = office.north;
    await until(() => crm.rows.length === 2 && crm.rows.every((row) => row.recordingUrl), 'both records');
    const ids = crm.rows.map(({ sourceuuid }) => sourceuuid).sort();
    const [first = '', second = ''] = ids;
    expect(first.replace('north-', '')).toBe(second.replace('south-', ''));
    expect(ids).toEqual([expect.stringMatching(/^north-/), expect.stringMatching(/^south-/)]);
    expect(crm.rows).toMatchObject([
      { status: 'completed', user: '101' },
      { status: 'completed', user: '101' },
    ]);
    expect(crm.violations).toEqual([]);
  });
});

const click = (path: string, query: string) =>
  fetch(`${office.url}${path}?event=OutgoingCall&${query}`, { method: 'POST' }).then((response) => response.text());

const dialled = ({ asterisk }: Branch) =>
  asterisk.actions('Originate').flatMap((action) => (action.has('channelid') ? [action.get('exten')] : []));

describe('clicks', () => {
  test('go to the connection of the path, and at the root to that of the secret', async () => {
    await open();
    expect(await click('/north/makecall', `secret=${tokens.north}&from=101&to=700001`)).toBe('Success');
    expect(await click('/south/makecall', `secret=${tokens.south}&from=101&to=700002`)).toBe('Success');
    expect(await click('/south//makecall', `secret=${tokens.south}&from=102&to=700003`)).toBe('Success');
    expect(await click('/makecall', `secret=${tokens.north}&from=101&to=700004`)).toBe('Success');
    expect(await click('/makecall', `secret=${tokens.south}&from=101&to=700005`)).toBe('Success');
    await until(() => dialled(office.north).length === 2 && dialled(office.south).length === 3, 'the calls');
    expect(dialled(office.north)).toEqual(['700001', '700004']);
    expect(dialled(office.south)).toEqual(['700002', '700003', '700005']);
  });

  test('one more is the same click, whichever of the two paths it takes', async () => {
    await open();
    expect(await click('/north/makecall', `secret=${tokens.north}&from=101&to=700001`)).toBe('Success');
    expect(await click('/makecall', `secret=${tokens.north}&from=101&to=700001`)).toBe('Success');
    await until(() => dialled(office.north).length > 0, 'the call');
    expect(dialled(office.north)).toEqual(['700001']);
  });

  test("the other's secret is wrong below a name; a wrong one is refused once and locks out at the root", async () => {
    await open();
    expect(await click('/north/makecall', `secret=${tokens.south}&from=101&to=700001`)).toBe('Authentication Failure');
    for (let guess = 0; guess < 10; guess += 1)
      expect(await click('/makecall', `secret=wrong-${guess}&from=101&to=700001`)).toBe('Authentication Failure');
    const refusals = office.log.lines.filter(({ text }) => text === 'click-to-call refused: secret wrong');
    expect(refusals.map(({ fields }) => fields['connection'])).toEqual(['north', undefined]);
    // Neither secret is looked at any more there, or who guesses could go on with the other one.
    for (const secret of Object.values(tokens))
      expect(await click('/makecall', `secret=${secret}&from=101&to=700002`)).toBe('Authentication Failure');
    expect(await click('/south/makecall', `secret=${tokens.south}&from=101&to=700003`)).toBe('Success');
    await until(() => dialled(office.south).length > 0, 'the call');
    expect([dialled(office.north), dialled(office.south)]).toEqual([[], ['700003']]);
  });

  test('with one secret for both the extension says whose phone it is', async () => {
    await open({
      oneCrm: true,
      of: { north: { extensions: { pattern: '^1..$' } }, south: { extensions: { pattern: '^2..$' } } },
    });
    expect(await click('/makecall', `secret=${tokens.north}&from=201&to=700001`)).toBe('Success');
    expect(await click('/makecall', `secret=${tokens.north}&from=101&to=700002`)).toBe('Success');
    expect(await click('/makecall', `secret=${tokens.north}&from=301&to=700003`)).toBe('Error');
    await until(() => dialled(office.north).length + dialled(office.south).length === 2, 'the calls');
    expect([dialled(office.north), dialled(office.south)]).toEqual([['700002'], ['700001']]);
  });
});

describe('recordings', () => {
  const get = (path: string) => fetch(`${office.url}${path}`).then((response) => response.status);

  test('play below the name and at the root, for the secret of their own connection alone', async () => {
    await open();
    const link = (await call(office.south)).recordingUrl ?? '';
    const query = link.slice(link.indexOf('?'));
    expect(await get(`/south/recording${query}&secret=${tokens.south}`)).toBe(200);
    expect(await get(`/recording${query}&secret=${tokens.south}`)).toBe(200);
    expect(await get(`/recording${query}&secret=${tokens.north}`)).toBe(404);
    expect(await get(`/north/recording${query}&secret=${tokens.north}`)).toBe(404);
    expect(await get(`/north/recording${query}&secret=${tokens.south}`)).toBe(403);
    expect(await get(`/recording${query}&secret=wrong`)).toBe(403);
  });

  test('of two PBXs with one CRM: whoever has it plays it', async () => {
    await open({ oneCrm: true });
    for (const branch of [office.north, office.south]) {
      const link = (await call(branch)).recordingUrl ?? '';
      expect(await get(`/recording${link.slice(link.indexOf('?'))}&secret=${tokens.north}`)).toBe(200);
    }
    expect(await get(`/recording?id=AAAAAAAAAAAAAAAAAAAAAA&secret=${tokens.north}`)).toBe(404);
  });

  test('a link with a key of its own (vTiger) plays at the root and below the name', async () => {
    const vanilla = { crm: { dialect: 'vanilla' } };
    await open({ crm: { mode: 'vanilla', timeZone: 'UTC' }, of: { north: vanilla, south: vanilla } });
    const link = (await call(office.south)).recordingUrl ?? '';
    const query = link.slice(link.indexOf('?'));
    expect(query).toContain('&key=');
    expect(await get(`/south/recording${query}`)).toBe(200);
    expect(await get(`/recording${query}`)).toBe(200);
    expect(await get(`/north/recording${query}`)).toBe(403);
    expect(await get(`/recording${query}x`)).toBe(403);
  });
});

describe('the live channel', () => {
  const exp = () => Math.floor(Date.now() / 1000) + 600;
  const shown = async (path: string, secret: string, ext: string) => {
    const token = liveToken(secret, { ext, user: 5, exp: exp() });
    const response = await fetch(`${office.url}${path}/live/calls?token=${token}`);
    const body = (await response.json()) as { reason?: string; calls?: { id: string }[] };
    return body.reason ?? body.calls?.map(({ id }) => id.replace(/\d{10}\.\d+/, 'ID'));
  };

  test('shows the calls of the connection whose secret signed the token, at the root, too', async () => {
    await open();
    const ringing = (await freshCapture('22/s01')).filter(({ atMs }) => atMs < 2_000);
    await office.south.asterisk.server.play(ringing, { speed: Number.POSITIVE_INFINITY });
    await until(() => office.south.crm.rows[0]?.status === 'ringing', 'ringing');
    expect(await shown('', tokens.south, '101')).toEqual(['south-ID-101']);
    expect(await shown('/south', tokens.south, '101')).toEqual(['south-ID-101']);
    expect(await shown('', tokens.north, '101')).toEqual([]);
    expect(await shown('/north', tokens.south, '101')).toBe('signature');
    expect(await shown('', 'another', '101')).toBe('signature');
    const refusals = office.log.lines.filter(({ text }) => text.startsWith('live channel refused'));
    expect(refusals.map(({ fields }) => fields['connection'])).toEqual(['north', undefined]);
  });

  test('of two PBXs with one CRM, those of the one whose phone the extension is', async () => {
    await open({
      oneCrm: true,
      of: { north: { extensions: { pattern: '^2..$' } }, south: { extensions: { pattern: '^1..$' } } },
    });
    const ringing = (await freshCapture('22/s01')).filter(({ atMs }) => atMs < 2_000);
    await office.south.asterisk.server.play(ringing, { speed: Number.POSITIVE_INFINITY });
    await until(() => office.south.crm.rows[0]?.status === 'ringing', 'ringing');
    expect(await shown('', tokens.north, '101')).toEqual(['south-ID-101']);
    const pushed = await listen(office.service.httpPort, liveToken(tokens.north, { ext: '101', user: 5, exp: exp() }));
    await until(() => pushed.snapshots.length > 0, 'a snapshot');
    expect(pushed.latest.calls).toHaveLength(1);
    pushed.leave();
  });
});

describe('status', () => {
  test('is that of the path, and at the root of the secret', async () => {
    await open({ of: { south: { crm: { time_zone: 'Asia/Omsk' } } } });
    const zone = async (path: string, secret: string) => {
      const response = await fetch(`${office.url}${path}`, { headers: { authorization: `Bearer ${secret}` } });
      return response.ok ? ((await response.json()) as { zone: string }).zone : response.status;
    };
    expect(await zone('/north/status', tokens.north)).toBe('Europe/Moscow');
    expect(await zone('/south/status', tokens.south)).toBe('Asia/Omsk');
    expect(await zone('/status', tokens.south)).toBe('Asia/Omsk');
    expect(await zone('/status', tokens.north)).toBe('Europe/Moscow');
    expect(await zone('/north/status', tokens.south)).toBe(403);
  });
});
