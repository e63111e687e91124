import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inAnHour, listen, liveToken, type Page } from '../live/page.ts';
import { freshCapture, openOffice, token, until, type WholeOffice } from './office.ts';

let office: WholeOffice;

beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const tokenOf = (extension: string) => liveToken(token, { ext: extension, user: 5, exp: inAnHour() });
const page = (extension: string): Promise<Page> => listen(office.service.httpPort, tokenOf(extension));

describe('the live channel of the whole connector', () => {
  test('a ring is a snapshot, under the id that the CRM is told, and the end is told with its reason', async () => {
    const agent = await page('101');
    await until(() => agent.latest.linkUp, 'the link');
    await office.asterisk.server.play(await freshCapture('22/s01'), { speed: 20 });
    await until(() => agent.latest.ended.length === 1, 'the end');
    const phases = agent.snapshots.flatMap(({ calls }) => calls.map(({ phase }) => phase));
    expect(phases).toEqual(['ringing', 'talking']);
    const [ringing] = agent.snapshots.flatMap(({ calls }) => calls);
    const began = office.crm.requests.find(({ params }) => params['callstatus'] === 'DialBegin');
    expect(ringing).toMatchObject({
      id: began?.params['callUUID'],
      number: began?.params['callerIdNumber'],
      line: began?.params['connectedLineName'],
      direction: 'inbound',
      answeredAt: null,
      transferredBy: null,
      click: null,
    });
    expect(agent.latest.calls).toEqual([]);
    expect(agent.latest.ended).toMatchObject([{ id: ringing?.id, outcome: 'completed', by: null }]);
  });
});
