import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallRequestOutcome, readCallRequest } from '../../src/http/make-call-request.ts';
import { readParameters } from '../../src/http/parameters.ts';
import type { CallRules } from '../../src/http/ports.ts';

const rules: CallRules = {
  extension: /^\d{2,6}$/,
  contexts: ['vtiger', 'office'],
  plainVariables: ['record'],
  variablePrefix: 'CRM_',
};

function read(parameters: Record<string, string>, other: Partial<CallRules> = {}): CallRequestOutcome {
  return readCallRequest(readParameters(new URLSearchParams(parameters).toString()), { ...rules, ...other });
}

function call(parameters: Record<string, string>) {
  const outcome = read({ from: '101', to: '84951112233', ...parameters });
  if (outcome.kind !== 'call') throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('to', () => {
  it.each([
    ['84951112233', '84951112233'],
    ['+79035551234', '+79035551234'],
    ['+7 (903) 555-12-34', '+79035551234'],
    ['8 495 111.22.33', '84951112233'],
    [' 102 ', '102'],
    ['[8] 495', '8495'],
    ['8\u00a0495\u2011111\u201322\u221233', '84951112233'],
    ['*8#', '*8#'],
    ['1'.repeat(32), '1'.repeat(32)],
    ['+7 (495) 111-22-33 доб. 12', '+74951112233'],
    ['84951112233доб12', '84951112233'],
    ['8 495 111-22-33 (добавочный 1234)', '84951112233'],
    ['8 495 111-22-33 вн.7', '84951112233'],
    ['+1 212 555 0123 ext. 5', '+12125550123'],
    ['212-555-0123 Extension: 5', '2125550123'],
    ['2125550123x5', '2125550123'],
    ['030/12345678', '03012345678'],
    ['+49 30/12345678', '+493012345678'],
    ['+49 (0) 30 12345678', '+493012345678'],
    ['0044 (0)20 7946 0000', '00442079460000'],
    ['+39 (0)6 1234567', '+39061234567'],
    ['8 (0) 29 1234567', '80291234567'],
  ])('%j is dialled as %j', (given, dialled) => {
    expect(call({ to: given }).request.to).toBe(dialled);
  });

  it.each([
    '',
    '+',
    ' ( ) ',
    '12+34',
    '84951112233/84951112244',
    '111-22-33/34',
    '0/1/2',
    '++7903',
    'abc',
    '1'.repeat(33),
    '8495\r\nAction: Command',
    '8495\n',
    '8495\r',
    '84\t95',
    '84\u000095',
    "8495'",
    '8495"',
    '101@internal',
    '101&PJSIP/102',
    '101,20',
    '101x5',
    '84951112233x',
    'x84951112233',
    '84951112233x5&101',
    '84951112233x5\n',
    `84951112233x${'a'.repeat(13)}1`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Asterisk's own syntax
    '${SHELL(id)}',
    '٣٤٥',
    '８４９５',
    '8495;rm',
    '%0d%0a',
    '😀',
  ])('%j is refused by name', (given) => {
    expect(read({ from: '101', to: given })).toMatchObject({
      kind: 'refused',
      parameter: 'to',
      expected: expect.any(String),
    });
  });

  it('is required', () => {
    expect(read({ from: '101' })).toMatchObject({ kind: 'refused', parameter: 'to' });
  });
});

describe('from', () => {
  it('loses the blanks that a profile was saved with', () => {
    expect(call({ from: ' 104 ' }).request.from).toBe('104');
  });

  it.each(['', '1', '1234567', '101/102', '101&PJSIP/102', '101\r\nX: y', '101\n', 'PJSIP/101', '10 1', '+101'])(
    '%j is refused by name',
    (given) => {
      expect(read({ from: given, to: '102' })).toMatchObject({ kind: 'refused', parameter: 'from' });
    },
  );

  it('is required', () => {
    expect(read({ to: '102' })).toMatchObject({ kind: 'refused', parameter: 'from' });
  });

  it('is named when it is refused, with the key that says what is allowed', () => {
    expect(read({ from: '1\r\n"', to: '102' })).toEqual({
      kind: 'refused',
      parameter: 'from',
      got: '"1\\r\\n\\""',
      expected:
        "an extension as extensions.pattern has it (^\\d{2,6}$): it is the CRM Phone Extension of the user's profile",
    });
  });

  it('stays safe under a pattern that allows everything', () => {
    expect(read({ from: '101&PJSIP/102', to: '102' }, { extension: /.*/s })).toMatchObject({ parameter: 'from' });
    expect(read({ from: '101\r\nA: b', to: '102' }, { extension: /.*/s })).toMatchObject({ parameter: 'from' });
  });
});

describe('event and context', () => {
  it.each([
    [{ context: 'office' }, 'office'],
    [{ context: '' }, null],
    [{}, null],
    [{ event: 'OutgoingCall' }, null],
  ])('%j gives context %j', (parameters, context) => {
    expect(call(parameters as Record<string, string>).request.context).toBe(context);
  });

  it.each(['internal', 'Office', 'office ', 'office,1', 'office\r\nApplication: System'])(
    'context %j is refused',
    (context) => {
      expect(read({ from: '101', to: '102', context })).toMatchObject({ kind: 'refused', parameter: 'context' });
    },
  );

  it('refuses another event', () => {
    expect(read({ from: '101', to: '102', event: 'Hangup' })).toMatchObject({ kind: 'refused', parameter: 'event' });
  });
});

describe('repeated parameters', () => {
  const outcome = (...texts: string[]) => readCallRequest(readParameters(...texts), rules);

  it.each(['from', 'to', 'context', 'event'])('%s with two values is refused', (name) => {
    const others = new URLSearchParams({ from: '101', to: '102', context: 'office', event: 'OutgoingCall' });
    expect(outcome(others.toString(), `${name}=103`)).toMatchObject({ kind: 'refused', parameter: name });
    expect(outcome(`${others}&${name}=103`)).toMatchObject({ kind: 'refused', parameter: name });
  });

  it('takes the same value twice for one', () => {
    expect(outcome('from=101&to=102', 'from=101&to=102').kind).toBe('call');
  });

  it('leaves out a variable with two values', () => {
    const found = outcome('from=101&to=102&record=4&record=5');
    expect(found).toMatchObject({
      kind: 'call',
      request: { variables: {} },
      ignored: ['"record" was given several values'],
    });
  });
});

describe('variables', () => {
  it('keep a listed name and prefix any other', () => {
    expect(call({ record: '4', module: 'Contacts' }).request.variables).toEqual({
      record: '4',
      CRM_module: 'Contacts',
    });
  });

  it.each([
    'MONITOR_EXEC',
    'MIXMON_POST',
    'TRANSFER_CONTEXT',
    'SIPADDHEADER01',
    'LIMIT_WARNING_FILE',
    'PATH',
    'constructor',
  ])('%s cannot be set under its own name', (name) => {
    expect(Object.keys(call({ [name]: 'x' }).request.variables)).toEqual([`CRM_${name}`]);
  });

  it.each([
    'SHELL(id)',
    '_record',
    '__record',
    '__proto__',
    'a-b',
    '1a',
    '',
    'a b',
    'x\r\nAction',
    'ы',
    'a'.repeat(33),
    'a=b',
  ])('the name %j is left out and told of', (name) => {
    const { request, ignored } = call({ [name]: '1' });
    expect(request.variables).toEqual({});
    expect(ignored).toHaveLength(1);
    expect(ignored[0]).not.toMatch(/[\r\n]/);
  });

  it.each(['', '4', 'Иван Петров', 'a@b.example', '2026-11-20 10:00:00', '#5', 'x'.repeat(128)])(
    'the value %j is kept',
    (value) => {
      expect(call({ record: value }).request.variables).toEqual({ record: value });
    },
  );

  it.each([
    '4,other=5',
    '"4"',
    "4'",
    '4\\',
    '4\r\nAction: x',
    '4\u0000',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Asterisk's own syntax
    '${SHELL(id)}',
    '$[1+1]',
    '4;rm -rf',
    '4|id',
    '`id`',
    '4&5',
    'a=b',
    '<script>',
    'x'.repeat(129),
  ])('the value %j is left out and the call still made', (value) => {
    const { request, ignored } = call({ record: value });
    expect(request.variables).toEqual({});
    expect(ignored).toEqual([expect.stringContaining('"record"')]);
  });

  it('are sixteen at most', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`v${n}`, 'x']));
    const { request, ignored } = call(many);
    expect(Object.keys(request.variables)).toHaveLength(16);
    expect(ignored).toHaveLength(16);
  });
});

describe('any text whatever', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          '101',
          '+7',
          '\r\n',
          '\0',
          "'",
          '"',
          ',',
          '&',
          '/',
          '$',
          '{',
          '(',
          ' ',
          '-',
          '\u2028',
          '😀',
          'я',
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  );

  it('never makes a request that could leave its AMI header, its channel name or its place in a dialplan', () => {
    let made = 0;
    const pairs = fc.array(fc.tuple(fc.oneof(hostile, fc.constant('record')), hostile), { maxLength: 20 });
    const own = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('101', '+7 (903)') },
      { weight: 1, arbitrary: hostile },
    );
    fc.assert(
      fc.property(own, own, fc.option(hostile), pairs, (from, to, context, others) => {
        const given = new URLSearchParams([
          ...others,
          ['from', from],
          ['to', to],
          ...(context === null ? [] : [['context', context] as [string, string]]),
        ]);
        const outcome = readCallRequest(readParameters(given.toString()), { ...rules, extension: /.*/s });
        if (outcome.kind !== 'call') return;
        made += 1;
        const { request } = outcome;
        expect(request.from).toMatch(/^[0-9A-Za-z*#_.-]{1,32}$/);
        expect(request.to).toMatch(/^\+?[0-9*#]{1,32}$/);
        expect([null, ...rules.contexts]).toContain(request.context);
        for (const [name, value] of Object.entries(request.variables)) {
          expect(name).toMatch(/^(record|CRM_[A-Za-z][A-Za-z0-9_]{0,31})$/);
          expect(value).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}'"`,;=&|$<>(){}[\]\\!]/u);
        }
        expect(outcome.ignored.join('')).not.toMatch(/[\r\n\0]/);
      }),
      { numRuns: 2000 },
    );
    expect(made).toBeGreaterThan(100);
  });
});

describe('contexts', () => {
  it.each([
    ['vtiger', rules.contexts, true],
    ['from-internal', rules.contexts, false],
    ['from-internal', ['*'], true],
    ['from internal', ['*'], false],
    ['a,b', ['a,b', '*'], false],
    ['x'.repeat(80), ['*'], false],
  ])('%j with %j allowed: %s', (context, contexts, isAllowed) => {
    const parameters = readParameters(new URLSearchParams({ from: '101', to: '89', context }).toString());
    expect(readCallRequest(parameters, { ...rules, contexts }).kind).toBe(isAllowed ? 'call' : 'refused');
  });
});
