import { describe, expect, test } from 'vitest';
import type { CallEvent, LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { createMetricsLoader } from '../../src/metrics/load.ts';
import { countCalls, type Reading } from '../../src/metrics/reading.ts';
import { samplesOf } from './samples.ts';

const reading: Reading = {
  calls: countCalls([]),
  channels: 0,
  link: { state: 'up', lastEventAt: 1_763_764_572_500 },
  crm: { isAway: false, alarms: [], dialect: 'salesplatform' },
  inFlight: 0,
  outbox: { depth: 0, oldestSeconds: 0, givenUp: 0 },
  recordingsWaiting: 0,
  database: { isWell: true, waiting: 0, droppedCalls: 0 },
  listeners: 0,
};

async function metrics() {
  const ofProcess = await createMetricsLoader('1.2.3')();
  const { meters, show } = ofProcess.of(null);
  const page = (now: Partial<Reading> = {}) => {
    show({ ...reading, ...now });
    return ofProcess.page();
  };
  return { meters, page, samples: async (now: Partial<Reading> = {}) => samplesOf((await page(now)).text) };
}

const leg: LegFacts = {
  call: '1.1' as Linkedid,
  extension: '101' as Extension,
  direction: 'inbound',
  party: { number: '79211234567', name: '' },
  line: '',
  ring: 1,
  startedAt: 0,
  variables: {},
};
const rang = (turn: 'first' | 'waiting'): CallEvent => ({ kind: 'rang', leg, at: 0, turn, waitedMs: 0 });
const finished = (round: number): CallEvent => ({
  ...{ kind: 'finished', call: leg.call, owner: leg, startedAt: 0, at: 1 },
  ...{ outcome: 'busy', talkedMs: 0, round },
});

describe('metrics', () => {
  test('the page has every metric of the catalogue, of its type, and those of the process', async () => {
    const { text, contentType } = await (await metrics()).page();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const { name, type } of Object.values(catalogue)) expect(text).toContain(`# TYPE ${name} ${type}\n`);
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(text).toContain(`# TYPE ${name} `);
  });

  test('names end as Prometheus wants it: a counter in _total, a time in _seconds', () => {
    for (const { name, type } of Object.values(catalogue)) {
      expect(name).toMatch(/^asterisk_vtiger_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });

  test('a call is begun by its first ring and ended once, however often it ends', async () => {
    const { meters, samples } = await metrics();
    meters.callEvents([rang('first'), rang('waiting'), finished(1), finished(2)]);
    const found = await samples();
    expect(found.get('asterisk_vtiger_calls_begun_total{direction="inbound"}')).toBe(1);
    expect(found.get('asterisk_vtiger_calls_ended_total{direction="inbound",disposition="busy"}')).toBe(1);
    expect(found.get('asterisk_vtiger_calls_ended_total{direction="inbound",disposition="completed"}')).toBe(0);
  });

  test('a caller who rang nobody is a call that began and ended', async () => {
    const { meters, samples } = await metrics();
    meters.callEvents([
      { kind: 'unrung', call: leg.call, party: leg.party, line: '', startedAt: 0, at: 1, isEndHeard: true },
    ]);
    const found = await samples();
    expect(found.get('asterisk_vtiger_calls_begun_total{direction="inbound"}')).toBe(1);
    expect(found.get('asterisk_vtiger_calls_ended_total{direction="inbound",disposition="unrung"}')).toBe(1);
  });

  test('times are in seconds and never negative; what was put off has no age', async () => {
    const { meters, samples } = await metrics();
    meters.sent('DialBegin', 'delivered', 250);
    meters.sent('DialBegin', 'delivered', -5_000);
    meters.sent('DialBegin', 'delivered', null);
    meters.sent('DialBegin', 'given_up', 9_000);
    const found = await samples();
    const name = 'asterisk_vtiger_callback_delivery_seconds';
    expect(found.get(`${name}_count{kind="DialBegin"}`)).toBe(2);
    expect(found.get(`${name}_sum{kind="DialBegin"}`)).toBe(0.25);
    expect(found.get(`${name}_bucket{le="0.25",kind="DialBegin"}`)).toBe(2);
    expect(found.get(`${name}_bucket{le="0.1",kind="DialBegin"}`)).toBe(1);
    expect(found.get('asterisk_vtiger_callback_sends_total{kind="DialBegin",outcome="delivered"}')).toBe(3);
    expect(found.get('asterisk_vtiger_callback_sends_total{kind="DialBegin",outcome="given_up"}')).toBe(1);
  });

  test('what is so now replaces what was so at the last scrape', async () => {
    const { samples } = await metrics();
    const dropped = { isWell: false, waiting: 7, droppedCalls: 3 };
    const alarmed = { isAway: true, alarms: ['token'], dialect: 'unknown' };
    await samples({ database: dropped, crm: alarmed, link: { state: 'refused', lastEventAt: null } });
    const before = await samples({ database: dropped, crm: alarmed, link: { state: 'refused', lastEventAt: null } });
    expect(before.get('asterisk_vtiger_database_dropped_calls_total')).toBe(3);
    expect(before.get('asterisk_vtiger_crm_alarm{kind="token"}')).toBe(1);
    expect(before.get('asterisk_vtiger_ami_link_state{state="refused"}')).toBe(1);
    expect(before.get('asterisk_vtiger_ami_link_up')).toBe(0);
    expect(before.get('asterisk_vtiger_database_up')).toBe(0);
    const after = await samples();
    expect(after.get('asterisk_vtiger_crm_alarm{kind="token"}')).toBe(0);
    expect(before.get('asterisk_vtiger_crm_dialect{dialect="unknown"}')).toBe(1);
    expect(after.get('asterisk_vtiger_crm_dialect{dialect="salesplatform"}')).toBe(1);
    expect(after.get('asterisk_vtiger_crm_dialect{dialect="unknown"}')).toBe(0);
    expect(after.get('asterisk_vtiger_ami_link_state{state="refused"}')).toBe(0);
    expect(after.get('asterisk_vtiger_ami_last_event_timestamp_seconds')).toBe(1_763_764_572.5);
  });

  test('what the database cannot say is no number', async () => {
    const found = await (await metrics()).samples({ outbox: { depth: null, oldestSeconds: null, givenUp: null } });
    expect(found.get('asterisk_vtiger_outbox_callbacks')).toBeNaN();
    expect(found.get('asterisk_vtiger_outbox_oldest_seconds')).toBeNaN();
  });

  test('two connections of one process count for themselves, under their own names, and count on when asked for again', async () => {
    const ofProcess = await createMetricsLoader('1.2.3')();
    const [north, south] = [ofProcess.of('north'), ofProcess.of('south')];
    north.meters.amiEvent();
    ofProcess.of('north').meters.amiEvent();
    north.show({ ...reading, database: { isWell: true, waiting: 0, droppedCalls: 4 } });
    south.show({ ...reading, crm: { ...reading.crm, isAway: true } });
    const { text } = await ofProcess.page();
    const found = samplesOf(text);
    const lines = (name: string) => [
      found.get(`${name}{connection="north"}`),
      found.get(`${name}{connection="south"}`),
    ];
    expect(lines('asterisk_vtiger_ami_events_total')).toEqual([2, 0]);
    expect(lines('asterisk_vtiger_crm_up')).toEqual([1, 0]);
    expect(lines('asterisk_vtiger_database_dropped_calls_total')).toEqual([4, 0]);
    expect(lines('asterisk_vtiger_ami_ping_seconds_count')).toEqual([0, 0]);
    expect(text.match(/# TYPE asterisk_vtiger_crm_up /g)).toHaveLength(1);
    expect(found.get(`asterisk_vtiger_build_info{version="1.2.3",node_version="${process.version}"}`)).toBe(1);
  });

  test('the loader loads once', async () => {
    const load = createMetricsLoader('1.2.3');
    expect(await load()).toBe(await load());
  });
});
