import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importAsterlink } from '../../src/config/import-asterlink.ts';
import { loadConfig } from '../../src/config/load.ts';

const shipped = `---
log_level: trace
ami:
  host: pbx.example
  user: link
  pass: ami-secret
  port: 5039
dialplan:
  incoming_context:
  - from-pstn
  outgoing_context: [macro-dialout-trunk]
  ext_context:
  - macro-dial-one
  dial_context: from-internal
pbx:
  dids:
  - '561600'
  cid_format:
  - {expr: "^\\\\d{9}$", repl: "+998$0"} 		# +998 XX
bitrix24:
  webhook_url: https://mycrm.example/rest/1/mytoken/
  webhook_originate_token: other-secret
`;

const expected = {
  ami: { host: 'pbx.example', username: 'link', secret: 'ami-secret', port: '5039' },
  click_to_call: { context: 'from-internal' },
  database: { path: 'connector.db' },
  log: { level: 'debug' },
};

const line = (pattern: RegExp, replacement: string) => shipped.replace(pattern, replacement);
const crm = { CONNECTOR_CRM_URL: 'http://crm', CONNECTOR_CRM_TOKEN: 'crm-secret' };
const problemsOf = (text: string) => {
  const result = loadConfig({ file: '/x/conf.yml', env: crm, read: () => text });
  return result.ok ? [] : result.problems;
};

describe('the same settings, however they are written', () => {
  test.each<[string, string]>([
    ['as shipped', shipped],
    ['with CRLF', shipped.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${shipped}`],
    ['with comments in another encoding', `# \uFFFD\uFFFD\n${shipped}`],
    ['with quotes', line(/: ami-secret/, ': "ami-secret"')],
    [
      'in flow style',
      line(/ami:\n.*\n.*\n.*\n.*\n/, 'ami: {host: pbx.example, user: link, pass: ami-secret, port: 5039}\n'),
    ],
    ['with anchors', line(/pass: ami-secret/, 'pass: &p ami-secret').replace('other-secret', '*p')],
    [
      'with an anchor before',
      `base: &b {user: link, pass: ami-secret}\n${shipped.slice(4)}`.replace(/ {2}user.*\n {2}pass.*\n/, '  <<: *b\n'),
    ],
    [
      'with keys that stand again',
      shipped.replace('ami:', 'ami: {host: other}\nami:').replace('  user:', '  user: other\n  user:'),
    ],
    ['with more sections', `${shipped}suitecrm:\n  url: http://s\nother: 5\n`],
  ])('%s', (_, text) => {
    const source = importAsterlink(text);
    expect(source.problems).toEqual([]);
    expect(source.values).toEqual(expected);
    expect(problemsOf(text)).toEqual([]);
  });
});

test('each setting is told once, with its fate', () => {
  const told = importAsterlink(shipped).origins?.map(({ name, where, fate, keys }) => [name, where, fate, ...keys]);
  expect(told).toEqual([
    ['log_level', 'line 2', 'changed', 'log.level'],
    ['ami.host', 'line 4', 'carried over', 'ami.host'],
    ['ami.user', 'line 5', 'carried over', 'ami.username'],
    ['ami.pass', 'line 6', 'carried over', 'ami.secret'],
    ['ami.port', 'line 7', 'carried over', 'ami.port'],
    ['dialplan.incoming_context', 'line 9', 'ignored'],
    ['dialplan.outgoing_context', 'line 11', 'ignored'],
    ['dialplan.ext_context', 'line 12', 'ignored'],
    ['dialplan.dial_context', 'line 14', 'carried over', 'click_to_call.context'],
    ['pbx.dids', 'line 16', 'ignored'],
    ['pbx.cid_format', 'line 18', 'ignored'],
    ['bitrix24.webhook_url', 'line 21', 'ignored'],
    ['bitrix24.webhook_originate_token', 'line 22', 'ignored'],
  ]);
  expect(JSON.stringify(importAsterlink(shipped).origins)).not.toMatch(/ami-secret|other-secret|mytoken/);
});

test.each([
  ['info', 'info', 'carried over'],
  ['WARNING', 'warn', 'changed'],
  ['panic', 'error', 'changed'],
])('log_level %s is %s', (theirs, ours, fate) => {
  const source = importAsterlink(line(/trace/, theirs));
  expect(source.values['log']).toEqual({ level: ours });
  expect(source.origins?.[0]?.fate).toBe(fate);
});

describe('what cannot be taken', () => {
  test.each<[string, string, string]>([
    ['no value', line(/pass: .*/, 'pass:'), 'ami.pass'],
    ['null', line(/pass: .*/, 'pass: ~'), 'ami.pass'],
    ['a list', line(/pass: .*/, 'pass: [a]'), 'ami.pass'],
    ['a port that is none', line(/5039/, '50E9'), 'ami.port'],
  ])('%s, named as the file names it', (_, text, key) => {
    expect(problemsOf(text)[0]?.key.replace('ami.secret', 'ami.pass')).toBe(key);
  });

  test('the CRM, which it does not know, is still to be given', () => {
    const result = loadConfig({ file: '/x/conf.yml', env: {}, read: () => shipped });
    expect(result).toMatchObject({ ok: false, problems: [{ key: 'crm.url' }, { key: 'crm.token' }] });
  });

  test.each<[string, string, string]>([
    ['tabs', line(/ {2}host/, '\thost'), 'indentation by blanks'],
    ['no end of a list', line(/\[macro/, '[macro-dial, [macro'), 'line'],
    ['an alias without an anchor', line(/: ami-secret/, ': *nobody'), 'the value itself'],
    ['two documents', `${shipped}---\nami: {}\n`, 'one document'],
  ])('%s', (_, text, word) => {
    const source = importAsterlink(text);
    expect(source.isBroken).toBe(true);
    expect(JSON.stringify(source.problems)).toContain(word);
    expect(JSON.stringify(source.problems)).not.toContain('ami-secret');
  });

  test('aliases upon aliases', () => {
    const levels = Array.from({ length: 12 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`);
    const text = `a0: &a0 x\n${levels.join('\n')}\npbx: *a12\n`;
    const before = Date.now();
    expect(importAsterlink(text).isBroken).toBe(true);
    expect(Date.now() - before).toBeLessThan(2000);
  });
});

test('any piece of it, and any mixture, is read without a throw', () => {
  for (let end = 0; end <= shipped.length; end += 1) importAsterlink(shipped.slice(0, end));
  const piece = fc.constantFrom(
    'ami:',
    ' ',
    '\n',
    '  ',
    'x',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '<<: ',
    '- ',
    '"',
    '!!t ',
    'pbx:',
    '\t',
    '? ',
    '__proto__: ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { isBroken, problems } = importAsterlink(pieces.join(''));
      expect(problems.length > 0).toBe(isBroken === true);
    }),
    { numRuns: 2000 },
  );
});
