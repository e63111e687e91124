import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importProperties } from '../../src/config/import-properties.ts';
import { readProperties } from '../../src/config/import-properties-lines.ts';
import { loadConfig } from '../../src/config/load.ts';

const salesplatform = `ServerIP   = 10.0.0.5
ServerPort = 5000
AsteriskAppDBPath = ../db
AsteriskServerIP   = 127.0.0.1
AsteriskServerPort = 5038
AsteriskUsername   = vtiger
AsteriskPassword   = ami-secret
VtigerURL = http://crm.example
VtigerSecretKey = crm-secret
CheckKeyOnListenRequest=true
LookUpVariablesNames=
DefaultOriginateChannelProtocol = SIP
`;
const integrator = salesplatform
  .replace(
    'VtigerURL = http://crm.example',
    'CrmURL = http://crm.example/\nCrmURLPrefix = /modules/PBXManager/callbacks/PBXManager.php',
  )
  .replace('VtigerSecretKey', 'CrmSecretKey');

const expected = {
  ami: { host: '127.0.0.1', port: '5038', username: 'vtiger', secret: 'ami-secret' },
  crm: { url: 'http://crm.example', token: 'crm-secret' },
  http: { bind: '10.0.0.5', port: '5000' },
  recordings: { public_url: 'http://10.0.0.5:5000' },
  extensions: { technology: 'SIP' },
  click_to_call: { allowed_contexts: ['*'] },
  database: { path: 'connector.db' },
};

const line = (pattern: RegExp, replacement: string) => salesplatform.replace(pattern, replacement);
const fates = (text: string) =>
  Object.fromEntries((importProperties(text).origins ?? []).map(({ name, fate, why }) => [name, [fate, why]]));

describe('the same settings, however they are written', () => {
  test.each<[string, string]>([
    ['as shipped', salesplatform],
    ['with CRLF', salesplatform.replaceAll('\n', '\r\n')],
    ['with CR', salesplatform.replaceAll('\n', '\r')],
    ['with a byte order mark', `\uFEFF${salesplatform}`],
    ['without a line break at its end', salesplatform.trimEnd()],
    ['with colons', salesplatform.replace(/ *= */g, ': ')],
    ['with blanks alone', salesplatform.replace(/ *= */g, ' ')],
    ['indented', salesplatform.replace(/^/gm, ' \t\f')],
    ['with # and ! comments', salesplatform.replace(/^/gm, '# ServerIP=9\n ! ServerPort=9\n')],
    ['with // comments', salesplatform.replace(/^/gm, '  // ServerIP=9\n//\n')],
    ['with comments in Latin-1 or Windows-1251', salesplatform.replace(/^/gm, '// \uFFFD\uFFFD\n# \uFFFD\n')],
    ['with comments behind values', salesplatform.replace(/(\S)$/gm, '$1 // usuario del manager')],
    ['with blanks behind values', salesplatform.replace(/(\S)$/gm, '$1 \t')],
    ['with a line that goes on', line(/ami-secret/, 'ami-\\\n      \\\r\n  secret')],
    ['with escapes', line(/ami-secret/, String.raw`\u0061mi\-secre\u0074`).replace('http:', String.raw`http\:`)],
    ['with escapes in a name', line(/AsteriskPassword/, String.raw`Asterisk\u0050assword`)],
    ['with a name that stands again', `ServerIP = 1.2.3.4\nAsteriskPassword = old\n${salesplatform}`],
    ['with names that mean nothing', `${salesplatform}Other = 5\n= 6\n\\= 7\n:\n`],
  ])('%s', (_, text) => {
    const source = importProperties(text);
    expect(source.problems).toEqual([]);
    expect(source.values).toEqual(expected);
  });

  test('as AsteriskIntegrator calls them', () => {
    expect(importProperties(integrator).values).toEqual({
      ...expected,
      crm: { ...expected.crm, url: 'http://crm.example/' },
    });
  });
});

test('it makes a whole configuration, also under another name', () => {
  const result = loadConfig({ file: '/opt/conf/old.txt', env: {}, read: () => salesplatform });
  expect(result).toMatchObject({
    ok: true,
    config: {
      ami: { port: 5038, secret: 'ami-secret' },
      crm: { url: 'http://crm.example/modules/PBXManager/callbacks/PBXManager.php', token: 'crm-secret' },
      database: { path: '/opt/conf/connector.db' },
    },
  });
});

test('each setting of a whole file is told once, with its fate', () => {
  expect(fates(integrator)).toEqual({
    ServerIP: ['carried over', ''],
    ServerPort: ['carried over', ''],
    AsteriskAppDBPath: ['ignored', expect.stringContaining('stays as it is')],
    AsteriskServerIP: ['carried over', ''],
    AsteriskServerPort: ['carried over', ''],
    AsteriskUsername: ['carried over', ''],
    AsteriskPassword: ['carried over', ''],
    CrmURL: ['carried over', ''],
    CrmURLPrefix: ['ignored', expect.stringContaining('adds it to crm.url')],
    CrmSecretKey: ['carried over', ''],
    CheckKeyOnListenRequest: ['carried over', expect.stringContaining('never given out')],
    LookUpVariablesNames: ['ignored', 'it has no value'],
    DefaultOriginateChannelProtocol: ['carried over', ''],
  });
});

describe('what differs is told', () => {
  test.each<[string, string, string, string, string]>([
    ['a comment behind', line(/= vtiger/, '= vtiger // usuario'), 'AsteriskUsername', 'changed', 'without the comment'],
    ['a comment with #', line(/10\.0\.0\.5/, '10.0.0.5  # bind'), 'ServerIP', 'changed', 'without the comment'],
    ['blanks behind', line(/5038/, '5038 '), 'AsteriskServerPort', 'changed', 'without the blanks'],
    ['no value', line(/= crm-secret/, '='), 'VtigerSecretKey', 'ignored', 'it has no value'],
    ['only a comment', line(/= crm-secret/, '= // secret'), 'VtigerSecretKey', 'ignored', 'it has no value'],
    ['every address', line(/10\.0\.0\.5/, '0.0.0.0'), 'ServerIP', 'changed', 'recordings.public_url'],
    ['https', line(/http:/, 'https:'), 'VtigerURL', 'changed', 'its certificate is checked'],
    [
      'a slip',
      line(/AsteriskPassword/, 'AsteriskPasword'),
      'AsteriskPasword',
      'ignored',
      'was AsteriskPassword meant?',
    ],
    [
      'an unknown name',
      `${salesplatform}Zzzzzzzzzzzzz=1\n`,
      'Zzzzzzzzzzzzz',
      'ignored',
      'no setting that this connector knows',
    ],
    ['the key not asked for', line(/=true/, '=false'), 'CheckKeyOnListenRequest', 'changed', 'never given out without'],
    ['a server’s mark', `${salesplatform}CrmServerId = 3\n`, 'CrmServerId', 'ignored', 'does not read'],
  ])('%s', (_, text, name, fate, why) => {
    expect(fates(text)[name]).toEqual([fate, expect.stringContaining(why)]);
  });

  test('a name that stands again, with both lines', () => {
    const { origins, values } = importProperties(`${salesplatform}VtigerSecretKey = second\n`);
    expect(values['crm']).toMatchObject({ token: 'second' });
    expect(origins?.filter(({ name }) => name === 'VtigerSecretKey')).toEqual([
      {
        name: 'VtigerSecretKey',
        where: 'line 9',
        fate: 'ignored',
        keys: [],
        why: 'it stands again in line 13, which counts',
      },
      { name: 'VtigerSecretKey', where: 'line 13', fate: 'carried over', keys: ['crm.token'], why: '' },
    ]);
  });

  test('the names of both connectors, of which the later counts', () => {
    const { origins, values } = importProperties(
      `CrmURL = http://other\nCrmSecretKey = x\n${salesplatform}CrmSecretKey = y\n`,
    );
    expect(values['crm']).toEqual({ url: 'http://crm.example', token: 'y' });
    expect(origins?.filter(({ why }) => why.includes('says the same')).map(({ name, fate }) => [name, fate])).toEqual([
      ['CrmURL', 'ignored'],
      ['VtigerSecretKey', 'ignored'],
    ]);
  });

  test('that the key was not asked for, where nothing is said of it', () => {
    const source = importProperties(line(/Check.*\n/, ''));
    expect(source.remarks).toEqual([expect.stringContaining('which meant false')]);
    expect(source.notes).toContain(source.remarks?.[0]);
    expect(importProperties(salesplatform).remarks).toEqual([]);
  });
});

test('phones with a protocol of their own', () => {
  const source = importProperties(`${salesplatform}101 = PJSIP\n102=IAX2 // mobile\n103 =\n+7 = SIP\n`);
  expect(source.values['extensions']).toEqual({
    technology: 'SIP',
    technologies: { '101': 'PJSIP', '102': 'IAX2', '+7': 'SIP' },
  });
  expect(source.origins?.slice(-4).map(({ name, fate }) => [name, fate])).toEqual([
    ['101', 'carried over'],
    ['102', 'carried over'],
    ['103', 'ignored'],
    ['+7', 'carried over'],
  ]);
});

describe('variables', () => {
  test.each<[string, string[] | undefined, string]>([
    ['A,B', ['A', 'B'], 'carried over'],
    [' A , B,, A ', ['A', 'B'], 'carried over'],
    ['A,callUUID,1x', ['A'], 'changed'],
    ['channel', undefined, 'ignored'],
    ['// a list of them, with commas', undefined, 'ignored'],
  ])('%s', (written, names, fate) => {
    const text = line(/LookUpVariablesNames=/, `LookUpVariablesNames=${written}`);
    expect(importProperties(text).values['calls']).toEqual(
      names === undefined ? undefined : { lookup_variables: names },
    );
    expect(fates(text)['LookUpVariablesNames']?.[0]).toBe(fate);
  });
});

describe('CrmURL and CrmURLPrefix', () => {
  test.each([
    ['http://crm/vt/', '/modules/PBXManager/callbacks/PBXManager.php', 'http://crm/vt/'],
    ['http://crm/vt', '', 'http://crm/vt'],
    ['http://crm/vt/', '/other/hook.php', 'http://crm/vt/other/hook.php'],
    ['http://crm', 'other/hook.php // ours', 'http://crm/other/hook.php'],
  ])('%s and %s', (url, prefix, address) => {
    const text = integrator
      .replace(/CrmURL = .*/, `CrmURL = ${url}`)
      .replace(/CrmURLPrefix = .*/, `CrmURLPrefix = ${prefix}`);
    expect(importProperties(text).values['crm']).toMatchObject({ url: address });
  });
});

describe('faults', () => {
  const problemsOf = (text: string) => {
    const result = loadConfig({ file: '/x/a.properties', env: {}, read: () => text });
    return result.ok ? [] : result.problems;
  };

  test('are named as the file names them, with their line', () => {
    const text = line(/= ami-secret/, '=')
      .replace('ServerPort = 5000', 'ServerPort = 50OO')
      .replace(/VtigerURL.*\n/, '');
    expect(problemsOf(text)).toEqual([
      { key: 'AsteriskPassword', where: 'line 7', expected: expect.any(String), got: 'nothing' },
      { key: 'crm.url', expected: expect.any(String), got: 'nothing' },
      { key: 'ServerPort', where: 'line 2', expected: expect.any(String), got: '"50OO"' },
    ]);
  });

  test('a protocol that is none', () => {
    expect(problemsOf(`${salesplatform}101 = PJSIP\n102 = PJ SIP\n`)).toMatchObject([
      { key: 'extensions.technologies 102', where: 'line 14', got: '"PJ SIP"' },
    ]);
  });

  test('a bad escape, for which Java refuses the file', () => {
    expect(problemsOf(line(/= \.\.\/db/, String.raw`= C:\users`))).toMatchObject([{ key: 'line 3' }]);
    expect(problemsOf(line(/= \.\.\/db/, String.raw`= C:\\users`))).toEqual([]);
  });

  test('a value in another encoding; one that is not used may be', () => {
    expect(problemsOf(line(/ami-secret/, 'ami-\uFFFD'))).toMatchObject([
      { key: 'AsteriskPassword', hint: expect.stringContaining('UTF-8') },
    ]);
    expect(problemsOf(line(/\.\.\/db/, '../\uFFFD'))).toEqual([]);
  });

  test.each([
    ['UTF-16', Buffer.from(`\uFEFF${salesplatform}`, 'utf16le').toString('utf8'), 'UTF-16'],
    ['bytes', `ELF\0\0\0\0\u0001${salesplatform}`, 'no text file'],
  ])('%s', (_, text, hint) => {
    expect(problemsOf(text)).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });

  test('a file without an end', () => {
    expect(problemsOf(salesplatform.repeat(5000))).toMatchObject([
      { expected: expect.stringContaining('a million characters') },
    ]);
  });
});

test('no secret is in what is told', () => {
  const { origins, notes, problems } = importProperties(
    `${salesplatform}${salesplatform.replaceAll('-secret', '-secret // x')}AsteriskPasswort = ami-secret\n`,
  );
  expect(JSON.stringify({ origins, notes, problems })).not.toMatch(/(?:ami|crm)-secret/);
});

describe('lines', () => {
  test.each<[string, [string, string][]]>([
    ['a', [['a', '']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a = = b', [['a', '= b']]],
    ['a b:c', [['a', 'b:c']]],
    [String.raw`a\ b\=c : d`, [['a b=c', 'd']]],
    [String.raw`a=\t\n\q\\`, [['a', '\t\nq\\']]],
    ['a=b\\', [['a', 'b']]],
    [
      'a=b\\\\\nc=d',
      [
        ['a', 'b\\'],
        ['c', 'd'],
      ],
    ],
    ['a=b\\\n#c', [['a', 'b#c']]],
    [
      'a=b\\\n\nc=d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['# a\\\nb=c', [['b', 'c']]],
    [String.raw`a=\uD83D\uDE00`, [['a', '😀']]],
    [String.raw`a=\\u0041`, [['a', String.raw`\u0041`]]],
  ])('%j', (text, properties) => {
    const read = readProperties(text);
    expect(read.properties.map(({ name, value }) => [name, value])).toEqual(properties);
    expect(read.badEscapes).toEqual([]);
  });

  test('any text is read without a throw', () => {
    const piece = fc.constantFrom(
      '\\',
      '\\u',
      '\n',
      '\r',
      '=',
      ':',
      ' ',
      '#',
      '//',
      'ServerIP',
      '101',
      '\uFEFF',
      'x',
      '0041',
      '\0',
      '__proto__',
      'constructor',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (written) => {
        expect(Array.isArray(importProperties(written).problems)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('a value keeps its characters when it is escaped as Java does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const escaped = [...Array(value.length).keys()].map(
          (at) => `\\u${value.charCodeAt(at).toString(16).padStart(4, '0')}`,
        );
        expect(readProperties(`k=${escaped.join('')}`).properties[0]?.value).toBe(value);
      }),
    );
  });

  // Twice the text must not take much more than twice the steps.
  test.each([
    ['backslashes', `a=${'\\'.repeat(400_001)}`],
    ['lines that go on', 'a\\\n'.repeat(130_000)],
    ['escapes', `a=${'\\u0041'.repeat(60_000)}`],
    ['bad escapes', `a=${'\\u'.repeat(200_000)}`],
    ['blanks', `AsteriskUsername=a${' '.repeat(400_000)}b`],
    ['slashes', `AsteriskPassword=${'/ '.repeat(200_000)}`],
    ['names', 'a=1\n'.repeat(100_000)],
  ])('400,000 characters of %s end', { timeout: 10_000 }, (_, text) => {
    expect(importProperties(text).problems.length).toBeLessThan(2);
  });
});
