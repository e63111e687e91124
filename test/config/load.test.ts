import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultFile } from '../../src/config/default-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import { settingKeys } from '../../src/config/setting-keys.ts';

const base = `ami:
  username: connector
  secret: ami-secret
crm:
  url: http://crm.example/modules/PBXManager/callbacks/PBXManager.php
  token: crm-token
  time_zone: Europe/Moscow
`;
/** base with further lines below one of its sections, or sections below it. */
const ami = (lines: string) => base.replace('ami:\n', `ami:\n  ${lines}\n`);
const crm = (lines: string) => base.replace(/ {2}url.*/, `  url: ${lines}`);

type Env = Record<string, string>;
const load = (text: string, env: Env = {}, files: Env = {}) =>
  loadConfig({
    file: '/etc/asterisk-vtiger/connector.yaml',
    env,
    read(path) {
      const content = path.endsWith('connector.yaml') ? text : files[path];
      if (content === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return content;
    },
  });

function configOf(text: string, env: Env = {}, files: Env = {}) {
  const result = load(text, env, files);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

test.each(['dry-run', 'delete'])('recordings.retention: %s needs an age', (retention) => {
  expect(problemsOf(`${base}recordings: { retention: ${retention} }\n`)).toEqual([
    expect.objectContaining({
      key: 'recordings.delete_older_than_days',
      expected: `a number of days, as recordings.retention is ${retention}`,
    }),
  ]);
  expect(problemsOf(`${base}recordings: { retention: ${retention}, delete_older_than_days: 365 }\n`)).toEqual([]);
});

test('crm.connections_at_most is no fewer than crm.connections', () => {
  expect(problemsOf(`${base}  connections_at_most: 1\n`)).toEqual([
    expect.objectContaining({
      key: 'crm.connections_at_most',
      expected: 'no fewer than crm.connections, which are always allowed (2)',
      got: '1',
    }),
  ]);
  const both = configOf(`${base}  connections: 1\n  connections_at_most: 1\n`).crm;
  expect(both).toMatchObject({ connections: 1, connections_at_most: 1 });
});

function problemsOf(text: string, env: Env = {}, files: Env = {}) {
  const result = load(text, env, files);
  return result.ok ? [] : result.problems;
}

test('with nothing but the required keys, everything has its default', () => {
  expect(configOf(base)).toEqual({
    ami: {
      host: 'localhost',
      port: 5038,
      username: 'connector',
      secret: 'ami-secret',
      ping_interval_seconds: 10,
      presume_dead_seconds: 300,
      compare_seconds: 60,
      ping_timeout_seconds: 5,
      action_timeout_seconds: 5,
    },
    crm: {
      url: 'http://crm.example/modules/PBXManager/callbacks/PBXManager.php',
      token: 'crm-token',
      call_id_prefix: '',
      dialect: 'auto',
      time_zone: 'Europe/Moscow',
      timeout_seconds: 60,
      connections: 2,
      connections_at_most: 64,
      ca_file: null,
    },
    http: {
      bind: '127.0.0.1',
      port: 5000,
      close_grace_seconds: 5,
      live_streams: 500,
      tls_certificate_file: null,
      tls_key_file: null,
      trusted_proxies: [],
      monitors: ['127.0.0.1', '::1'],
      monitor_token: '',
      metrics: false,
    },
    recordings: {
      roots: ['/var/spool/asterisk/monitor'],
      public_url: 'http://127.0.0.1:5000',
      path_map: [],
      players: 'all',
      settle_seconds: 2,
      give_up_minutes: 30,
      transcoder: 'auto',
      transcoder_path: null,
      cache_path: '/etc/asterisk-vtiger/connector.db.transcoded',
      cache_mb: 1024,
      retention: 'off',
      delete_older_than_days: null,
    },
    database: { path: '/etc/asterisk-vtiger/connector.db' },
    extensions: { pattern: '^[0-9]{2,6}$', technology: 'auto', technologies: {} },
    trunks: [],
    numbers: { country: 'none', area_code: '', to_crm: 'auto', to_dialplan: 'as-is', of_users: [] },
    click_to_call: {
      context: 'vtiger',
      allowed_contexts: [],
      ring_seconds: 30,
      double_click_seconds: 2,
      clicks_per_second: 50,
      caller_name: '',
      plain_variables: [],
      variable_prefix: 'CRM_',
      dial_prefix: '',
    },
    calls: {
      late_event_seconds: 2,
      hangup_grace_seconds: 1,
      keep_unrung_days: 90,
      keep_days: 90,
      lookup_variables: [],
      missed_extension: '',
      missed_extensions: {},
    },
    outbox: { keep_delivered_days: 30 },
    cdr: {
      source: 'auto',
      file: '/var/log/asterisk/cdr-csv/Master.csv',
      columns: [],
      server: 'localhost',
      port: 0,
      user: 'asteriskuser',
      password: '',
      database: 'asteriskcdrdb',
      table: 'cdr',
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      after_outage: 'yes',
    },
    log: { level: 'info', format: 'text', parts: {}, mask_numbers: false },
  });
});

describe('the same configuration, however it is written', () => {
  test.each([
    ['with CRLF', base.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${base}`],
    ['without a line break at its end', base.trimEnd()],
    ['with a document start', `---\n${base}`],
    ['with comments, also in an old encoding', `# \uFFFD\uFFFD\n${base}# end`],
    ['with empty keys and sections', `${ami('host:')}http:\nrecordings: ~\ntrunks: null\n`],
    [
      'in flow style',
      '{ami: {username: connector, secret: "ami-secret"}, crm: {url: "http://crm.example/modules/PBXManager/callbacks/PBXManager.php", token: crm-token, time_zone: Europe/Moscow}}',
    ],
  ])('%s', (_, text) => {
    expect(load(text)).toEqual(load(base));
    expect(load(text).ok).toBe(true);
  });
});

describe('values mean what they look like', () => {
  test.each<[string, string, unknown]>([
    ['a token of digits keeps its zeros', base.replace('crm-token', '0123'), { crm: { token: '0123' } }],
    ['a token like a number', base.replace('crm-token', '1e5'), { crm: { token: '1e5' } }],
    ['a secret like a truth value', base.replace('ami-secret', 'yes'), { ami: { secret: 'yes' } }],
    ['a token with # and : inside', base.replace('crm-token', 'a#b:c'), { crm: { token: 'a#b:c' } }],
    ['blanks of a quoted token count', base.replace('crm-token', "' t '"), { crm: { token: ' t ' } }],
    ['a quoted number', ami('port: "5039"'), { ami: { port: 5039 } }],
    ['a part of a second', `${base}calls: {late_event_seconds: 0.5}`, { calls: { late_event_seconds: 0.5 } }],
    [
      'extensions as keys',
      `${base}extensions: {technologies: {101: SIP, 0102: PJSIP}}`,
      { extensions: { technologies: { '101': 'SIP', '0102': 'PJSIP' } } },
    ],
    ['a list of numbers', `${base}trunks: [100, 0101]`, { trunks: ['100', '0101'] }],
    ['a list in one line', `${base}trunks: 100, provider-1 ,`, { trunks: ['100', 'provider-1'] }],
    ['roots in one line', `${base}recordings: {roots: "/a:/b, /c"}`, { recordings: { roots: ['/a', '/b', '/c'] } }],
    [
      'an IPv6 address',
      `${base}http: {bind: "::1", port: 8080}`,
      { http: { bind: '::1' }, recordings: { public_url: 'http://[::1]:8080' } },
    ],
    [
      'links from all addresses',
      `${base}http: {bind: 0.0.0.0}`,
      { recordings: { public_url: 'http://127.0.0.1:5000' } },
    ],
    [
      'slashes after a base',
      `${base}recordings: {public_url: "https://pbx.example/asterisk//"}`,
      { recordings: { public_url: 'https://pbx.example/asterisk' } },
    ],
    ['an absolute path', `${base}database: {path: /var/lib/x/c.db}`, { database: { path: '/var/lib/x/c.db' } }],
    ['a path above', `${base}database: {path: ../c.db}`, { database: { path: '/etc/c.db' } }],
    [
      'a path map into a root',
      `${base}recordings: {path_map: [{from: /rec, to: /var/spool/asterisk/monitor/a}]}`,
      { recordings: { path_map: [{ from: '/rec', to: '/var/spool/asterisk/monitor/a' }] } },
    ],
    [
      'a path map above a root',
      `${base}recordings: {roots: [/mnt/pbx/monitor], path_map: [{from: /var/spool, to: /mnt/pbx}]}`,
      { recordings: { roots: ['/mnt/pbx/monitor'] } },
    ],
  ])('%s', (_, text, expected) => {
    expect(configOf(text)).toMatchObject(expected as object);
  });
});

const endpoint = '/modules/PBXManager/callbacks/PBXManager.php';

describe('crm.url: the endpoint, or the CRM', () => {
  test.each([
    ['http://crm', `http://crm${endpoint}`],
    ['http://crm/', `http://crm${endpoint}`],
    ['https://crm:8443/vtigercrm', `https://crm:8443/vtigercrm${endpoint}`],
    ['https://crm/vtigercrm//', `https://crm/vtigercrm${endpoint}`],
    ['http://crm/index.php', `http://crm${endpoint}`],
    ['http://crm/vt/index.php?module=Home&view=DashBoard', `http://crm/vt${endpoint}`],
    ['http://crm/modules/PBXManager/callbacks/', `http://crm${endpoint}`],
    ['http://crm/vt/modules/PBXManager', `http://crm/vt${endpoint}`],
  ])('%s is completed, and it is said', (url, completed) => {
    const result = load(crm(url));
    expect(result).toMatchObject({ ok: true, config: { crm: { url: completed } } });
    expect(result.ok && result.notes).toEqual([`crm.url is taken for the CRM itself; callbacks go to ${completed}`]);
  });

  test.each([`http://crm${endpoint}`, 'http://proxy/own-name.php', `http://crm${endpoint}?x=1`])('%s stays', (url) => {
    expect(load(crm(url))).toMatchObject({ ok: true, config: { crm: { url } }, notes: [] });
  });
});

describe('notes', () => {
  test.each<[string, string, RegExp]>([
    ['no time zone', base.replace(/ {2}time_zone.*\n/, ''), /^crm.time_zone is not set: .*\$default_timezone/],
    ['blanks around the token', base.replace('crm-token', "'crm-token '"), /^crm.token begins or ends with a blank/],
    [
      'blanks around the secret',
      base.replace('ami-secret', "' ami-secret'"),
      /^ami.secret begins or ends with a blank/,
    ],
    ['links that only this machine can open', `${base}http: {bind: 0.0.0.0}`, /^recordings.public_url is not set/],
  ])('%s', (_, text, note) => {
    const result = load(text);
    expect(result.ok && result.notes).toEqual([expect.stringMatching(note)]);
    expect(JSON.stringify(result.ok && result.notes)).not.toMatch(/crm-token|ami-secret/);
  });

  test('the zone of the machine is used where none is given', () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(configOf(base.replace(/ {2}time_zone.*\n/, '')).crm.time_zone).toBe(zone);
  });
});

describe('a fault names its key, its line, what was expected and what was found', () => {
  const long = `http://${'a'.repeat(60)}.example/${'b'.repeat(60)}`;
  test.each<[string, string, string, string | undefined]>([
    // text, key, got, hint
    [ami('port: 50x'), 'ami.port', '"50x"', undefined],
    [ami('port: 0'), 'ami.port', '"0"', undefined],
    [ami('port: 65536'), 'ami.port', '"65536"', undefined],
    [ami('port: -1'), 'ami.port', '"-1"', undefined],
    [ami('port: 5038.5'), 'ami.port', '"5038.5"', undefined],
    [ami('port: 0x13ae'), 'ami.port', '"0x13ae"', undefined],
    [ami('port: [5038]'), 'ami.port', 'a list', undefined],
    [ami('host: {name: pbx}'), 'ami.host', 'a group of keys', undefined],
    [ami('host: http://pbx'), 'ami.host', '"http://pbx"', 'only the name or address, without http://'],
    [ami('host: pbx:5038'), 'ami.host', '"pbx:5038"', 'the port has a key of its own'],
    [ami('host: "[::1]"'), 'ami.host', '"[::1]"', 'an IPv6 address is written without brackets here'],
    [ami('host: pbx // the old one'), 'ami.host', '"pbx // the old one"', undefined],
    [ami('host: "p\\nbx"'), 'ami.host', '"p\\nbx"', undefined],
    [ami('ping_timeout_seconds: 5s'), 'ami.ping_timeout_seconds', '"5s"', undefined],
    [base.replace('connector', '"a\\r\\nAction: x"'), 'ami.username', '"a\\r\\nAction: x"', undefined],
    [crm('crm.example'), 'crm.url', '"crm.example"', 'it begins with http:// or https://, both slashes included'],
    [
      crm('http:/crm.example'),
      'crm.url',
      '"http:/crm.example"',
      'it begins with http:// or https://, both slashes included',
    ],
    [crm('http:///crm'), 'crm.url', '"http:///crm"', 'it begins with http:// or https://, both slashes included'],
    [crm('ftp://crm'), 'crm.url', '"ftp://crm"', 'it begins with http:// or https://, both slashes included'],
    [crm('http://crm example'), 'crm.url', '"http://crm example"', 'there is a blank in it'],
    [crm('http://crm:99999'), 'crm.url', '"http://crm:99999"', undefined],
    [crm('"http://crm/#top"'), 'crm.url', '"http://crm/#top"', 'without the part from # on'],
    [crm('http://joe:pw1@crm'), 'crm.url', '"http://...@crm"', 'without user and password'],
    [base.replace('Europe/Moscow', 'Europe/Moskow'), 'crm.time_zone', '"Europe/Moskow"', 'did you mean Europe/Moscow?'],
    [base.replace('Europe/Moscow', 'MSK+3 of the office'), 'crm.time_zone', '"MSK+3 of the office"', undefined],
    [`${base}  dialect: SalesPlatform`, 'crm.dialect', '"SalesPlatform"', undefined],
    [`${base}  dialect: vtiger`, 'crm.dialect', '"vtiger"', undefined],
    [`${base}  ca_file: /none.pem`, 'crm.ca_file', '/none.pem', "ENOENT: no such file, open '/none.pem'"],
    [
      `${base}http: {bind: "http://0.0.0.0"}`,
      'http.bind',
      '"http://0.0.0.0"',
      'only the name or address, without http://',
    ],
    [`${base}recordings: {roots: monitor}`, 'recordings.roots entry 1', '"monitor"', undefined],
    [`${base}recordings: {roots: [/a, /]}`, 'recordings.roots entry 2', '"/"', 'not the whole file system'],
    [`${base}recordings: {roots: [/a/../..]}`, 'recordings.roots entry 1', '"/a/../.."', 'without ..'],
    [`${base}recordings: {roots: []}`, 'recordings.roots', 'a list', undefined],
    [
      `${base}recordings: {public_url: pbx:5000}`,
      'recordings.public_url',
      '"pbx:5000"',
      'it begins with http:// or https://, both slashes included',
    ],
    [
      `${base}recordings: {public_url: "http://pbx/?a=b"}`,
      'recordings.public_url',
      '"http://pbx/?a=b"',
      'without ? and #: the connector adds its own',
    ],
    [
      `${base}recordings: {public_url: "http://0.0.0.0:5000"}`,
      'recordings.public_url',
      '"http://0.0.0.0:5000"',
      'nobody can open that address: name one that the CRM reaches',
    ],
    [`${base}recordings: {public_url: "${long}"}`, 'recordings.public_url', `"${long.slice(0, 100)}..."`, undefined],
    [`${base}recordings: {path_map: [{from: /a}]}`, 'recordings.path_map entry 1 to', 'nothing', undefined],
    [
      `${base}recordings: {path_map: [{from: /a, to: /mnt/b}]}`,
      'recordings.path_map entry 1 to',
      '"/mnt/b"',
      undefined,
    ],
    [`${base}numbers: {country: ru}`, 'numbers.country', '"ru"', undefined],
    [`${base}numbers: {country: RU, area_code: "0495"}`, 'numbers.area_code', '"0495"', undefined],
    [`${base}numbers: {country: RU, to_crm: "8"}`, 'numbers.to_crm', '"8"', undefined],
    [`${base}numbers: {area_code: "495"}`, 'numbers.area_code', '"495"', undefined],
    [`${base}numbers: {to_crm: e164}`, 'numbers.to_crm', '"e164"', undefined],
    [`${base}numbers: {to_dialplan: trunk}`, 'numbers.to_dialplan', '"trunk"', undefined],
    [`${base}numbers: {of_users: [+7 903 123-01-03, Ivan]}`, 'numbers.of_users entry 2', '"Ivan"', undefined],
    [
      `${base}extensions: {pattern: "["}`,
      'extensions.pattern',
      '"["',
      'not a regular expression: Unterminated character class',
    ],
    [
      `${base}extensions: {pattern: "([0-9]+)+"}`,
      'extensions.pattern',
      '"([0-9]+)+"',
      'a repeat or a choice inside a repeated group, as in (a+)+, can take forever',
    ],
    [
      `${base}extensions: {pattern: "([0-9])\\\\1"}`,
      'extensions.pattern',
      '"([0-9])\\\\1"',
      'back references are slow: not allowed',
    ],
    [`${base}extensions: {pattern: "${'1'.repeat(201)}"}`, 'extensions.pattern', `"${'1'.repeat(100)}..."`, undefined],
    [`${base}extensions: {technologies: {101: "SIP/trunk"}}`, 'extensions.technologies 101', '"SIP/trunk"', undefined],
    [`${base}click_to_call: {context: "from internal"}`, 'click_to_call.context', '"from internal"', undefined],
    [`${base}click_to_call: {context: офис}`, 'click_to_call.context', '"офис"', undefined],
    [
      `${base}click_to_call: {plain_variables: [CDR(x)]}`,
      'click_to_call.plain_variables entry 1',
      '"CDR(x)"',
      undefined,
    ],
    [`${base}log: {level: verbose}`, 'log.level', '"verbose"', undefined],
    [`${base}amii: {}`, 'amii', '', 'did you mean ami?'],
    [ami('hots: pbx'), 'ami.hots', '', 'did you mean host?'],
    [ami('user: x'), 'ami.user', '', 'did you mean username?'],
    [ami('token: x'), 'ami.token', '', 'did you mean crm.token?'],
    [`${base}zzzzzzzz: 1`, 'zzzzzzzz', '', undefined],
    [`${base}__proto__: {a: 1}`, '__proto__', '', undefined],
  ])('%#', (text, key, got, hint) => {
    expect(problemsOf(text)).toEqual([
      {
        key,
        where: expect.stringMatching(/^line \d+$/),
        expected: expect.stringMatching(/\S/),
        ...(got === '' ? {} : { got }),
        ...(hint === undefined ? {} : { hint }),
      },
    ]);
  });

  test('the line is the key’s own', () => {
    expect(problemsOf(`${base}\n# more\nlog:\n\n  format: text\n  level: verbose\n`)).toMatchObject([
      { key: 'log.level', where: 'line 13' },
    ]);
  });

  test.each(['crm: token', 'crm: [1]', 'crm: token:abracadabra'])('a section that is none: %s', (line) => {
    const problems = problemsOf(`ami: {username: u, secret: s}\n${line}\n`);
    expect(problems[0]).toEqual({ key: 'crm', where: 'line 2', expected: 'a group of keys, indented below it' });
    expect(JSON.stringify(problems)).not.toContain('abracadabra');
  });
});

test('all faults at once, those of the environment too', () => {
  const text = 'ami:\n  port: x\n  hots: y\nlog:\n  level: loud\nfoo: 1\n';
  const problems = problemsOf(text, { CONNECTOR_HTTP_PORT: 'z', CONNECTOR_HTTP_BNID: '1' });
  expect(problems.map(({ key, where }) => [key, where]).sort()).toEqual(
    [
      ['CONNECTOR_HTTP_BNID', undefined],
      ['ami.port', 'line 2'],
      ['ami.hots', 'line 3'],
      ['ami.username', 'line 1'],
      ['ami.secret', 'line 1'],
      ['crm.url', undefined],
      ['crm.token', undefined],
      ['http.port', 'CONNECTOR_HTTP_PORT'],
      ['log.level', 'line 5'],
      ['foo', 'line 6'],
    ].sort(),
  );
});

test('a dialect that there is not and a certificate that is not there are told with all else', () => {
  const text = base.replace('secret: ami-secret', '').concat('  dialect: vtiger\n  ca_file: ours.pem\n');
  expect(problemsOf(text).map(({ key, where, expected }) => [key, where, expected])).toEqual([
    ['ami.secret', 'line 1', 'the AMI user’s secret'],
    ['crm.dialect', 'line 8', 'one of: auto, salesplatform, vanilla'],
    ['crm.ca_file', 'line 9', 'a file that can be read'],
  ]);
});

test.each<[string, string, string | null]>([
  ['ours.pem', '-----BEGIN CERTIFICATE-----', null],
  ['ours.pem', 'PK\u0003', 'a file with certificates (PEM)'],
  ['[ours.pem]', '', 'the path of a PEM file'],
])('crm.ca_file: %s with %j', (written, content, expected) => {
  const problems = problemsOf(`${base}  ca_file: ${written}\n`, {}, { '/etc/asterisk-vtiger/ours.pem': content });
  expect(problems.map((problem) => [problem.key, problem.expected])).toEqual(
    expected === null ? [] : [['crm.ca_file', expected]],
  );
});

test('crm.ca_file that is there is taken, from the folder of the file', () => {
  const files = { '/etc/asterisk-vtiger/ours.pem': '-----BEGIN CERTIFICATE-----' };
  expect(configOf(`${base}  ca_file: ours.pem\n`, {}, files).crm.ca_file).toBe('/etc/asterisk-vtiger/ours.pem');
});

test('every required key has an "expected" of its own', () => {
  const problems = problemsOf('');
  expect(Object.fromEntries(problems.map(({ key, expected }) => [key, expected]))).toEqual({
    'ami.username': expect.stringContaining('AMI user'),
    'ami.secret': expect.stringContaining('secret'),
    'crm.url': expect.stringContaining('http'),
    'crm.token': expect.stringContaining('PBX Manager'),
  });
  expect(new Set(problems.map(({ expected }) => expected)).size).toBe(4);
});

describe('faults of YAML have their line and no contents', () => {
  const secret = 'abracadabra';
  test.each<[string, string, number]>([
    ['no blank after a colon', `crm:\n  url: http://crm\n  token:${secret}\n`, 3],
    ['a quote without its end', `crm:\n  token: "${secret}\n  url: http://crm\n`, 3],
    ['a tab before a key', `crm:\n\ttoken: ${secret}\n`, 2],
    ['an uneven indentation', `crm:\n    url: x\n  token: ${secret}\n`, 3],
    ['a bracket without its end', `trunks: [a, b\ncrm:\n  token: ${secret}\n`, 2],
    ['two documents', `crm:\n  token: ${secret}\n---\nami: {}\n`, 3],
    ['a tag', `crm:\n  token: !!js/function ${secret}\n`, 2],
    ['a comment with //', `crm:\n  // the token\n  token: ${secret}\n`, 2],
  ])('%s', (_, text, line) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ key }) => /^line \d+$/.test(key))).toBe(true);
    expect(problems.map(({ key }) => Math.abs(Number(key.slice(5)) - line)).sort()[0]).toBeLessThanOrEqual(1);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  test.each<[string, string, string]>([
    [`${base}ami:\n  host: x\n`, 'ami', 'line 8'],
    [ami('username: x'), 'ami.username', 'line 3'],
  ])('a key that stands twice: %#', (text, key, where) => {
    expect(problemsOf(text)).toMatchObject([{ key, where, expected: expect.stringContaining('once') }]);
  });

  test.each(['- a\n- b\n', 'just text', '42'])('a file that is no group of keys: %s', (text) => {
    expect(problemsOf(text)[0]).toMatchObject({ key: 'line 1' });
  });

  test('groups within groups within groups are not followed to their end', () => {
    const problems = problemsOf(`${base}trunks: ${'['.repeat(9)}abracadabra${']'.repeat(9)}\n`);
    expect(problems[0]).toEqual({ key: 'trunks', where: 'line 8', expected: 'fewer groups within groups' });
    expect(JSON.stringify(problems)).not.toContain('abracadabra');
  });

  test('an alias is not followed', () => {
    expect(problemsOf(`${base}trunks: &a [x]\nclick_to_call:\n  allowed_contexts: *a\n`)).toMatchObject([
      { key: 'click_to_call.allowed_contexts' },
    ]);
  });

  test.each<[string, string]>([
    ['UTF-16', Buffer.from(`\uFEFF${base}`, 'utf16le').toString('utf8')],
    ['a value in another encoding', base.replace('crm-token', 'тайна\uFFFD')],
  ])('%s', (_, text) => {
    const problems = problemsOf(text);
    expect(problems).toMatchObject([{ expected: expect.stringContaining('UTF-8') }]);
    expect(JSON.stringify(problems)).not.toContain('тайна');
  });

  test('a file that cannot be read', () => {
    const result = loadConfig({ file: '/nowhere/connector.yaml', env: {} });
    expect(result).toMatchObject({ ok: false, problems: [{ key: '--config', got: '/nowhere/connector.yaml' }] });
  });

  test('no text makes it throw', () => {
    const pieces = [
      'ami',
      'crm',
      'token',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '!!x',
      '|',
      '>',
      '#',
      '?',
      '---',
      '\t',
      '%',
      '@',
      '\0',
      '<<',
      '~',
      ',',
    ];
    const yamlish = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary' })), (text) => {
        expect(load(text).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a secret that became part of something else is not shown', () => {
  test.each([
    crm('crm\n    token:abracadabra'),
    crm("'http:/x\n  token: abracadabra'"),
    base.replace('crm-token', '[abracadabra]'),
    base.replace('crm-token', '"abra\\ncadabra abracadabra"'),
    `${base}  toekn: abracadabra`,
  ])('%#', (text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('abracadabra');
  });
});

describe('the environment', () => {
  test('says everything where there is no file', () => {
    const env = {
      CONNECTOR_AMI_USERNAME: 'u',
      CONNECTOR_AMI_SECRET: 's',
      CONNECTOR_CRM_URL: 'http://crm',
      CONNECTOR_CRM_TOKEN: 't',
    };
    const result = loadConfig({ file: null, env });
    expect(result).toMatchObject({
      ok: true,
      config: { ami: { username: 'u' }, database: { path: join(process.cwd(), 'connector.db') } },
    });
  });

  test.each<[string, string, unknown]>([
    ['CONNECTOR_AMI_HOST', 'pbx', { ami: { host: 'pbx' } }],
    ['CONNECTOR_AMI_PORT', '5039', { ami: { port: 5039 } }],
    ['CONNECTOR_AMI_USERNAME', 'other', { ami: { username: 'other' } }],
    ['CONNECTOR_CRM_TOKEN', ' 0123', { crm: { token: ' 0123' } }],
    ['CONNECTOR_RECORDINGS_ROOTS', '/a:/b,/c', { recordings: { roots: ['/a', '/b', '/c'] } }],
    ['CONNECTOR_TRUNKS', '100, 101', { trunks: ['100', '101'] }],
    [
      'CONNECTOR_EXTENSIONS_TECHNOLOGIES',
      '101=SIP, 102=PJSIP',
      { extensions: { technologies: { '101': 'SIP', '102': 'PJSIP' } } },
    ],
    [
      'CONNECTOR_RECORDINGS_PATH_MAP',
      '/rec=/var/spool/asterisk/monitor',
      { recordings: { path_map: [{ from: '/rec', to: '/var/spool/asterisk/monitor' }] } },
    ],
    ['CONNECTOR_HTTP_PORT', '', { http: { port: 5000 } }],
    ['CONNECTOR_CLICK_TO_CALL_RING_SECONDS', '45', { click_to_call: { ring_seconds: 45 } }],
  ])('%s=%s', (name, value, expected) => {
    expect(configOf(base, { [name]: value, PATH: '/bin', CONNECTORS: 'x' })).toMatchObject(expected as object);
  });

  test('goes before a file whose value is at fault', () => {
    expect(configOf(ami('port: x'), { CONNECTOR_AMI_PORT: '5039' }).ami.port).toBe(5039);
  });

  test.each<[Env, Env, string]>([
    [{ CONNECTOR_CRM_TOKEN_FILE: '/run/secrets/token' }, { '/run/secrets/token': '\uFEFFfrom file\r\n' }, 'from file'],
    [{ CONNECTOR_CRM_TOKEN_FILE: '/run/secrets/token' }, { '/run/secrets/token': ' x \n' }, ' x '],
    [{ CONNECTOR_CRM_TOKEN_FILE: '/run/secrets/token', CONNECTOR_CRM_TOKEN: '' }, { '/run/secrets/token': 'y' }, 'y'],
  ])('a secret from a file: %j', (env, files, token) => {
    expect(configOf(base, env, files).crm.token).toBe(token);
  });

  test.each<[Env, Env, object]>([
    [
      { CONNECTOR_CRM_TOKEN_FILE: '/none' },
      {},
      { key: 'CONNECTOR_CRM_TOKEN_FILE', got: '"/none"', hint: expect.stringContaining('ENOENT') },
    ],
    [{ CONNECTOR_AMI_SECRET_FILE: '/s' }, { '/s': '\n' }, { key: 'ami.secret', where: 'CONNECTOR_AMI_SECRET_FILE' }],
    [{ CONNECTOR_AMI_SECRET_FILE: '/s' }, { '/s': 'two\nlines\n' }, { key: 'ami.secret' }],
    [
      { CONNECTOR_CRM_TOKEN_FILE: '/s', CONNECTOR_CRM_TOKEN: 'hidden' },
      { '/s': 'hidden' },
      { key: 'CONNECTOR_CRM_TOKEN_FILE', expected: 'either this or CONNECTOR_CRM_TOKEN, not both' },
    ],
    [{ CONNECTOR_AMI_HSOT: 'hidden' }, {}, { key: 'CONNECTOR_AMI_HSOT', hint: 'did you mean CONNECTOR_AMI_HOST?' }],
    [
      { CONNECTOR_CRM_TOKENFILE: 'hidden' },
      {},
      { key: 'CONNECTOR_CRM_TOKENFILE', hint: 'did you mean CONNECTOR_CRM_TOKEN_FILE?' },
    ],
    [{ CONNECTOR_HTTP_PORT: '80 80' }, {}, { key: 'http.port', where: 'CONNECTOR_HTTP_PORT', got: '"80 80"' }],
    [
      { CONNECTOR_RECORDINGS_PATH_MAP: '/a' },
      {},
      {
        key: 'recordings.path_map',
        where: 'CONNECTOR_RECORDINGS_PATH_MAP',
        expected: expect.stringContaining('left=right'),
      },
    ],
  ])('faults: %j', (env, files, problem) => {
    const problems = problemsOf(base, env, files);
    expect(problems).toMatchObject([problem]);
    expect(JSON.stringify(problems)).not.toMatch(/hidden|two/);
  });

  test('what Kubernetes and Docker set for a service called connector is no fault', () => {
    const env = {
      CONNECTOR_PORT: 'tcp://10.0.0.7:5000',
      CONNECTOR_PORT_5000_TCP: 'tcp://10.0.0.7:5000',
      CONNECTOR_PORT_5000_TCP_ADDR: '10.0.0.7',
      CONNECTOR_SERVICE_HOST: '10.0.0.7',
      CONNECTOR_SERVICE_PORT: '5000',
      CONNECTOR_SERVICE_PORT_HTTP: '5000',
    };
    const result = load(base, env);
    expect(result).toMatchObject({ ok: true, config: { http: { port: 5000, bind: '127.0.0.1' } } });
    expect(result.ok && result.notes).toHaveLength(6);
  });

  test.each(['HOST', 'URL', 'TOKEN', 'IMAGE', 'VERSION', 'HTTP_PROXY', 'LOG_DIR', 'CRM_HOST', 'ENV', 'NAME'])(
    'CONNECTOR_%s is somebody else’s: a note that does not show its value',
    (name) => {
      const result = load(base, { [`CONNECTOR_${name}`]: 'hidden' });
      const note = `CONNECTOR_${name} is set, but is no setting of the connector`;
      expect(result).toMatchObject({ ok: true, notes: [note] });
    },
  );

  test('each key has a variable of its own, none of which is another key’s file', () => {
    const names = settingKeys.map(({ path }) => path.join('_').toUpperCase());
    const files = settingKeys
      .filter(({ note }) => note.secret)
      .map(({ path }) => `${path.join('_').toUpperCase()}_FILE`);
    expect(files).toHaveLength(4);
    expect(new Set([...names, ...files]).size).toBe(names.length + 4);
    expect(names.filter((name) => /^(SERVICE_|PORT|NAME|ENV)/.test(name))).toEqual([]);
  });
});

test('the configuration cannot be changed', () => {
  const config = configOf(base) as unknown as { ami: { host: string }; recordings: { roots: string[] } };
  expect(() => {
    config.ami.host = 'x';
  }).toThrow(TypeError);
  expect(() => config.recordings.roots.push('/')).toThrow(TypeError);
  expect(configOf(base).recordings.roots).toEqual(['/var/spool/asterisk/monitor']);
});

test('the usual file: connector.yaml, else config.py', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  try {
    expect(defaultFile(folder)).toBeNull();
    writeFileSync(join(folder, 'config.py'), 'x');
    expect(defaultFile(folder)).toBe(join(folder, 'config.py'));
    writeFileSync(join(folder, 'connector.yaml'), base);
    expect(defaultFile(folder)).toBe(join(folder, 'connector.yaml'));
    expect(loadConfig({ file: join(folder, 'connector.yaml'), env: {} })).toMatchObject({
      ok: true,
      config: { database: { path: join(folder, 'connector.db') } },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
