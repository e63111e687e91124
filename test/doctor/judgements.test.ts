import { describe, expect, test } from 'vitest';
import { judgeAmi } from '../../src/doctor/ami.ts';
import { isThisMachine } from '../../src/doctor/ask-machine.ts';
import type { AmiSeen, AsteriskSeen } from '../../src/doctor/asterisk-seen.ts';
import { judgeCdr, offsetMinutes } from '../../src/doctor/cdr-settings.ts';
import { type CrmTerms, judgeCrm, judgeWay } from '../../src/doctor/crm.ts';
import type { CrmSeen } from '../../src/doctor/crm-seen.ts';
import { judgeDialplan } from '../../src/doctor/dialplan.ts';
import { type Finding, some } from '../../src/doctor/finding.ts';
import { judgeMachine, judgeOwnClock, type MachineSeen } from '../../src/doctor/machine.ts';
import { folderOf, mayCollide, mixMonitors, unknownVariables } from '../../src/doctor/mix-monitor.ts';
import { judgeOutbox } from '../../src/doctor/outbox.ts';
import { judgePhones } from '../../src/doctor/phones.ts';
import { asked } from '../../src/doctor/questions.ts';
import { judgeRecordings } from '../../src/doctor/recordings.ts';
import { judgeRights } from '../../src/doctor/rights.ts';

/** What cannot be planted on one machine by root: other machines, other users' rights, full disks, wrong clocks. */
const bad = (findings: readonly Finding[]) =>
  findings
    .filter(({ verdict }) => verdict === 'fault' || verdict === 'warning')
    .map(({ verdict, id }) => `${verdict} ${id}`);

/** Asterisk's variables, which are written like JavaScript's in templates. */
const its = (text: string) => text.replaceAll('%{', '\u0024{');

describe('Asterisk', () => {
  const here = { address: '127.0.0.1:5038', user: 'vtiger', isLocal: true };
  const greeting = { kind: 'greeted', line: 'Asterisk Call Manager/11.0.0' } as const;

  test('on another machine', () => {
    const seen: AmiSeen = { greeting, login: { kind: 'in' }, asterisk: null };
    expect(bad(judgeAmi(seen, { ...here, isLocal: false }))).toEqual(['warning ami.way']);
  });

  test('that takes a login and does not answer it', () => {
    const seen: AmiSeen = {
      greeting,
      login: { kind: 'failed', reason: 'no answer to Login within 10 s' },
      asterisk: null,
    };
    expect(bad(judgeAmi(seen, here))).toEqual(['fault ami.login']);
  });

  test('behind a firewall that drops', () => {
    const gone = { kind: 'unreached', why: 'no connection within 3 s', isAbsent: false } as const;
    const [reach] = judgeAmi({ greeting: gone, login: null, asterisk: null }, here);
    expect(reach).toMatchObject({ id: 'ami.reach', verdict: 'fault', seen: expect.stringContaining('within 3 s') });
  });

  const asterisk: AsteriskSeen = {
    actions: new Set(['originate', 'coreshowchannels']),
    core: new Map(),
    values: new Map([['AST_CONFIG(manager.conf,vtiger,read)', 'all']]),
    devices: null,
    dialplan: null,
    isShownCalls: null,
    aheadMs: 0,
  };

  test.each([
    ['all', []],
    ['call, cdr , system', ['fault ami.read-dialplan']],
  ])('read = %s, with variables to pass on', (read, expected) => {
    const values = new Map([['AST_CONFIG(manager.conf,vtiger,read)', read]]);
    expect(bad(judgeRights({ ...asterisk, values }, { user: 'vtiger', variables: ['CONTRACT'] }))).toEqual(expected);
  });

  test.each([
    ['+0300', 180],
    ['-0430', -270],
    ['+0000', 0],
    ['MSK', null],
    ['', null],
  ])('%s is %j minutes', (text, minutes) => {
    expect(offsetMinutes(text)).toBe(minutes);
  });
});

describe('an Asterisk that tells little, or odd things', () => {
  const mute: AsteriskSeen = {
    ...{ actions: new Set<string>(), core: null, values: new Map<string, string>(), devices: null, dialplan: null },
    ...{ isShownCalls: null, aheadMs: null },
  };
  const cdr = { timeZone: 'Europe/Moscow', offsetMinutes: 180 };
  const phones = { isExtension: (name: string) => /^\d{3}$/.test(name), pattern: '^[0-9]{3}$', technology: 'auto' };
  const click = {
    ...{ context: 'a', furtherContexts: ['b'], sampleNumber: '8495', seesVariables: true },
    places: { roots: ['/rec'], pathMap: [] },
  };
  const verdictsOf = (findings: readonly Finding[]) => new Set(findings.map(({ verdict }) => verdict));
  const said = (values: Record<string, string>) => new Map(Object.entries(values));
  const verdictOf = (findings: readonly Finding[], id: string) => findings.find((one) => one.id === id)?.verdict;

  test('nothing is known of it', () => {
    expect(verdictsOf(judgeCdr(mute, cdr))).toEqual(new Set(['skipped']));
    expect(verdictsOf(judgePhones(mute, phones))).toEqual(new Set(['skipped']));
    expect(verdictsOf(judgeDialplan(mute, click))).toEqual(new Set(['skipped']));
    expect(verdictsOf([...judgeCdr(null, cdr), ...judgePhones(null, phones)])).toEqual(new Set(['skipped']));
    expect(bad(judgeRights(mute, { user: 'odd,name', variables: [] }))).toEqual([
      'fault ami.write-originate',
      'warning ami.write-reporting',
    ]);
  });

  test('its files cannot be read, but its modules be seen', () => {
    const found = judgeCdr({ ...mute, values: said({ [asked.cdrManager]: '1' }) }, cdr);
    expect([verdictOf(found, 'dialplan.cdr-manager'), verdictOf(found, 'dialplan.cdr-mapping')]).toEqual([
      'ok',
      'skipped',
    ]);
  });

  test('its files say nothing of what is looked for', () => {
    const values = said({ [asked.amiEnabled]: 'yes', [asked.offset]: '+0300' });
    const found = judgeCdr({ ...mute, values }, cdr);
    expect([verdictOf(found, 'dialplan.cdr-mapping'), verdictOf(found, 'dialplan.zone')]).toEqual(['warning', 'ok']);
  });

  test.each([
    ['+0300', '', 'ok'],
    ['+0300', 'yes', 'fault'],
    ['+0000', 'no', 'fault'],
    ['', '', 'skipped'],
  ])('its zone is %j, usegmtime %j: %s', (offset, utc, verdict) => {
    const values = said({ [asked.offset]: offset, [asked.csvInUtc]: utc });
    expect(verdictOf(judgeCdr({ ...mute, values }, cdr), 'dialplan.zone')).toBe(verdict);
  });

  test('a zone that nobody reads the CDR in does not matter', () => {
    const found = judgeCdr({ ...mute, values: said({ [asked.offset]: '-0800' }) }, { ...cdr, timeZone: null });
    expect(verdictOf(found, 'dialplan.zone')).toBe('ok');
  });

  test('no phone was heard of yet; one of two drivers; all in reach', () => {
    expect(verdictOf(judgePhones({ ...mute, devices: [] }, phones), 'dialplan.extensions')).toBe('skipped');
    const devices = ['SIP', 'PJSIP'].map((technology) => ({ technology, name: '101', isThere: true }));
    const found = judgePhones({ ...mute, devices, values: said({ [asked.blindTransfer]: '' }) }, phones);
    expect(found.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(found[0]?.seen).toBe('phones are SIP and PJSIP');
    expect(found[1]?.seen).not.toContain('lines to the outside');
    expect(found[3]?.seen).toContain('names no keys');
    const both = judgePhones({ ...mute, values: said({ [asked.sip]: '1', [asked.pjsip]: '1' }) }, phones);
    expect(both[0]?.seen).toBe('phones are PJSIP and SIP');
  });

  test('a context of several that is not there, and a folder that is in a variable', () => {
    const values = said({ 'DIALPLAN_EXISTS(a)': '1', 'DIALPLAN_EXISTS(b)': '0' });
    const steps = [{ context: 'r', exten: 's', application: 'MixMonitor', arguments: its('%{X}/%{UNIQUEID}.wav') }];
    const found = judgeDialplan({ ...mute, values, dialplan: steps }, click);
    expect(bad(found)).toEqual(['fault dialplan.click']);
    expect(verdictOf(found, 'dialplan.folder')).toBe('skipped');
    expect(verdictOf(found, 'dialplan.recordingpath')).toBe('ok');
  });

  test('its spool is elsewhere', () => {
    const values = said({ [asked.spool]: '/rec' });
    const steps = [{ context: 'r', exten: 's', application: 'MixMonitor', arguments: its('%{UNIQUEID}.wav') }];
    const named = steps.map((step) => ({ ...step, arguments: `call-${step.arguments}` }));
    expect(verdictOf(judgeDialplan({ ...mute, values, dialplan: named }, click), 'dialplan.folder')).toBe('ok');
    expect(verdictOf(judgeDialplan({ ...mute, values, dialplan: steps }, click), 'dialplan.folder')).toBe('skipped');
  });

  test('a longer list is cut', () => {
    expect(some(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });
});

describe('MixMonitor’s file', () => {
  const step = (application: string, text: string, context = 'a') => ({
    context,
    exten: 's',
    application,
    arguments: its(text),
  });
  const fileOf = (...steps: ReturnType<typeof step>[]) =>
    mixMonitors(steps, new Map([['MIXMON_DIR', '/rec/']]))[0]?.file;

  test.each([
    ['/a/b.wav,b', '/a/b.wav'],
    ['/a/%{FILTER(0-9,%{X})}.wav,b,mv a b', '/a/%{FILTER(0-9,%{X})}.wav'],
    ['%{MIXMON_DIR}%{YEAR}/x.wav,ai(ID)', '/rec/%{YEAR}/x.wav'],
    ['', ''],
  ])('%s', (text, file) => {
    expect(fileOf(step('MixMonitor', text))).toBe(its(file));
  });

  test('variables are those of its own context first, and one that holds itself ends', () => {
    const sets = [step('Set', 'F=/other/x', 'b'), step('Set', '__F=/own/%{F}', 'a')];
    expect(fileOf(...sets, step('MixMonitor', '%{F}.wav'))).toMatch(/^\/own\//);
    expect(fileOf(step('MSet', 'F=/m/x'), step('MixMonitor', '%{F}.wav'))).toBe('/m/x.wav');
  });

  test.each([
    ['/a/b/%{X}.wav', '/a/b'],
    ['/a/b-%{X}/c.wav', '/a'],
    ['/x.wav', '/'],
    ['call-%{X}.wav', '/spool/monitor'],
    ['%{DIR}/x.wav', null],
  ])('%s lies below %j', (file, folder) => {
    expect(folderOf(its(file), '/spool')).toBe(folder);
  });

  test('names that differ from call to call', () => {
    const differs = ['/a/%{UNIQUEID}.wav', '/a/%{CHANNEL(linkedid)}.wav', '/a/%{UUID()}.wav'];
    expect(differs.map(its).filter(mayCollide)).toEqual([]);
    expect(mayCollide(its('/a/%{STRFTIME(,,%d%m%Y_%H-%M)}_%{EXTEN}.wav'))).toBe(true);
  });

  test('what is not set in the dialplan is asked for, once', () => {
    const monitors = mixMonitors([step('MixMonitor', '%{DIR}/%{X}.wav'), step('MixMonitor', '%{DIR}/y')], new Map());
    expect(unknownVariables(monitors)).toEqual(['DIR']);
  });
});

describe('the CRM', () => {
  const terms = {
    url: 'https://crm/x.php',
    isLocal: false,
    dialect: 'auto',
    timeZone: 'UTC',
    isZoneSet: true,
    timeoutMs: 60_000,
  } as const;
  const now = Date.UTC(2026, 10, 21);
  const day = 86_400_000;
  const certificate = { subject: 'crm', issuer: 'CA', validTo: now + 300 * day, objection: null };
  const seen: CrmSeen = {
    answer: { kind: 'accepted' },
    tookMs: 5,
    answerToWrongToken: { kind: 'refused', reason: 'token', why: 'no' },
    which: { kind: 'vanilla', why: 'its script' },
    aheadMs: 0,
    certificate,
    arePagesOpen: true,
    modulePage: { status: 401, body: '{"error":"token"}' },
  };

  test('well', () => {
    expect(bad([judgeWay(seen, terms, now), ...judgeCrm(seen, terms)])).toEqual([]);
  });

  test.each([
    [{ validTo: now + 5 * day }, 'warning', /expires on 2026-11-26/],
    [{ objection: 'CERT_HAS_EXPIRED' }, 'fault', /has expired/],
    [{ objection: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'fault', /for another name/],
    [{ objection: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'fault', /does not send the certificates in between/],
    [{ objection: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'fault', /unknown authority/],
  ])('a certificate with %j', (change, verdict, words) => {
    const found = judgeWay({ ...seen, certificate: { ...certificate, ...change } }, terms, now);
    expect(found).toMatchObject({ id: 'crm.way', verdict, seen: expect.stringMatching(words) });
    expect(found.cure).not.toBe('');
  });

  test('http to another machine', () => {
    const plain = { ...terms, url: 'http://crm/x.php' };
    expect(bad([judgeWay({ ...seen, certificate: null }, plain, now)])).toEqual(['warning crm.way']);
  });

  test.each([
    [9_000, []],
    [-60_000, ['warning crm.clock']],
    [290_000, ['fault crm.clock']],
  ])('a clock that is %i ms ahead', (aheadMs, expected) => {
    expect(bad(judgeCrm({ ...seen, aheadMs }, terms))).toEqual(expected);
  });
});

describe('the CRM that tells little', () => {
  const terms: CrmTerms = {
    ...{ url: 'https://crm/x.php', isLocal: null, dialect: 'vanilla', timeZone: 'UTC', isZoneSet: true },
    timeoutMs: 60_000,
  };
  const away = { kind: 'unavailable', why: 'no answer', maybeApplied: false } as const;
  const seen: CrmSeen = {
    ...{ answer: away, tookMs: 5, answerToWrongToken: null, which: { kind: 'away', why: '' } },
    ...{ aheadMs: null, certificate: null, arePagesOpen: false, modulePage: null },
  };

  test('it is away, and its name not found', () => {
    const url = 'http://crm/x.php';
    expect(bad([judgeWay(seen, terms, 0), judgeWay(seen, { ...terms, url }, 0), ...judgeCrm(seen, terms)])).toEqual([
      'fault crm.reach',
    ]);
  });

  test('it objects to what does nothing', () => {
    const answer = { kind: 'notUnderstood', why: 'the CRM answered: Sorry!' } as const;
    expect(bad(judgeCrm({ ...seen, answer }, terms))).toEqual(['fault crm.address']);
  });

  test('it does not show which it is, but the settings say so', () => {
    const unclear: CrmSeen = { ...seen, answer: { kind: 'accepted' }, which: { kind: 'unclear', why: 'hidden' } };
    const modulePage = { status: 403, body: '' };
    expect(bad(judgeCrm({ ...unclear, modulePage }, terms))).toEqual([]);
  });

  test('a certificate without names, of a CRM that fails behind it', () => {
    const certificate = { subject: '', issuer: '', validTo: Date.UTC(2099, 0, 1), objection: null };
    const found = judgeWay({ ...seen, certificate }, terms, 0);
    expect(found).toMatchObject({ verdict: 'ok', seen: 'the certificate of no name, by nobody is trusted' });
  });

  test('an outbox that has told nothing', () => {
    const empty = { waiting: 0, oldestMs: null, givenUp: 0, lastWhy: null, kinds: [] };
    expect(judgeOutbox(empty).map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'skipped', 'skipped']);
    const odd = { ...empty, waiting: 1, givenUp: 1 };
    expect(bad(judgeOutbox(odd))).toEqual(['warning crm.given-up']);
  });
});

describe('clocks', () => {
  test.each([
    [120_000, 121_000, false, 'fault'],
    [-120_000, -121_000, false, 'fault'],
    [120_000, 121_000, true, 'ok'],
    [120_000, -50_000, false, 'ok'],
    [0, 120_000, false, 'ok'],
    [null, 120_000, false, 'ok'],
    [null, null, false, 'skipped'],
  ])('Asterisk %j, the CRM %j ahead of us (same machine: %j): %s', (asterisk, crm, isLocal, verdict) => {
    expect(judgeOwnClock(asterisk, crm, isLocal).verdict).toBe(verdict);
  });
});

describe('recordings', () => {
  const terms = { publicUrl: 'http://127.0.0.1:5000', isPublicLocal: true, isCrmLocal: true, days: 7 };
  const root = { path: '/rec', problem: null, newest: [{ name: '/rec/a.wav', size: 9000, problem: null }] };

  test.each([
    [
      'a folder of another user’s',
      { ...root, problem: 'this user may not read it', newest: [] },
      ['fault recordings.folder'],
    ],
    [
      'files of another user’s',
      { ...root, newest: [{ name: '/rec/a.wav', size: 0, problem: 'EACCES' }] },
      ['fault recordings.files'],
    ],
    ['all well', root, []],
  ])('%s', (_, seen, expected) => {
    expect(bad(judgeRecordings({ roots: [seen], kept: [] }, terms))).toEqual(expected);
  });

  test('links that only this machine can open, for a CRM elsewhere', () => {
    const found = judgeRecordings({ roots: [root], kept: [] }, { ...terms, isCrmLocal: false });
    expect(bad(found)).toEqual(['fault recordings.link']);
  });
});

describe('the machine', () => {
  const gib = 2 ** 30;
  const seen: MachineSeen = {
    node: 'v20.19.0',
    version: '1.0.0',
    port: { kind: 'ours', version: '1.0.0', status: 'ok' },
    isBindOurs: true,
    disks: [{ path: '/', freeBytes: 50 * gib, allBytes: 100 * gib }],
    secrets: [],
    database: { kind: 'open', writeProblem: null },
    owner: 1000,
    user: 1000,
  };
  const terms = {
    ...{ bind: '127.0.0.1', port: 5000, isEverywhere: false, isBindLocal: true, isCrmLocal: true },
    ...{ databasePath: '/db', notes: [] },
  };

  test.each<[string, Partial<MachineSeen>, Partial<typeof terms>, string[]]>([
    ['well', {}, {}, []],
    ['a full disk', { disks: [{ path: '/', freeBytes: 2 ** 20, allBytes: 100 * gib }] }, {}, ['fault machine.disk']],
    ['a disk that fills', { disks: [{ path: '/', freeBytes: gib / 2, allBytes: gib }] }, {}, ['warning machine.disk']],
    [
      'a database of another user’s',
      { database: { kind: 'open', writeProblem: 'EACCES' } },
      {},
      ['warning machine.database'],
    ],
    ['a CRM elsewhere', {}, { isCrmLocal: false }, ['warning machine.bind']],
    ['Node.js 20.18', { node: 'v20.18.3' }, {}, ['fault machine.node']],
    ['Node.js 24', { node: 'v24.1.0' }, {}, []],
    [
      'a connector that is not well',
      { port: { kind: 'ours', version: '1.0.0', status: 'no link' } },
      {},
      ['fault machine.connector'],
    ],
    ['one that is well and does not tell its version', { port: { kind: 'ours', version: null, status: 'ok' } }, {}, []],
    ['a disk that tells nothing', { disks: [] }, {}, []],
    ['any free port', { port: { kind: 'free' } }, { port: 0 }, []],
  ])('%s', (_, change, also, expected) => {
    expect(bad(judgeMachine({ ...seen, ...change }, { ...terms, ...also }))).toEqual(expected);
  });

  test.each([
    [1000, 1000, 'ok'],
    [null, 0, 'ok'],
    [1000, 0, 'skipped'],
    [1000, 1001, 'skipped'],
  ])('a database of %j, looked at by %i: rights %s', (owner, user, verdict) => {
    const found = judgeMachine({ ...seen, owner, user }, terms).find(({ id }) => id === 'machine.user');
    expect(found?.verdict).toBe(verdict);
  });

  test.each([
    ['127.0.0.5', true],
    ['localhost', true],
    ['::1', true],
    ['192.0.2.7', false],
    ['no-such-host.invalid', null],
  ])('%s is this machine: %j', async (host, isOurs) => {
    expect(await isThisMachine(host)).toBe(isOurs);
  });
});
