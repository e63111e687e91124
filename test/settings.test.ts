import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import type { DialectSettings } from '../src/crm/dialect.ts';
import { linkTo } from '../src/crm-side.ts';
import { plans } from '../src/numbers/plans.ts';
import type { RecordingId } from '../src/recordings/recording.ts';
import { dialectSettings } from '../src/settings.ts';
import { PbxManager } from '../src/tools/demo/pbxmanager.ts';

const required = 'ami: {username: a, secret: b}\ncrm: {url: "http://crm", token: t, time_zone: UTC}\n';

function config(settings: string) {
  const loaded = loadConfig({ file: '/c.yaml', env: {}, read: () => required + settings });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

function sentTo(dialect: 'salesplatform' | 'vanilla', settings = '') {
  const { number } = dialectSettings(config(settings), dialect) as DialectSettings & { number(raw: string): string };
  return number;
}

describe('a number as the CRM is told of it', () => {
  test.each([
    ['salesplatform', '', '+7 (495) 111-22-33', '+74951112233'],
    ['salesplatform', 'numbers: {country: RU}', '+7 (495) 111-22-33', '+74951112233'],
    ['salesplatform', 'numbers: {country: RU, to_crm: trunk}', '+7 (495) 111-22-33', '84951112233'],
    ['vanilla', '', '+7 (495) 111-22-33', '4951112233'],
    ['vanilla', '', '84951112233', '4951112233'],
    ['vanilla', '', '4951112233', '4951112233'],
    ['vanilla', '', '112', '112'],
    ['vanilla', '', 'MTS', 'MTS'],
    ['vanilla', 'numbers: {country: RU}', '+7 (495) 111-22-33', '4951112233'],
    ['vanilla', 'numbers: {country: RU}', '810 49 30 12345678', '+493012345678'],
    ['vanilla', 'numbers: {country: RU, to_crm: as-is}', '84951112233', '84951112233'],
    ['salesplatform', 'numbers: {to_crm: national}', '+7 (495) 111-22-33', '4951112233'],
    ['vanilla', 'numbers: {country: RU, area_code: 495}', '1112233', '4951112233'],
    ['vanilla', 'numbers: {country: RU, area_code: 8182}', '212345', '212345'],
    ['vanilla', 'numbers: {country: RU, area_code: 8182}\ntrunks: [212345]', '212345', '8182212345'],
    ['salesplatform', '', '', 'anonymous'],
    ['salesplatform', '', '<unknown>', 'anonymous'],
    ['salesplatform', '', 'asterisk', 'anonymous'],
    ['salesplatform', '', 's', 'anonymous'],
    ['salesplatform', '', '0', 'anonymous'],
    ['salesplatform', '', 'MTS', 'MTS'],
    ['vanilla', 'numbers: {country: RU}', 'Sberbank', 'Sberbank'],
    ['vanilla', 'numbers: {country: RU}', '102', '102'],
    ['vanilla', 'numbers: {country: RU}', '*98#', '*98#'],
    ['salesplatform', '', "1' OR '1'='1", '1OR11'],
    ['salesplatform', 'numbers: {of_users: [+7 903 123-01-03]}', '79031230103', '(79031230103)'],
    ['salesplatform', 'numbers: {of_users: [+7 903 123-01-03]}', '79031230104', '79031230104'],
    ['vanilla', 'numbers: {country: RU, of_users: [+7 903 123-01-03]}', '+79031230103', '(9031230103)'],
    ['salesplatform', 'numbers: {of_users: ["*"]}', '+7 (495) 111-22-33', '(+74951112233)'],
    ['salesplatform', 'numbers: {of_users: ["*"]}', '102', '102'],
    ['salesplatform', 'numbers: {of_users: ["*"]}', '', 'anonymous'],
  ] as const)('%s with %j: %j is %s', (dialect, settings, raw, sent) => {
    expect(sentTo(dialect, settings)(raw)).toBe(sent);
  });

  test('has no character that means anything to SQL, LIKE, JSON or HTML, whatever the caller says he is', () => {
    const settings = [
      '',
      'numbers: {country: RU, area_code: 495, to_crm: e164}',
      'numbers: {country: DE, of_users: ["*"]}',
    ];
    const numbers = settings.map((one) => sentTo('vanilla', one));
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.stringMatching(/^[(]{0,3}\+?[0-9]{0,12}[)]{0,3}$/),
      fc.constantFrom('%', "' or 1=1 --", '["a"]', '(%', "(1')", '<(1)>', '{(1)'),
    );
    fc.assert(
      fc.property(hostile, fc.constantFrom(...numbers), (raw, number) => {
        expect(number(raw)).toMatch(/^(?:[0-9A-Za-z+*#.-]{1,32}|\(\+?[0-9]{1,32}\))$/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a customer who calls from a number that stands in a user’s profile', () => {
  const users = [
    { id: 1, name: 'Ivan', extension: '101' },
    { id: 2, name: 'Oleg', extension: '103', phones: ['79031230103'] },
  ];
  const customers = [{ id: 7, type: 'Contacts', name: 'Anna', number: '8 (903) 123-01-03' } as const];

  function called(dialect: 'salesplatform' | 'vanilla', settings: string) {
    const crm = new PbxManager({ users, customers, token: 't', mode: dialect, now: () => 0 });
    const callerIdNumber = sentTo(dialect, settings)('79031230103');
    const callstatus = dialect === 'vanilla' ? 'StartApp' : 'DialBegin';
    const StartTime = '2026-11-20 10:00:00';
    crm.receive({ callstatus, callUUID: 'u', callerIdNumber, dialString: '101', StartTime, vtigersignature: 't' });
    return crm.rows;
  }

  test.each(['salesplatform', 'vanilla'] as const)('%s: is a customer if the number is listed', (dialect) => {
    const listed = 'numbers: {country: RU, of_users: [8 903 123-01-03]}';
    expect(called(dialect, listed)).toMatchObject([{ direction: 'inbound', customerId: 7 }]);
    expect(called(dialect, 'numbers: {country: RU, of_users: ["*"]}')).toMatchObject([
      { direction: 'inbound', customerId: 7 },
    ]);
  });

  test('is taken for that user otherwise', () => {
    expect(called('salesplatform', '')).toMatchObject([{ direction: 'outbound', user: '103' }]);
    // His number's last ten digits are no user's text.
    expect(called('vanilla', '')).toMatchObject([{ direction: 'inbound' }]);
  });
});

test('a link to a recording opens it without the secret only where vTiger’s own page is to play it', () => {
  const id = '1795.1/a.wav' as RecordingId;
  const link = (dialect: 'salesplatform' | 'vanilla', settings = '') => linkTo(id, dialect, config(settings));
  expect(link('vanilla')).toMatch(/^http:.*\/recording\?id=[^&]+&key=[\w-]{22}$/);
  for (const dialect of ['vanilla', 'salesplatform'] as const)
    expect(link(dialect, 'recordings: {players: module}')).toMatch(
      /^http:\/\/connector\.invalid\/recording\?id=[^&]+$/,
    );
  expect(link('salesplatform')).toMatch(/^http:.*\/recording\?id=[^&]+$/);
});

test('each country has a plan, and each plan can be configured', () => {
  for (const country of Object.keys(plans))
    expect(config(`numbers: {country: ${country}}`).numbers.country).toBe(country);
});
