import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeCrm } from './fake-crm.ts';

const begin = { callstatus: 'DialBegin', callUUID: 'U', callerIdNumber: '84951112277', dialString: '101' };
const signed = { ...begin, vtigersignature: 'abracadabra' };
const now = Date.UTC(2026, 10, 20, 7);

let crm: FakeCrm;
beforeEach(async () => {
  crm = await FakeCrm.start({ now: () => now });
});
afterEach(() => crm.stop());

const post = (params: Record<string, string> = signed, signal?: AbortSignal) =>
  fetch(crm.url, { method: 'POST', body: new URLSearchParams(params), ...(signal === undefined ? {} : { signal }) });

describe('what it reads', () => {
  test('a form: the row is there, the answer empty, the request kept as it came', async () => {
    const response = await post({ ...signed, connectedLineName: 'Линия 1' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(crm.rows).toMatchObject([{ sourceuuid: 'U', user: '101', line: 'Линия 1' }]);
    expect(crm.requests).toMatchObject([
      { at: now, params: { callUUID: 'U' }, raw: expect.stringContaining('%D0%9B') },
    ]);
    expect(crm.received).toEqual([crm.requests[0]?.params]);
  });

  test('the address besides; the form wins', async () => {
    await fetch(`${crm.url}?callUUID=other&vtigersignature=abracadabra`, {
      method: 'POST',
      body: new URLSearchParams(begin),
    });
    await fetch(`${crm.url}?${new URLSearchParams({ ...signed, callUUID: 'V' })}`);
    expect(crm.rows.map(({ sourceuuid }) => sourceuuid)).toEqual(['U', 'V']);
  });

  test('no JSON body: it is a request without a token', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(crm.url, { method: 'POST', headers, body: JSON.stringify(signed) });
    expect(response.headers.get('content-type')).toContain('text/xml');
    expect(await response.text()).toContain('<Authentication>Failure');
    expect(crm.rows).toEqual([]);
  });

  test('no other address', async () => {
    const response = await fetch(crm.url.replace('PBXManager.php', 'Other.php'), { method: 'POST' });
    expect(response.status).toBe(404);
    expect(crm.requests).toEqual([]);
    expect(crm.otherRequests).toEqual(['/modules/PBXManager/callbacks/Other.php']);
  });

  test('what would have been an injection is kept', async () => {
    await post({ ...signed, callerIdNumber: "1' OR '1'='1" });
    expect(crm.violations).toMatchObject([{ parameter: 'callerIdNumber' }]);
  });
});

describe('how it fails', () => {
  test.each([
    ['reset', 0],
    ['applyAndReset', 1],
  ] as const)('%s: the connection is lost, %i rows', async (fault, rows) => {
    crm.fault = () => fault;
    await expect(post()).rejects.toThrow();
    expect(crm.rows).toHaveLength(rows);
    expect(crm.received).toHaveLength(1);
  });

  test('hang: never answered, and stop() ends it', async () => {
    crm.fault = () => 'hang';
    const hanging = post().then(
      () => 'answered',
      () => 'lost',
    );
    await expect(post(signed, AbortSignal.timeout(50))).rejects.toThrow(/abort|timeout/i);
    await crm.stop();
    expect(await hanging).toBe('lost');
    expect(crm.rows).toEqual([]);
  });

  test('late: not before the time is up', async () => {
    crm.fault = () => ({ delayMs: 30 });
    const sent = performance.now();
    expect((await post()).status).toBe(200);
    // Timers of Node may fire a millisecond early.
    expect(performance.now() - sent).toBeGreaterThan(28);
    expect(crm.rows).toHaveLength(1);
  });

  test('another answer, with or without applying it, per request', async () => {
    crm.fault = ({ callUUID }) =>
      callUUID === 'V' ? undefined : { status: 503, body: 'down', applied: callUUID === 'W' };
    const statuses: number[] = [];
    for (const callUUID of ['U', 'V', 'W']) statuses.push((await post({ ...signed, callUUID })).status);
    expect(statuses).toEqual([503, 200, 503]);
    expect(crm.rows.map(({ sourceuuid }) => sourceuuid)).toEqual(['V', 'W']);
  });

  test('stopped: refused; back at the same address with its rows', async () => {
    await post();
    const { url } = crm;
    await crm.stop();
    await expect(post()).rejects.toThrow();
    await crm.listen();
    expect(crm.url).toBe(url);
    expect((await post({ ...signed, callUUID: 'V' })).status).toBe(200);
    expect(crm.rows.map(({ sourceuuid }) => sourceuuid)).toEqual(['U', 'V']);
  });
});

test('as its installer leaves it, it applies and answers 500 without a word', async () => {
  await crm.stop();
  crm = await FakeCrm.start({ mode: 'salesplatform-as-installed' });
  const response = await post();
  expect([response.status, await response.text()]).toEqual([500, '']);
  expect(crm.rows).toHaveLength(1);
});

describe("as vTiger's own", () => {
  beforeEach(async () => {
    await crm.stop();
    crm = await FakeCrm.start({ mode: 'vanilla' });
  });

  test('StartApp is answered with a document, and what it must not be told is kept', async () => {
    const start = { ...signed, callstatus: 'StartApp', StartTime: '2026-11-20 10:00:00' };
    const response = await post(start);
    expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(await response.text()).toContain('<Authentication>Success</Authentication><Number>SIP/101</Number>');
    expect(crm.rows).toMatchObject([{ sourceuuid: 'U', user: '', status: 'ringing' }]);
    expect(crm.violations).toEqual([]);
    await post(start);
    expect(crm.rows).toHaveLength(2);
    expect(crm.violations).toMatchObject([{ parameter: 'callUUID', danger: expect.stringContaining('second') }]);
  });
});

describe('by what the CRMs are told apart', () => {
  const ask = async (file: string) => {
    const response = await fetch(crm.url.replace('callbacks/PBXManager.php', file));
    return { status: response.status, body: await response.text() };
  };

  test.each([
    ['salesplatform', 200, true],
    ['vanilla', 404, false],
  ] as const)('%s has SPAgi.php: %i', async (mode, status, isSalesPlatform) => {
    await crm.stop();
    crm = await FakeCrm.start({ mode });
    const agi = await ask('callbacks/SPAgi.php');
    expect(agi.status).toBe(status);
    expect(agi.body.includes('"code":400')).toBe(isSalesPlatform);
    expect((await ask('resources/PBXManagerJS.js')).body.includes('SalesPlatform')).toBe(isSalesPlatform);
    expect(crm.requests).toEqual([]);
  });

  test('a fault is of these files too', async () => {
    crm.fault = (_, path) => (path.endsWith('SPAgi.php') ? { status: 503, body: 'down' } : undefined);
    expect((await ask('callbacks/SPAgi.php')).status).toBe(503);
    expect((await post()).status).toBe(200);
  });
});
