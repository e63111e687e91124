import { afterEach, expect, test } from 'vitest';
import { samplesOf } from '../metrics/samples.ts';
import { freshCapture, until } from '../service/office.ts';
import { isUp, openSeveral, type SeveralOffices, type SeveralSettings } from './office.ts';

let office: SeveralOffices;

afterEach(() => office.close());

async function open(settings: SeveralSettings = {}): Promise<void> {
  office = await openSeveral({ http: { metrics: true }, ...settings });
  await until(() => isUp(office.south), "south's link");
}

/** Of north and of south. */
async function scrape() {
  const samples = samplesOf(await (await fetch(`${office.url}/metrics`)).text());
  return (name: string, labels = '') =>
    ['north', 'south'].map((connection) => {
      const own = `connection="${connection}"`;
      return samples.get(`asterisk_vtiger_${name}{${labels === '' ? own : `${own},${labels}`}}`);
    });
}

test('each counts for itself, and one page has both', async () => {
  await open();
  await until(() => isUp(office.north), "north's link");
  await office.south.asterisk.server.play(await freshCapture('22/s04'), { speed: 20 });
  await until(() => office.south.crm.rows.some(({ status }) => status === 'busy'), "south's call");
  await fetch(`${office.url}/north/status`);
  office.north.asterisk.server.drop();
  await until(() => office.log.lines.some(({ text }) => text.startsWith('AMI link down')), "north's loss");
  const of = await scrape();
  expect(of('calls_begun_total', 'direction="inbound"')).toEqual([0, 1]);
  expect(of('ami_link_losses_total')).toEqual([1, 0]);
  expect(of('crm_up')).toEqual([1, 1]);
  expect(of('http_requests_total', 'path="/status",code="401"')).toEqual([1, undefined]);
  // All stand on the one page.
  expect((await fetch(`${office.url}/north/metrics`)).status).toBe(404);
});

test('one that cannot be started has its lines, which say so', async () => {
  await open({ of: { north: { database: { path: '/proc/none/connector.db' } } } });
  await until(
    () => office.log.lines.some(({ level, fields }) => level === 'error' && fields['connection'] === 'north'),
    'north',
  );
  const of = await scrape();
  expect(of('database_up')).toEqual([0, 1]);
  expect(of('ami_link_up')).toEqual([0, 1]);
  expect(of('outbox_callbacks')).toEqual([Number.NaN, 0]);
  const ready = await fetch(`${office.url}/health/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    status: 'ready',
    connections: { north: { status: 'not ready' }, south: { status: 'ready', reasons: [] } },
  });
  expect((await fetch(`${office.url}/north/health/ready`)).status).toBe(503);
  expect((await fetch(`${office.url}/north/health/live`)).status).toBe(200);
});
