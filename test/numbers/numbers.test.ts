import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Form } from '../../src/numbers/form.ts';
import { createNumbers, type NumberSettings } from '../../src/numbers/numbers.ts';
import { type Country, plans } from '../../src/numbers/plans.ts';

const shipped: NumberSettings = {
  country: 'none',
  areaCode: '',
  toCrm: 'as-is',
  toDialplan: 'as-is',
  dialPrefix: '',
  ofUsers: [],
  isExtension: (text) => /^[0-9]{2,6}$/.test(text) && text !== '100',
};
const numbers = (other: Partial<NumberSettings>) => createNumbers({ ...shipped, ...other });
const toCrm = (raw: string, country: Country, toCrmForm: Form = 'e164', areaCode = '') =>
  numbers({ country, toCrm: toCrmForm, areaCode }).toCrm(raw);

describe('what is understood as one number', () => {
  test.each<[Country, string, readonly string[]]>([
    [
      'RU',
      '+74951112233',
      [
        '84951112233',
        '74951112233',
        '+74951112233',
        '4951112233',
        '+7 (495) 111-22-33',
        '8 495 111.22.33',
        '8\u00a0495\u2011111\u201322\u221233',
        '81074951112233',
        '0074951112233',
        '+7 8 495 111 22 33',
        'tel:+7-495-111-22-33',
        'tel:+74951112233;phone-context=+7',
        'sip:84951112233@10.0.0.1',
        'SIPS:+74951112233@sip.example.com;user=phone',
        'callto:84951112233',
        '+74951112233;phone-context=example.com',
        '"Ivan" <84951112233>',
        '<sip:84951112233@10.0.0.1>',
      ],
    ],
    ['KZ', '+77272501234', ['87272501234', '77272501234', '+77272501234', '7272501234', '8 10 7 7272 50-12-34']],
    ['KZ', '+79031234567', ['89031234567']],
    [
      'BY',
      '+375291234567',
      [
        '80291234567',
        '0291234567',
        '291234567',
        '375291234567',
        '+375 29 123-45-67',
        '810375291234567',
        '+375 (0)29 1234567',
      ],
    ],
    [
      'UA',
      '+380441234567',
      ['0441234567', '80441234567', '441234567', '380441234567', '+38 044 123-45-67', '00380441234567'],
    ],
    [
      'DE',
      '+493012345678',
      ['030 12345678', '030/12345678', '+49 (0) 30 12345678', '0049 30 12345678', '493012345678'],
    ],
    ['DE', '+4915112345678', ['0151 12345678', '4915112345678']],
    ['DE', '+497071123', ['07071 123']],
    ['GB', '+442079460000', ['020 7946 0000', '+44 (0)20 7946 0000', '00442079460000', '442079460000', '2079460000']],
    ['GB', '+44169772345', ['016977 2345', '+44 16977 2345', '44169772345']],
    ['IN', '+919812345678', ['09812345678', '9812345678', '919812345678', '0091 98123 45678']],
    ['IN', '+919112345678', ['9112345678']],
    [
      'US',
      '+12125550123',
      ['(212) 555-0123', '1-212-555-0123', '12125550123', '+1 212 555 0123', '011 1 212 555 0123'],
    ],
    ['CA', '+16135550123', ['613-555-0123']],
  ])('%s: %s', (country, full, ways) => {
    expect(ways.map((way) => toCrm(way, country))).toEqual(ways.map(() => full));
  });

  test.each<[Country, string, string]>([
    ['RU', '810 49 30 12345678', '+493012345678'],
    ['RU', '00380441234567', '+380441234567'],
    ['RU', '+12125550123', '+12125550123'],
    ['UA', '0079031234567', '+79031234567'],
    ['US', '011 7 903 123 45 67', '+79031234567'],
    ['GB', '+353 1 234 5678', '+35312345678'],
  ])('%s: abroad, %s is %s', (country, raw, full) => {
    expect(toCrm(raw, country)).toBe(full);
  });
});

describe('what is no full number is left as it is', () => {
  test.each<[Country, string]>([
    ['RU', '112'],
    ['RU', '900'],
    ['RU', '0'.repeat(3).concat('5')],
    ['RU', '1112233'],
    ['RU', '14951112233'],
    ['RU', '80123456789'],
    ['RU', '8101234'],
    ['RU', '849511122'],
    ['RU', '849511122334'],
    ['RU', '+7495111223'],
    ['RU', '+012345678'],
    ['RU', '+123456'],
    ['RU', '+1234567890123456'],
    ['RU', '00123'],
    ['RU', '7'.repeat(100)],
    ['RU', '*8'],
    ['RU', '#1'],
    ['RU', '*98#'],
    ['RU', 'MTS'],
    ['RU', 'Sberbank'],
    ['RU', '8-800-FLOWERS'],
    ['RU', '8495111223З'],
    ['RU', '٨٤٩٥١١١٢٢٣٣'],
    ['RU', '８４９５１１１２２３３'],
    ['RU', '84951112233 доб. 12'],
    ['BY', '88011001010'],
    ['UA', '0141234567'],
    ['DE', '30123456'],
    ['DE', '4930123456'],
    ['DE', '116117'],
    ['GB', '999'],
    ['GB', '442079460'],
    ['US', '1125550123'],
    ['US', '5550123'],
    ['IN', '18001234567'],
  ])('%s: %s', (country, raw) => {
    const both = numbers({ country, toCrm: 'e164', toDialplan: 'e164' });
    expect(both.toCrm(raw)).toBe(raw);
    expect(both.toDialplan(raw)).toBe(raw);
  });

  test.each([
    '',
    ' ',
    '<unknown>',
    'unknown',
    'anonymous',
    'Anonymous',
    'asterisk',
    's',
    'Restricted',
    'anonymous@anonymous.invalid',
    '0',
    '000000000',
    '+',
    '+0',
  ])('a caller %j has no number, in any country and without one', (raw) => {
    expect([numbers({}).toCrm(raw), toCrm(raw, 'RU'), toCrm(raw, 'DE', 'national')]).toEqual(['', '', '']);
  });
});

describe('forms', () => {
  test.each<[Country, string, Readonly<Record<Form, string>>, string, string]>([
    [
      'RU',
      '8 (495) 111-22-33',
      {
        'as-is': '8 (495) 111-22-33',
        e164: '+74951112233',
        digits: '74951112233',
        national: '4951112233',
        trunk: '84951112233',
      },
      '+4930123456',
      '8104930123456',
    ],
    [
      'BY',
      '+375291234567',
      {
        'as-is': '+375291234567',
        e164: '+375291234567',
        digits: '375291234567',
        national: '291234567',
        trunk: '80291234567',
      },
      '+4930123456',
      '8104930123456',
    ],
    [
      'DE',
      '030 123456',
      { 'as-is': '030 123456', e164: '+4930123456', digits: '4930123456', national: '30123456', trunk: '030123456' },
      '+74951112233',
      '0074951112233',
    ],
    [
      'US',
      '2125550123',
      {
        'as-is': '2125550123',
        e164: '+12125550123',
        digits: '12125550123',
        national: '2125550123',
        trunk: '12125550123',
      },
      '+74951112233',
      '01174951112233',
    ],
  ])('%s: %s', (country, raw, expected, abroad, dialledAbroad) => {
    for (const [form, written] of Object.entries(expected) as [Form, string][]) {
      const both = numbers({ country, toCrm: form, toDialplan: form });
      expect([form, both.toCrm(raw)]).toEqual([form, written]);
      expect([form, both.toDialplan(raw)]).toEqual([form, written]);
      expect([form, both.toCrm(abroad)]).toEqual([form, form === 'digits' ? abroad.slice(1) : abroad]);
      const dialled = { 'as-is': abroad, e164: abroad, digits: abroad.slice(1) } as Partial<Record<Form, string>>;
      expect([form, both.toDialplan(abroad)]).toEqual([form, dialled[form] ?? dialledAbroad]);
    }
  });

  test('without a country numbers are as they came, but for what is wrapped around them', () => {
    const { toCrm, toDialplan } = numbers({ toCrm: 'as-is' });
    for (const raw of ['84951112233', '+7 (495) 111-22-33', 'MTS', '*8', '102']) {
      expect([toCrm(raw), toDialplan(raw)]).toEqual([raw, raw]);
    }
    expect(toCrm('+74951112233;phone-context=+7')).toBe('+74951112233');
    expect(numbers({ toCrm: 'e164', toDialplan: 'trunk' }).toDialplan('84951112233')).toBe('84951112233');
  });

  test('without a country the national form is the last ten digits of a full number', () => {
    const { toCrm } = numbers({ toCrm: 'national' });
    for (const raw of ['84951112233', '+7 (495) 111-22-33', '4951112233'])
      expect(toCrm(raw)).toBe(raw === '4951112233' ? raw : '4951112233');
    for (const raw of ['112', 'MTS', '+1234567890', '1234567890123456']) expect(toCrm(raw)).toBe(raw);
  });
});

describe('local numbers', () => {
  test.each<[Country, string, string, string]>([
    ['RU', '495', '111-22-33', '+74951112233'],
    ['RU', '495', '011-22-33', '011-22-33'],
    ['RU', '495', '11-22-33', '11-22-33'],
    ['RU', '8182', '212345', '212345'],
    ['RU', '81837', '21234', '21234'],
    ['DE', '30', '8123456', '+49308123456'],
    ['DE', '30', '1181234', '1181234'],
    ['DE', '30', '0171 1234567', '+491711234567'],
    ['GB', '20', '79460000', '+442079460000'],
    ['GB', '20', '7946000', '7946000'],
    ['US', '212', '555-0123', '+12125550123'],
    ['BY', '17', '212-34-56', '+375172123456'],
    ['UA', '44', '234-56-78', '+380442345678'],
    ['IN', '22', '2345 6789', '+912223456789'],
  ])('%s with area code %s: %s is %s', (country, areaCode, raw, expected) => {
    expect(toCrm(raw, country, 'e164', areaCode)).toBe(expected);
  });

  test('of the length of an extension, are local where the pattern says that they are no phones of the office', () => {
    const isExtension = (text: string) => /^1[0-9]{2}$/.test(text);
    const office = numbers({ country: 'RU', areaCode: '8182', toCrm: 'e164', toDialplan: 'trunk', isExtension });
    expect(office.toCrm('212345')).toBe('+78182212345');
    expect(office.toDialplan('212345')).toBe('88182212345');
    expect(office.toDialplan('102')).toBe('102');
  });
});

describe('to the dialplan', () => {
  const office = numbers({ country: 'RU', toDialplan: 'trunk', dialPrefix: '9' });

  test.each([
    ['+74951112233', '984951112233'],
    ['4951112233', '984951112233'],
    ['+4930123456', '98104930123456'],
    ['1112233', '91112233'],
    ['102', '102'],
    ['112', '112'],
    ['*8', '*8'],
    ['#1', '#1'],
    ['*98#', '*98#'],
    ['100', '9100'],
  ])('%s is dialled %s', (raw, dialled) => {
    expect(office.toDialplan(raw)).toBe(dialled);
  });

  test.each([
    ['as-is', 'none', '+74951112233', '974951112233'],
    ['as-is', 'RU', '+4930123456', '94930123456'],
    ['e164', 'RU', '84951112233', '974951112233'],
  ] as const)('no + behind a prefix: %s, %s: %s is dialled %s', (toDialplan, country, raw, dialled) => {
    expect(numbers({ country, toDialplan, dialPrefix: '9' }).toDialplan(raw)).toBe(dialled);
  });

  test('nothing gets in that was not let in: only digits and + are ever added', () => {
    const safe = fc.stringMatching(/^\+?[0-9*#]{1,32}$/);
    const country = fc.constantFrom(...(Object.keys(plans) as Country[]), 'none' as const);
    const form = fc.constantFrom<Form>('as-is', 'e164', 'digits', 'national', 'trunk');
    fc.assert(
      fc.property(safe, country, form, (raw, where, toDialplan) => {
        const dialled = numbers({ country: where, toDialplan, areaCode: '495' }).toDialplan(raw);
        expect(dialled).toMatch(/^\+?[0-9*#]{1,40}$/);
      }),
      { numRuns: 2000 },
    );
  });
});

test('every way of writing a number gives the same, whichever form it was written in before', () => {
  const country = fc.constantFrom(...(Object.keys(plans) as Country[]));
  const form = fc.constantFrom<Form>('e164', 'digits', 'national', 'trunk');
  fc.assert(
    fc.property(country, fc.stringMatching(/^[1-9]\d{8,9}$/), form, form, (where, national, one, other) => {
      const plan = plans[where];
      // Where national numbers have no fixed length, the form without any prefix may as well be a local number.
      fc.pre(plan.national.test(national) && (one !== 'national' || plan.bare?.test(national) === true));
      const full = `+${plan.code}${national}`;
      expect(toCrm(toCrm(full, where, one), where, other)).toBe(toCrm(full, where, other));
    }),
    { numRuns: 5000 },
  );
});

test('no text makes it throw, and what it leaves for the CRM is a part of the text or a number', () => {
  const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(/^[+0-9 ();@<>a-z-]*$/));
  fc.assert(
    fc.property(hostile, (raw) => {
      const sent = toCrm(raw, 'RU', 'national');
      expect(raw.includes(sent) || /^\+?\d+$/.test(sent)).toBe(true);
      numbers({ country: 'DE', ofUsers: ['*'] }).disguised(raw);
    }),
    { numRuns: 2000 },
  );
});
