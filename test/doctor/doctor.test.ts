import { chmod, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';
import { expired, good, type TestCertificate } from './certificates.ts';
import { modulePage, type Patient, stoppedConnector, wellPatient } from './patient.ts';
import { SettledAsterisk } from './settled-asterisk.ts';

let patient: Patient;
const servers: (Server | HttpServer)[] = [];
beforeEach(async () => {
  patient = await wellPatient();
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await patient.close();
});

/** `fault ami.reach` and so on, of all that is not well. */
async function complaints(): Promise<string[]> {
  const findings = await patient.examine();
  return findings
    .filter(({ verdict }) => verdict === 'fault' || verdict === 'warning')
    .map(({ verdict, id }) => `${verdict} ${id}`);
}

async function finding(id: string) {
  return (await patient.examine()).find((one) => one.id === id);
}

async function portOf(server: Server | HttpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

/** The settled Asterisk's value of what is asked in these words. */
const set = (words: string, value: string) => () => {
  const names = [...patient.asterisk.values.keys()].filter((name) => name.includes(words));
  if (names.length !== 1) throw new Error(`${words}: ${names.length} of them`);
  patient.asterisk.values.set(names[0] ?? '', value);
};

const settings = (section: string, values: object) => () => {
  patient.settings = { ...patient.settings, [section]: { ...patient.settings[section], ...values } };
};

/** Something in the place of MixMonitor's file or its application. */
const dialplan =
  (change: (step: readonly [string, string, string, string]) => readonly [string, string, string, string] | null) =>
  () => {
    patient.asterisk.dialplan = patient.asterisk.dialplan.map(change).filter((step) => step !== null);
  };

async function otherAsterisk(banner: string): Promise<void> {
  await patient.asterisk.fake.stop();
  patient.asterisk = await SettledAsterisk.start(banner);
}

/** A SalesPlatform over TLS. */
async function secureCrm({ key, cert }: TestCertificate): Promise<void> {
  const server = createHttps({ key, cert }, (request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => response.end(crmAnswer(request.method === 'GET' ? (request.url ?? '') : null, body)));
  });
  settings('crm', { url: `https://127.0.0.1:${await portOf(server)}` })();
}

function crmAnswer(page: string | null, body: string): string {
  if (page !== null) return page.includes('SPAgi') ? '{"error":{"code":400}}' : '{"error":"token"}';
  return body.includes('signature=abracadabra-and-more')
    ? ''
    : '<Response><Authentication>Failure</Authentication></Response>';
}

/** A SalesPlatform whose clock is so far ahead. */
async function datedCrm(aheadMs: number): Promise<void> {
  const server = createHttp((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    response.setHeader('Date', new Date(Date.now() + aheadMs).toUTCString());
    request.on('end', () => response.end(crmAnswer(request.method === 'GET' ? (request.url ?? '') : null, body)));
  });
  settings('crm', { url: `http://127.0.0.1:${await portOf(server)}` })();
}

/** The CRM answers so to whatever it is asked, or to what the path ends with. */
function crmSays(status: number, body: string, end = ''): void {
  patient.crm.fault = (_, path) => (path.endsWith(end) ? { status, body } : modulePage(path));
}

/** Master.csv, as cdr_csv writes it with newcdrcolumns. */
async function csvIn(timeZone: string, rows = ''): Promise<void> {
  const file = join(patient.folder, 'Master.csv');
  await writeFile(file, rows);
  settings('cdr', { source: 'csv', file, time_zone: timeZone })();
}

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Of so long ago, by this machine's clock. */
const localTime = (ms: number) => localTimeIn(ownZone)(Date.now() + ms);

/** One row whose channel was made at this second, and which says that it began at this time. */
function rowOf(made: number, start: string): string {
  const ids = `${made}.7,"","",${made}.7,1`;
  return `"","101","102","d","","PJSIP/101-1","","Dial","","${start}","","${start}",1,1,"ANSWERED","",${ids}\n`;
}

type Plant = () => unknown;

describe('planted faults are named, each by its own check, and nothing else is', () => {
  const absent = ['fault ami.reach'];
  test.each<[string, Plant, string[]]>([
    ['Asterisk does not run', settings('ami', { port: 1 }), absent],
    ['a slip in Asterisk’s name', settings('ami', { host: 'no-such-host.invalid' }), absent],
    ['another program at AMI’s port', () => otherAsterisk('SSH-2.0-OpenSSH_9.2'), ['fault ami.banner']],
    [
      'nobody speaks at AMI’s port',
      async () => settings('ami', { port: await portOf(createServer()) })(),
      ['fault ami.banner'],
    ],
    ['a wrong AMI secret', settings('ami', { secret: 'wrong' }), ['fault ami.login']],
    [
      'the account is refused by address',
      () => patient.asterisk.fake.refuseLogins('Permission denied'),
      ['fault ami.login'],
    ],
    [
      'an old Asterisk',
      () => Object.assign(patient.asterisk.core, { AsteriskVersion: '11.25.3' }),
      ['fault ami.version'],
    ],
    ['Asterisk’s clock is 5 s off', () => Object.assign(patient.asterisk, { aheadMs: 5000 }), ['warning ami.clock']],
    [
      'Asterisk’s clock is 3 min off',
      () => Object.assign(patient.asterisk, { aheadMs: -180_000 }),
      ['fault ami.clock'],
    ],
    ['no read class call', set(',read)', 'system,cdr,dialplan'), ['fault ami.read-call']],
    ['no read class cdr', set(',read)', 'call, system, dialplan'), ['warning ami.read-cdr']],
    ['no read class dialplan', set(',read)', 'call,system,cdr'), ['warning ami.read-dialplan']],
    ['no read class system', set(',read)', 'call,dialplan,cdr'), ['warning ami.read-system']],
    ['no write class originate', () => patient.asterisk.actions.delete('Originate'), ['fault ami.write-originate']],
    [
      'no write class reporting',
      () =>
        ['Getvar', 'CoreSettings', 'CoreShowChannels', 'ShowDialPlan', 'DeviceStateList'].map((name) =>
          patient.asterisk.actions.delete(name),
        ),
      ['warning ami.write-reporting'],
    ],
    [
      'an account that may do anything',
      () => ['Command', 'UpdateConfig', 'Redirect'].map((name) => patient.asterisk.actions.add(name)),
      ['warning ami.write-excess'],
    ],
    ['CDR switched off', () => Object.assign(patient.asterisk.core, { CoreCDRenabled: 'No' }), ['fault dialplan.cdr']],
    ['cdr_manager not loaded', set('IFMODULE(cdr_manager', '0'), ['fault dialplan.cdr-manager']],
    ['cdr_manager switched off', set('cdr_manager.conf,general', 'no'), ['fault dialplan.cdr-manager']],
    ['no mapping of recordingpath', set('mappings', ''), ['warning dialplan.cdr-mapping']],
    ['recordingpath mapped to another name', set('mappings', 'RecordingFile'), ['fault dialplan.cdr-mapping']],
    ['no context for clicks', set('DIALPLAN_EXISTS(vtiger)', '0'), ['fault dialplan.click']],
    ['a context that takes no numbers', set('DIALPLAN_EXISTS(vtiger,', '0'), ['warning dialplan.click']],
    [
      'the dialplan records nothing',
      dialplan((step) => (step[2] === 'MixMonitor' ? null : step)),
      ['warning dialplan.mixmonitor'],
    ],
    [
      'the dialplan records by Monitor',
      dialplan(([a, b, app, c]) => [a, b, app === 'MixMonitor' ? 'Monitor' : app, c]),
      ['warning dialplan.mixmonitor'],
    ],
    ['MixMonitor is not loaded', set('app_mixmonitor', '0'), ['fault dialplan.mixmonitor']],
    [
      'recordings go elsewhere',
      dialplan(([a, b, c, text]) => [a, b, c, text.replace('/var/spool/asterisk/monitor', '/mnt/rec')]),
      ['fault dialplan.folder'],
    ],
    [
      'names that collide',
      dialplan(([a, b, c, text]) => [a, b, c, text.replace('UNIQUEID', 'EXTEN')]),
      ['warning dialplan.file-names'],
    ],
    [
      'nothing tells the recording’s name',
      () => {
        dialplan((step) => (step[3].startsWith('CDR(') ? null : step))();
        set(',read)', 'call,system,cdr')();
      },
      ['warning ami.read-dialplan', 'fault dialplan.recordingpath'],
    ],
    [
      'phones of another technology than set',
      settings('extensions', { technology: 'SIP' }),
      ['fault dialplan.technology'],
    ],
    ['phones named otherwise', settings('extensions', { pattern: '^9[0-9]{3}$' }), ['fault dialplan.extensions']],
    [
      'no phone is registered',
      () => Object.assign(patient.asterisk.devices, { 'PJSIP/101': 'UNAVAILABLE' }),
      ['warning dialplan.registered'],
    ],
    ['the CRM does not run', () => patient.crm.stop(), ['fault crm.reach']],
    ['PHP fails', () => crmSays(500, ''), ['fault crm.reach']],
    ['a wrong path', () => crmSays(404, 'not found'), ['fault crm.address']],
    ['a login page in its place', () => crmSays(200, '<!doctype html><title>Login</title>'), ['fault crm.reach']],
    ['something that takes anything', () => crmSays(200, '', 'PBXManager.php'), ['fault crm.address']],
    [
      'a slow CRM',
      () => {
        patient.crm.fault = (_, path) => (path.endsWith('PBXManager.php') ? { delayMs: 2300 } : modulePage(path));
      },
      ['warning crm.reach'],
    ],
    ['the CRM’s clock is 5 min off', () => datedCrm(-300_000), ['fault crm.clock']],
    ['a wrong token', settings('crm', { token: 'abracadabrA' }), ['fault crm.secret']],
    ['another dialect than set', settings('crm', { dialect: 'vanilla' }), ['fault crm.dialect']],
    [
      'a CRM that does not show what it is',
      () => {
        patient.crm.fault = (_, path) => (/SPAgi|\.js$/.test(path) ? { status: 403, body: 'no' } : modulePage(path));
      },
      ['warning crm.dialect'],
    ],
    [
      'the module is not installed',
      () => {
        patient.crm.fault = () => undefined;
      },
      ['warning crm.module'],
    ],
    ['a certificate of an unknown authority', () => secureCrm(good), ['fault crm.way', 'fault crm.reach']],
    ['a certificate that has expired', () => secureCrm(expired), ['fault crm.way', 'fault crm.reach']],
    [
      'a folder of recordings that is not there',
      () => rm(patient.monitor, { recursive: true }),
      ['fault recordings.folder'],
    ],
    [
      'a file in the place of the folder',
      async () => {
        await rm(patient.monitor, { recursive: true });
        await writeFile(patient.monitor, '');
      },
      ['fault recordings.folder'],
    ],
    ['an old Node.js', () => Object.assign(patient, { node: 'v18.20.4' }), ['fault machine.node']],
    [
      'no time zone of the CRM',
      () => patient.notes.push('crm.time_zone is not set: UTC is used'),
      ['warning crm.zone'],
    ],
    ['the connector does not run', () => stoppedConnector(patient.databasePath), ['fault machine.connector']],
    [
      'another program at our port',
      async () => settings('http', { port: await portOf(createHttp((_, response) => response.end('hello'))) })(),
      ['fault machine.port'],
    ],
    [
      'a program that is no web server at our port',
      async () => settings('http', { port: await portOf(createServer((socket) => socket.end('220 mail\r\n'))) })(),
      ['fault machine.port'],
    ],
    ['listening on every address', settings('http', { bind: '0.0.0.0' }), ['warning machine.bind']],
    [
      'a short secret, which is wrong besides, and listening on every address',
      () => {
        settings('http', { bind: '0.0.0.0' })();
        settings('crm', { token: 'short' })();
      },
      ['fault crm.secret', 'warning machine.bind', 'warning machine.token'],
    ],
    ['listening on another’s address', settings('http', { bind: '192.0.2.1' }), ['fault machine.bind']],
    [
      'a database that is none',
      () => writeFile(patient.databasePath, 'not a database, but long enough to be taken for one'.repeat(40)),
      ['fault machine.connector', 'fault machine.database'],
    ],
    [
      'no folder for the database',
      settings('database', { path: '/nonexistent/connector.db' }),
      ['fault machine.database'],
    ],
    [
      'settings that anybody can read',
      async () => {
        await chmod(patient.folder, 0o755);
        await chmod(join(patient.folder, 'connector.yaml'), 0o644);
      },
      ['warning machine.rights'],
    ],
    [
      'a CDR that cannot be read',
      settings('cdr', { source: 'csv', file: '/nonexistent/Master.csv' }),
      ['fault machine.cdr'],
    ],
    ['a CDR in another zone', () => csvIn('Pacific/Auckland'), ['fault dialplan.zone']],
    [
      'a CDR read in the wrong zone',
      () => csvIn(ownZone, rowOf(Math.floor(Date.now() / 1000) - 60, localTime(-7_260_000))),
      ['fault machine.cdr'],
    ],
  ])('%s', async (_, plant, expected) => {
    await plant();
    // The connector does not run where there is a database; that is not what is looked for.
    expect(await complaints()).toEqual(expected);
  });
});

describe('all is well', () => {
  test('no fault and no warning, and what cannot be looked at from outside is said', async () => {
    const findings = await patient.examine();
    expect(await complaints()).toEqual([]);
    const unseen = findings.filter(
      ({ id, verdict }) => verdict === 'skipped' && !/recordings|waiting|given|500|sql/.test(id),
    );
    expect(unseen.map(({ id }) => id)).toEqual(['crm.zone', 'crm.users', 'machine.connector', 'machine.cdr']);
    expect(findings.every(({ seen, verdict, cure }) => seen !== '' && (verdict === 'ok' ? cure === '' : true))).toBe(
      true,
    );
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  });

  test('over TLS with an authority of one’s own', async () => {
    const file = join(patient.folder, 'ca.pem');
    await writeFile(file, good.cert);
    await secureCrm(good);
    settings('crm', { ca_file: file })();
    expect(await complaints()).toEqual([]);
    expect((await finding('crm.way'))?.seen).toMatch(
      /^the certificate of 127\.0\.0\.1, by 127\.0\.0\.1 is good until 21/,
    );
  });

  test('with an account that may ask for nothing, what could not be looked at is said, and how it could be', async () => {
    patient.asterisk.actions.clear();
    patient.asterisk.actions.add('Originate');
    patient.asterisk.values.clear();
    const findings = await patient.examine();
    const dialplan = findings.filter(({ id }) => id.startsWith('dialplan.'));
    expect(new Set(dialplan.map(({ verdict }) => verdict))).toEqual(new Set(['skipped']));
    expect((await finding('ami.read-call'))?.verdict).toBe('ok');
  });
});

describe('nothing is changed', () => {
  test('Asterisk is only asked, and the CRM only what does nothing', async () => {
    await patient.examine();
    const actions = new Set(patient.asterisk.fake.server.received.map((action) => action.get('action')));
    const harmless = ['Events', 'ListCommands', 'CoreSettings', 'ShowDialPlan', 'Getvar', 'DeviceStateList', 'Logoff'];
    expect([...actions].sort()).toEqual([...harmless, 'login'].sort());
    expect(new Set(patient.crm.received.map(({ callstatus }) => callstatus))).toEqual(new Set(['ConnectorProbe']));
    expect(patient.crm.rows).toEqual([]);
  });

  test('no secret is asked for, nor told', async () => {
    const findings = await patient.examine();
    const asked = patient.asterisk.fake.actions('Getvar').map((action) => action.get('variable'));
    expect(asked.filter((name) => name?.includes('secret'))).toEqual([]);
    expect(JSON.stringify(findings)).not.toMatch(/abracadabra|correct horse/);
  });
});
