import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import type { DialectSettings } from '../src/crm/dialect.ts';
import { plans } from '../src/numbers/plans.ts';
import { dialectSettings } from '../src/settings.ts';

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
    ['vanilla', '', '+7 (495) 111-22-33', '+74951112233'],
    ['vanilla', 'numbers: {country: RU}', '+7 (495) 111-22-33', '4951112233'],
    ['vanilla', 'numbers: {country: RU}', '810 49 30 12345678', '+493012345678'],
    ['vanilla', 'numbers: {country: RU, to_crm: as-is}', '84951112233', '84951112233'],
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

test('each country has a plan, and each plan can be configured', () => {
  for (const country of Object.keys(plans))
    expect(config(`numbers: {country: ${country}}`).numbers.country).toBe(country);
});
