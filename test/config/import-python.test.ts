import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importPython } from '../../src/config/import-python.ts';
import { loadConfig } from '../../src/config/load.ts';
import { tokenize } from '../../src/config/python-tokens.ts';

const indented = `class Config:
    ami_params = {
        'host': 'localhost',
        'username': 'test',
        'secret': 'test',
    }
    vtiger_url = 'http://vtiger/modules/PBXManager/callbacks/PBXManager.php'
    vtiger_token = 'abracadabra'
    click2call_bind_addr = '0.0.0.0'
    click2call_port = '5000'
    record_domain = '172.16.1.1'
    db_path = 'connector.db'
`;
/** As the vendor's article shows it: without any indentation. */
const published = indented.replace(/^ +/gm, '');

const expected = {
  ami: { host: 'localhost', username: 'test', secret: 'test' },
  crm: { url: 'http://vtiger/modules/PBXManager/callbacks/PBXManager.php', token: 'abracadabra' },
  http: { bind: '0.0.0.0', port: '5000' },
  recordings: { public_url: 'http://172.16.1.1:5000' },
  database: { path: 'connector.node.db' },
  // It cannot say which contexts the CRM may name, and the Python connector took any.
  click_to_call: { allowed_contexts: ['*'] },
};

const line = (pattern: RegExp, replacement: string) => indented.replace(pattern, replacement);

describe('the same settings, however they are written', () => {
  test.each<[string, string]>([
    ['indented', indented],
    ['as published', published],
    ['with tabs', indented.replaceAll('    ', '\t')],
    ['with CRLF', indented.replaceAll('\n', '\r\n')],
    ['with CR', indented.replaceAll('\n', '\r')],
    ['with a byte order mark', `\uFEFF${indented}`],
    ['with no-break blanks', indented.replaceAll('    ', '\u00a0\u00a0')],
    ['without a line break at its end', indented.trimEnd()],
    ['in double quotes', indented.replaceAll("'", '"')],
    ['in triple quotes', indented.replaceAll("'", "'''")],
    ['as raw and unicode texts', line(/'abracadabra'/, "r'abracadabra'").replace("'0.0.0.0'", "U'0.0.0.0'")],
    ['with a base class', line(/class Config/, 'class Config(object, metaclass=Some(1))')],
    ['without the class', published.replace('class Config:\n', '')],
    [
      'with coding and imports',
      `#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\nimport os\nfrom x import (y,\n z)\n${indented}`,
    ],
    ['with docstrings', line(/class Config:/, '"""Module\'s"""\nclass Config:\n  """Settings\n  x = 1\n  """')],
    ['with comments', line(/'test',\n/, "'test',  # a comment with 'quote\n")],
    ['with dict()', line(/\{[^}]*\}/, "dict(host='localhost', username='test',\n secret='test',)")],
    ['with a dict of one line', line(/\{[^}]*\}/, "{'host':'localhost','username':'test','secret':'test'}")],
    ['with texts side by side', line(/'abracadabra'/, "'abra' \"cad\" r'abra'")],
    ['with texts in brackets', line(/'abracadabra'/, "(\n'abra'\n  'cadabra')")],
    ['with a line joined by a backslash', line(/= 'abracadabra'/, "= \\\n 'abracadabra'")],
    [
      'with escapes',
      line(
        /'abracadabra'/,
        String.raw`'\x61\142\u0072\U00000061\
cadabra'`,
      ),
    ],
    ['with the port as a number', line(/'5000'/, '5000')],
    ['with the port as a number in hex', line(/'5000'/, '0x1388')],
    ['with annotations', line(/vtiger_token =/, 'vtiger_token: typing.Optional[str] =')],
    ['with semicolons', line(/'abracadabra'\n +/, "'abracadabra'; ")],
    [
      'in another order',
      indented
        .split('\n')
        .toSorted(
          (a, b) =>
            Number(a.includes('ami_') || /^ {4}[ }]|^class/.test(a)) -
            Number(b.includes('ami_') || /^ {4}[ }]|^class/.test(b)),
        )
        .join('\n'),
    ],
    ['with pass', `${indented}\n    pass\n`],
  ])('%s', (_, text) => {
    const source = importPython(text);
    expect(source.problems).toEqual([]);
    expect(source.values).toEqual(expected);
  });
});

test('it makes a whole configuration, its paths relative to its folder', () => {
  const result = loadConfig({ file: '/opt/connector/config.py', env: {}, read: () => published });
  expect(result).toMatchObject({
    ok: true,
    config: {
      ami: { host: 'localhost', port: 5038, username: 'test', secret: 'test' },
      crm: { url: 'http://vtiger/modules/PBXManager/callbacks/PBXManager.php', token: 'abracadabra' },
      http: { bind: '0.0.0.0', port: 5000 },
      recordings: { public_url: 'http://172.16.1.1:5000' },
      database: { path: '/opt/connector/connector.node.db' },
    },
  });
});

test('the environment goes before config.py too', () => {
  const env = { CONNECTOR_CRM_TOKEN: 'other', CONNECTOR_AMI_PORT: '5039' };
  const result = loadConfig({ file: '/opt/config.py', env, read: () => indented });
  expect(result).toMatchObject({ ok: true, config: { ami: { port: 5039 }, crm: { token: 'other' } } });
});

describe('escapes, by what stands before the quotes', () => {
  test.each([
    [String.raw`'\u0061\x62\n'`, 'ab\n'],
    [String.raw`u'\u0061'`, 'a'],
    [String.raw`b'\u0061\x62'`, String.raw`\u0061b`],
    [String.raw`B'\U00000061'`, String.raw`\U00000061`],
    [String.raw`b'\\u0061'`, String.raw`\u0061`],
    [String.raw`r'\x62'`, String.raw`\x62`],
    [String.raw`Rb'\x62'`, String.raw`\x62`],
    [String.raw`bR"\x62"`, String.raw`\x62`],
    [String.raw`b'''a"\'b'''`, `a"'b`],
  ])('%s', (written, value) => {
    const source = importPython(`vtiger_token = ${written}`);
    expect(source.problems).toEqual([]);
    expect(source.values['crm']).toEqual({ token: value });
  });
});

describe('record_domain and click2call_port', () => {
  test.each<[string, string, string | undefined]>([
    ["'172.16.1.1'", "'5000'", 'http://172.16.1.1:5000'],
    ["'pbx.example'", '8080', 'http://pbx.example:8080'],
    ["'pbx.example:8443'", "'5000'", 'http://pbx.example:8443'],
    ["'https://pbx.example'", "'5000'", 'https://pbx.example'],
    ["'http://pbx.example:81/rec'", "'5000'", 'http://pbx.example:81/rec'],
    ["'pbx.example/rec'", "'5000'", 'http://pbx.example:5000/rec'],
    ["'fd00::5'", "'5000'", 'http://[fd00::5]:5000'],
    ["'[fd00::5]'", "'5000'", 'http://[fd00::5]:5000'],
    ["' pbx.example '", "' 5000 '", 'http://pbx.example:5000'],
    ["''", "'5000'", undefined],
    ['None', "'5000'", undefined],
    ["'0.0.0.0'", "'5000'", undefined],
  ])('%s and %s', (domain, port, url) => {
    const source = importPython(line(/'172.16.1.1'/, domain).replace("'5000'", port));
    expect(source.problems).toEqual([]);
    expect(source.values['recordings']).toEqual(url === undefined ? undefined : { public_url: url });
  });
});

describe('db_path: never the file of the Python connector', () => {
  test.each([
    ['connector.db', 'connector.node.db'],
    ['/var/lib/connector/calls.sqlite3', '/var/lib/connector/calls.node.sqlite3'],
    ['../db', '../db.node.db'],
    ['.db', '.db.node.db'],
    ['', undefined],
    [':memory:', undefined],
  ])('%s', (theirs, ours) => {
    const source = importPython(line(/'connector.db'/, `'${theirs}'`));
    expect(source.values['database']).toEqual(ours === undefined ? undefined : { path: ours });
  });
});

describe('what is no literal is a problem with its key and line', () => {
  test.each<[string, string, string]>([
    ["os.environ['TOKEN']", 'vtiger_token', 'computed by os'],
    ["getenv('TOKEN')", 'vtiger_token', 'computed by getenv'],
    ['TOKEN', 'vtiger_token', 'the name of something else, TOKEN'],
    ["f'abra{x}'", 'vtiger_token', 'a text with f before its quotes'],
    ["rf'abra{x}'", 'vtiger_token', 'a text with rf before its quotes'],
    ["'abra' b'' x'cadabra'", 'vtiger_token', 'a text with x before its quotes'],
    ["'abra' f'{x}'", 'vtiger_token', 'a text with f before its quotes'],
    ["'abra' + 'cadabra'", 'vtiger_token', 'computed'],
    ["'%s' % x", 'vtiger_token', 'computed'],
    ["'abra'.strip()", 'vtiger_token', 'computed'],
    ["'abra' if x else 'y'", 'vtiger_token', 'computed'],
    ["'abra',", 'vtiger_token', 'a list, because of the comma after it'],
    ['lambda: 1', 'vtiger_token', 'the name of something else, lambda'],
    ['', 'vtiger_token', 'missing'],
    ['‘abra’', 'vtiger_token', 'not in straight quotes but in ‘'],
    ['+5', 'vtiger_token', 'not a value, from + on'],
  ])('%s', (value, name, why) => {
    const text = line(/'abracadabra'/, value);
    const result = loadConfig({ file: '/x/config.py', env: {}, read: () => text });
    expect(result).toEqual({
      ok: false,
      problems: [
        {
          key: name,
          where: 'line 8',
          expected: `the value itself, in quotes; it is ${why}`,
          hint: expect.stringContaining('CONNECTOR_CRM_TOKEN'),
        },
      ],
    });
  });

  test.each(['True', "['a']", "('a', 'b')", "{'a': 'b'}", '()'])('%s is no text either', (value) => {
    expect(importPython(line(/'abracadabra'/, value)).problems).toMatchObject([{ key: 'crm.token', where: 'line 8' }]);
  });

  test('within ami_params, only the entry itself', () => {
    const text = line(/'secret': 'test'/, "'secret': open('/etc/x').read().strip(), 'port': 5039");
    const source = importPython(text);
    expect(source.problems).toMatchObject(
      [{ key: 'ami.secret', where: 'line 5', expected: /computed by open/ }].map((p) => ({
        ...p,
        expected: expect.stringMatching(p.expected),
      })),
    );
    expect(source.values['ami']).toEqual({ host: 'localhost', username: 'test', port: '5039' });
  });

  test.each([
    ['if DEBUG:', 2],
    ['for x in y: pass', 2],
    ["ami_params['port'] = 5039", 2],
    ['a, b = 1, 2', 2],
    ["vtiger_token += 'x'", 2],
    ['@decorated', 2],
    ['class', 2],
    ["token = 'never closed", 2],
    ['more = {', 2],
    ['def secret(self): return 1', 2],
  ])('a line that only Python could understand: %s', (written, at) => {
    const text = line(/class Config:\n/, `class Config:\n${written}\n`);
    expect(importPython(text).problems).toMatchObject([{ key: `line ${at}` }]);
  });

  test('ami_params that is no dict', () => {
    const source = importPython(line(/\{[^}]*\}/, 'load_params()'));
    expect(source.problems).toMatchObject([{ key: 'ami_params', where: 'line 2' }]);
  });

  test.each(['**other', 'HOST: 1', "'a' 'b'", '1: 2'])('ami_params with an entry without a name: %s', (entry) => {
    expect(importPython(line(/'host': 'localhost'/, entry)).problems).toMatchObject([
      { key: 'ami_params', where: 'line 3' },
    ]);
  });
});

test('a port below nothing is told as any other wrong port', () => {
  const result = loadConfig({ file: '/x/config.py', env: {}, read: () => line(/'5000'/, '-5') });
  expect(result).toMatchObject({ ok: false, problems: [{ key: 'click2call_port', where: 'line 10', got: '"-5"' }] });
});

test('what is missing is named as config.py names it', () => {
  const text = line(/ +vtiger_token.*\n/, '')
    .replace(/ +'secret'.*\n/, '')
    .replace("'5000'", "'50OO'");
  const result = loadConfig({ file: '/x/config.py', env: {}, read: () => text });
  expect(result).toMatchObject({
    ok: false,
    problems: [
      { key: "ami_params['secret']", got: 'nothing' },
      { key: 'vtiger_token', got: 'nothing' },
      { key: 'click2call_port', where: 'line 8', got: '"50OO"' },
    ],
  });
});

test('what is not used is said, and what stands twice', () => {
  const text = `${indented}    timezone = pytz.timezone('Europe/Moscow')\n    vtiger_token = 'second'\nclass Test(Config):\n    vtiger_token = 'third'\n`;
  const source = importPython(
    line(/'host'/, "'ping_delay': 10, 'host': 'first', 'host'").replace(indented, '') && text,
  );
  expect(source.problems).toEqual([]);
  expect(source.values['crm']).toMatchObject({ token: 'second' });
  expect(source.notes).toEqual(
    expect.arrayContaining([
      'timezone (line 13) is not used by this connector',
      'vtiger_token stands in line 8 and again in line 14, which counts',
      'line 15: class Test is not read, only class Config is',
    ]),
  );
  expect(source.notes.join('\n')).not.toMatch(/abracadabra|second|third/);
});

test('entries of ami_params that are not used or stand twice', () => {
  const source = importPython(line(/'host'/, "'ping_delay': 10, 'host': 'first', 'host'"));
  expect(source.values['ami']).toEqual(expected.ami);
  expect(source.notes).toEqual(
    expect.arrayContaining([
      "ami_params['ping_delay'] (line 3) is not used by this connector",
      "ami_params['host'] stands in line 3 and again in line 3, which counts",
    ]),
  );
});

test('no problem shows a secret', () => {
  const secret = 'Tr0ub4dor';
  for (const value of [
    `'${secret}`,
    `'${secret}' + x`,
    `f'${secret}'`,
    `'''${secret}`,
    `${secret}`.toLowerCase().slice(0, 0),
  ]) {
    const result = loadConfig({ file: '/x/config.py', env: {}, read: () => line(/'abracadabra'/, value) });
    expect(JSON.stringify(result)).not.toContain(secret);
    expect(result.ok).toBe(false);
  }
});

/** Pieces that are likely to meet a branch of the reader. */
const pythonish = fc
  .array(
    fc.constantFrom(
      ...[
        'class Config:',
        '\n',
        ' ',
        '\t',
        "'",
        '"',
        "'''",
        '"""',
        '\\',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '=',
        '#',
        ';',
      ],
      ...[
        'ami_params',
        'vtiger_url',
        'dict',
        'None',
        'x',
        '0x1f',
        '1e5',
        '-',
        '.',
        '\r\n',
        '\uFEFF',
        '\u0000',
        '“',
        '😀',
        'f',
        "r'",
        "\\N{x}'",
        '\\x',
      ],
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

describe('any text', () => {
  test('is read without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(pythonish, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const source = importPython(text);
        expect(Array.isArray(source.problems)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('any piece of a good file is read without a throw', () => {
    for (let end = 0; end <= indented.length; end += 1) importPython(indented.slice(0, end));
    for (let start = 0; start <= indented.length; start += 1) importPython(indented.slice(start));
  });

  test('a text in quotes keeps its value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        // JSON's escapes mean the same in Python but for the slash, which it does not use.
        const source = importPython(`vtiger_token = ${JSON.stringify(value)}`);
        expect(source.values['crm']).toEqual({ token: value });
      }),
    );
  });

  // Twice the text must not take much more than twice the steps: with the square of it, these would take minutes.
  test.each([
    ['brackets', '('.repeat(400_000)],
    ['braces', "{'a':".repeat(100_000)],
    ['closing brackets', ')'.repeat(400_000)],
    ['quotes', "x='\n".repeat(100_000)],
    ['triple quotes', "'''".repeat(133_333)],
    ['backslashes', `x='${'\\'.repeat(400_000)}`],
    ['texts side by side', `x=${"'a' ".repeat(100_000)}`],
    ['digits', '1_'.repeat(200_000)],
    ['commas', `x=[${','.repeat(400_000)}]`],
    ['minus', `x=${'-'.repeat(400_000)}1`],
    ['names', 'a '.repeat(200_000)],
    ['classes', 'class A(\n'.repeat(40_000)],
    ['lists', `x=${'[1,'.repeat(100_000)}`],
  ])('400,000 characters of %s end', { timeout: 20_000 }, (_, text) => {
    expect(tokenize(text).tokens.at(-1)?.kind).toBe('end');
    expect(importPython(text).values).toBeDefined();
  });
});
