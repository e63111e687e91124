import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshCapture, openOffice, token, until, type WholeOffice, writeRecording } from './office.ts';

let office: WholeOffice;

beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const ended = (count: number) => () =>
  office.crm.rows.length === count && office.crm.rows.every(({ status }) => !/ringing|in-progress/.test(status));

async function click(query: string, method = 'POST'): Promise<string> {
  const response = await fetch(`${office.url}/makecall?event=OutgoingCall&${query}`, { method });
  return response.text();
}

describe('the whole connector', () => {
  test('an answered call becomes a record with a recording that plays by Range', async () => {
    const name = 'IN_21112026_01-36_79211001011_74951112233.wav';
    await writeRecording(office.monitor, name);
    await office.asterisk.server.play(await freshCapture('22/s01'), { speed: 20 });
    await until(() => (office.crm.rows[0]?.recordingUrl ?? null) !== null, 'the recording');
    expect(office.crm.rows).toMatchObject([
      { user: '101', direction: 'inbound', customerNumber: '79211001011', status: 'completed', line: '74951112233' },
    ]);
    const link = office.crm.rows[0]?.recordingUrl ?? '';
    expect(link).toMatch(/^http:\/\/pbx\.example:5000\/recording\?id=[A-Za-z0-9_-]{22}$/);
    const local = link.replace('http://pbx.example:5000', office.url);
    const part = await fetch(`${local}&secret=${token}`, { headers: { range: 'bytes=0-3' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 0-3/8044');
    expect(await part.text()).toBe('RIFF');
    expect((await fetch(`${local}&secret=wrong`)).status).toBe(403);
    expect(office.crm.violations).toEqual([]);
  });

  test('the record is in progress while they talk', async () => {
    const played = office.asterisk.server.play(await freshCapture('16-sip/s01'), { speed: 4 });
    await until(() => office.crm.rows[0]?.status === 'ringing', 'ringing');
    await until(() => office.crm.rows[0]?.status === 'in-progress', 'in-progress');
    await played;
    await until(ended(1), 'the end');
    expect(office.crm.rows[0]).toMatchObject({ status: 'completed' });
  });

  test('a click rings the phone and becomes one outbound record', async () => {
    let channelId = '';
    const capture = await freshCapture('22/s11');
    const own = /Uniqueid: (\d+\.\d+)/.exec(
      capture.find(({ text }) => text.startsWith('Event: Newchannel'))?.text ?? '',
    )?.[1];
    office.asterisk.server.onOriginate = (action) => {
      channelId = action.get('channelid') ?? '';
      const words = { [own ?? '']: channelId, 'c2c-1': action.get('actionid') ?? '' };
      return {
        accept: true,
        after: () => {
          void freshWords(capture, words).then((renamed) => office.asterisk.server.play(renamed, { speed: 20 }));
        },
      };
    };
    expect(await click(`secret=${token}&from=101&to=%2B7(921)101-10-11&context=vtiger`)).toBe('Success');
    await until(ended(1), 'the record');
    expect(channelId).toMatch(/^c2c-/);
    expect(office.crm.rows).toMatchObject([
      {
        user: '101',
        direction: 'outbound',
        customerNumber: '+79211011011',
        status: 'completed',
        sourceuuid: `${channelId}-101`,
      },
    ]);
    const clicks = office.asterisk.actions('Originate').filter((action) => action.has('channelid'));
    expect(clicks.map((action) => action.get('exten'))).toEqual(['+79211011011']);
  });

  test('a click that Asterisk refuses leaves no record; a wrong secret and a link that is down say so', async () => {
    office.asterisk.server.onOriginate = () => ({ accept: false, message: 'Extension does not exist.' });
    expect(await click(`secret=${token}&from=101&to=89`)).toBe('Success');
    await until(() => office.log.lines.some(({ text }) => text.includes('Extension does not exist')));
    expect(await click('secret=wrong&from=101&to=89')).toBe('Authentication Failure');
    await office.asterisk.stop();
    await until(() => office.log.lines.some(({ level, text }) => level === 'warn' && /lost|down|closed/i.test(text)));
    expect(await click(`secret=${token}&from=101&to=90`)).toBe('Error');
    expect(office.crm.rows).toEqual([]);
  });

  test('health tells the link and the outbox, and is 503 without Asterisk', async () => {
    const up = await fetch(`${office.url}/health`);
    expect(up.status).toBe(200);
    expect(await up.json()).toMatchObject({
      link: { state: 'up' },
      outbox: { depth: 0 },
      crm: { dialect: 'salesplatform', isAway: false, alarms: [] },
      openCalls: 0,
      version: '0.0.0',
    });
    await office.asterisk.stop();
    await until(() => office.log.lines.some(({ level }) => level === 'warn'));
    expect((await fetch(`${office.url}/health`)).status).toBe(503);
  });

  test('calls of an outage of the CRM arrive in order when it is back', async () => {
    await office.crm.stop();
    await office.asterisk.server.play(await freshCapture('22/s01'), { speed: 40 });
    await office.asterisk.server.play(await freshCapture('22/s04'), { speed: 40 });
    await office.crm.listen();
    await until(ended(2), 'both records', 15_000);
    expect(office.crm.rows.map(({ status }) => status).sort()).toEqual(['busy', 'completed']);
  }, 30_000);

  test('a call that ended while the connector was stopped is closed after its restart', async () => {
    const capture = await freshCapture('22/s01');
    const ringing = capture.filter(({ atMs }) => atMs < 2000);
    await office.asterisk.server.play(ringing, { speed: Number.POSITIVE_INFINITY });
    await until(() => office.crm.rows[0]?.status === 'ringing', 'ringing');
    await office.restart();
    await until(ended(1), 'the end', 10_000);
    expect(office.crm.rows).toMatchObject([{ user: '101', status: 'no-answer' }]);
  });

  test('a second connector on the same database is refused, and leaves nothing open', async () => {
    const { startService } = await import('../../src/service.ts');
    const parts = { log: office.log, version: '0', onFatal: () => {} };
    await expect(startService(office.config, parts)).rejects.toThrow(/another|second|in use|already/i);
  });
});

async function freshWords(capture: Awaited<ReturnType<typeof freshCapture>>, words: Record<string, string>) {
  const { renameCapture } = await import('../../src/tools/demo/capture.ts');
  return renameCapture(capture, { epoch: 1_900_000_000, serial: 900, words: withEpoch(words) });
}

/** Words are replaced after the ids got their new epoch. */
function withEpoch(words: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).map(([old, fresh]) => [old.replace(/^\d{10}\./, '1900000000.'), fresh]),
  );
}
