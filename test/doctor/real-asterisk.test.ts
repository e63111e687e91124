import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { describeOffice } from '../asterisk/describe-office.ts';
import type { VariantName } from '../asterisk/layout.ts';
import { Office } from '../asterisk/office.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { configOf } from '../service/office.ts';
import { modulePage } from './patient.ts';

/** A real Asterisk with the settings that we ship, and the doctor at it. */
function realTests(variant: VariantName): void {
  let office: Office;
  let crm: FakeCrm;
  let folder: string;
  beforeAll(async () => {
    [office, crm] = await Promise.all([Office.start(variant), FakeCrm.start()]);
    crm.fault = (_, path) => modulePage(path);
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  });
  afterAll(async () => {
    await Promise.all([office.stop(), crm.stop()]);
    await rm(folder, { recursive: true });
  });

  async function findings(username = office.amiUser, more: object = {}) {
    const monitor = office.monitorDirectory;
    const settings = {
      ami: { host: office.amiHost, port: office.amiPort, username, secret: office.amiSecret },
      crm: { url: crm.url, token: 'abracadabra', time_zone: 'Europe/Moscow' },
      http: { port: 0 },
      recordings: { roots: [monitor], path_map: [{ from: '/var/spool/asterisk/monitor', to: monitor }] },
      cdr: { source: 'none' },
      ...more,
    };
    const config = configOf(JSON.stringify(settings), join(folder, 'connector.yaml'));
    const parts = { clock: systemClock, version: '0.0.0', node: process.version, file: null, notes: [] };
    return (await examine(config, parts)).filter(({ id }) => /^(ami|dialplan)\./.test(id));
  }

  const bad = (found: Awaited<ReturnType<typeof findings>>) =>
    found.filter(({ verdict }) => verdict !== 'ok').map(({ verdict, id }) => `${verdict} ${id}`);

  test('is well with the account that we ship, and all can be looked at', async () => {
    const found = await findings();
    const seen = Object.fromEntries(found.map((one) => [one.id, one.seen]));
    expect(bad(found)).toEqual([]);
    expect(seen['ami.version']).toMatch(variant.startsWith('22') ? /^Asterisk 22\./ : /^Asterisk 16\./);
    expect(seen['dialplan.technology']).toBe(`phones are ${office.driver}`);
    expect(seen['dialplan.extensions']).toMatch(/^phones: 101, 102, 103, 104, 105; lines to the outside: provider\./);
    expect(seen['dialplan.registered']).toBe('in reach but for 105');
    expect(seen['dialplan.features']).toBe('blind transfer #1, attended transfer *2, pick-up *8');
    expect(seen['dialplan.zone']).toMatch(
      office.timeZone === 'Europe/Moscow' ? /UTC\+0300 \(MSK\)/ : /UTC\+0000 \(UTC\)/,
    );
    expect(seen['dialplan.mixmonitor']).toContain('vtiger-record,s');
  });

  test('who had switched events off is shown that an Originate failed, once he asks for class call', async () => {
    const session = await office.observe();
    try {
      for (const EventMask of ['off', 'call']) await session.act({ Action: 'Events', EventMask });
      await session.act({ Action: 'Originate', Channel: 'VtigerRightsProbe/none', Application: 'NoOp', Async: 'true' });
      expect((await session.event('OriginateResponse')).get('Response')).toBe('Failure');
    } finally {
      session.close();
    }
  });

  test('an account that may do anything is named', async () => {
    expect(bad(await findings('observer'))).toEqual(['warning ami.write-excess']);
  });

  test('an account that sees nothing, and settings that do not fit', async () => {
    const wrong = {
      click_to_call: { context: 'nowhere' },
      extensions: { pattern: '^9[0-9]{3}$', technology: office.driver === 'SIP' ? 'PJSIP' : 'SIP' },
      recordings: { roots: ['/srv/elsewhere'] },
    };
    const found = bad(await findings('operator', wrong));
    // chan_sip and chan_pjsip are both loaded in the 16 of these tests; phones are of the one only where they are known by name.
    expect(found).toEqual(
      expect.arrayContaining(['fault dialplan.click', 'fault dialplan.extensions', 'fault dialplan.folder']),
    );
    // Its `read =` is empty, which reads like none: Asterisk is tried, and shows nothing.
    expect(found).toContain('fault ami.read-call');
  });
}

await describeOffice('the doctor', '22', () => realTests('22'));
await describeOffice('the doctor', '16-sip', () => realTests('16-sip'));
await describeOffice('the doctor', '16-pjsip', () => realTests('16-pjsip'));
