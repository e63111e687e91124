import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { exampleYaml } from '../../src/config/reference.ts';
import {
  type ImportAnswer,
  type ImportRequest,
  importSettings,
  type SettingsFile,
} from '../../src/tools/import-command.ts';
import { readForeign } from '../../src/tools/import-file.ts';

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  out = join(folder, 'connector.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const python = `class Config:
    ami_params = {'host': 'localhost', 'username': 'test', 'secret': 'ami-secret'}
    vtiger_url = 'http://vtiger/modules/PBXManager/callbacks/PBXManager.php'
    vtiger_token = 'crm-secret'
    click2call_bind_addr = '0.0.0.0'
    click2call_port = '5000'
    record_domain = '172.16.1.1'
    db_path = 'connector.db'
`;
const java = `ServerIP = 10.0.0.5
AsteriskUsername = u
AsteriskPassword = ami-secret
VtigerURL = http://crm
VtigerSecretKey = crm-secret
101 = PJSIP
`;
const asterlink = 'ami: { host: pbx, user: u, pass: ami-secret }\ndialplan: { dial_context: from-internal }\n';

async function given(content: string | Buffer, name = 'old-settings'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function importFile(request: ImportRequest) {
  return importSettings(request, (await readForeign(request.file)) as SettingsFile);
}

async function imported(content: string | Buffer, more: { force?: boolean; json?: boolean; out?: string } = {}) {
  return importFile({ file: await given(content), out, force: false, json: false, ...more });
}

const inForce = (file: string) => {
  const result = loadConfig({ file, env: {} });
  return result.ok ? result.config : result.problems;
};

describe('a connector that runs with the old file runs the same with the new one', () => {
  test.each([
    ['config.py', python],
    ['config.py with CRLF', python.replaceAll('\n', '\r\n')],
    ['properties', java],
    [
      'properties with a byte order mark and Windows-1251',
      Buffer.concat([Buffer.from('\uFEFF// '), Buffer.from([0xcf, 0xf0]), Buffer.from(`\n${java}`)]),
    ],
  ])('%s', async (_, content) => {
    expect((await imported(content)).outcome).toBe('done');
    expect(inForce(out)).toEqual(inForce(join(folder, 'old-settings')));
    expect(inForce(out)).toMatchObject({ ami: { secret: 'ami-secret' }, crm: { token: 'crm-secret' } });
  });
});

test('what is told of each setting, without a secret', async () => {
  const { text } = await imported(java);
  expect(text).toBe(`\
old-settings (a Java connector's properties): 6 settings.

setting           line  what became of it  in connector.yaml                                                 why
----------------  ----  -----------------  ----------------------------------------------------------------  ---
ServerIP          1     carried over       http.bind: 10.0.0.5, recordings.public_url: http://10.0.0.5:5000
AsteriskUsername  2     carried over       ami.username: u
AsteriskPassword  3     carried over       ami.secret: ********
VtigerURL         4     carried over       crm.url: http://crm
VtigerSecretKey   5     carried over       crm.token: ********
101               6     carried over       extensions.technologies

To know:
  CheckKeyOnListenRequest is not there, which meant false: recordings are never given out without the key
  crm.url is taken for the CRM itself; callbacks go to http://crm/modules/PBXManager/callbacks/PBXManager.php
  crm.time_zone is not set: this machine's, ${Intl.DateTimeFormat().resolvedOptions().timeZone}, is used. It must be the CRM's $default_timezone (config.inc.php): set it, or CONNECTOR_CRM_TIME_ZONE in the environment

${out} is written. It holds secrets, so its owner alone may read it: make that the user the connector runs as.
Try it: node dist/main.js --config ${out} --check
`);
});

test('of config.py, too', async () => {
  const { text } = await imported(
    `${python}    odd = 1\n    vtiger_token = 'crm-secret-2'\nclass Other:\n    vtiger_token = 'no'\n`,
  );
  const fates = text
    .split('\n')
    .flatMap((line) => /^(\S+) +(\d+) +(carried over|changed|ignored)/.exec(line)?.slice(1, 4).join(' ') ?? []);
  expect(fates.toSorted()).toEqual(
    [
      "ami_params['host'] 2 carried over",
      "ami_params['secret'] 2 carried over",
      "ami_params['username'] 2 carried over",
      'click2call_bind_addr 5 carried over',
      'click2call_port 6 carried over',
      'db_path 8 changed',
      'odd 9 ignored',
      'record_domain 7 changed',
      'vtiger_token 10 carried over',
      'vtiger_token 4 ignored',
      'vtiger_url 3 carried over',
    ].toSorted(),
  );
  expect(text).toContain('class Other is not read');
  expect(text).not.toMatch(/(?:ami|crm)-secret/);
});

test('JSON for a program, without a secret', async () => {
  const { text } = await imported(java, { json: true });
  expect(text).not.toMatch(/(?:ami|crm)-secret/);
  expect(JSON.parse(text)).toMatchObject({
    settings: [
      { name: 'ServerIP', line: 1, fate: 'carried over', keys: ['http.bind', 'recordings.public_url'] },
      {},
      {},
      {},
      {},
      {},
    ],
    open: [],
  });
});

describe('what is to be put right is told, and left open in the file', () => {
  test.each<[string, string, string[]]>([
    ['asterlink knows no CRM', asterlink, ['crm.url', 'crm.token']],
    ['a computed secret', python.replace("'crm-secret'", "os.environ['TOKEN']"), ['crm.token']],
    ['a port that is none', python.replace("'5000'", "'50OO'"), ['http.port']],
    ['a line that only Python understands', python.replace('    db_path', '    if x: pass\n    db_path'), ['line 8']],
    ['a value in Latin-1', java.replace('crm-secret', 'crm-\uFFFD'), ['crm.token']],
  ])('%s', async (_, content, keys) => {
    const { outcome, text } = await imported(content);
    expect(outcome).toBe('open');
    const [, list = ''] = /before the connector starts:\n((?: {2}.*\n)+)/.exec(text) ?? [];
    expect(list.match(/^ {2}[^:]+(?=:)/gm)?.map((key) => key.trim())).toEqual(keys);
    expect(await readFile(out, 'utf8')).toContain('# Settings of the Asterisk-vTiger connector');
  });
});

describe('nothing is written', () => {
  const refused = async (answer: Promise<ImportAnswer>, outcome: string, word: string) => {
    expect(await answer).toMatchObject({ outcome, text: expect.stringContaining(word) });
    expect(await stat(out).catch(() => null)).toBe(null);
  };

  test.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'is empty'],
    ['blanks', '\uFEFF \n\n', 'is empty'],
    ['a binary file', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]), 'no text file'],
    ['UTF-16', Buffer.from(`\uFEFF${java}`, 'utf16le'), 'UTF-16'],
    ['UTF-16 of Python', Buffer.from(`\uFEFF${python}`, 'utf16le'), 'UTF-16'],
    ['a huge file', Buffer.alloc(5_000_000, '# x\n'), 'too large'],
    ['a large file', java.repeat(10_000), 'a million characters'],
    ['our own settings', exampleYaml(), 'connector.yaml already'],
    ['any other file', 'root:x:0:0:root:/root:/bin/sh\n', 'none of the settings that are known'],
    ['an open quote', python.replace("'crm-secret'", "'crm-secret"), 'line 4'],
    ['a bracket left open', asterlink.replace(' }\n', '\n'), 'line'],
    ['tabs', 'pbx:\n\tdids: 1\n', 'indentation by blanks'],
  ])('%s', async (_, content, word) => {
    await refused(imported(content), 'foreign', word);
    expect((await imported(content)).text).not.toMatch(/(?:ami|crm)-secret/);
  });

  test('a file that is not there, or a folder', async () => {
    const request = { out, force: false, json: false };
    await refused(importFile({ file: join(folder, 'none'), ...request }), 'unreadable', 'cannot be read');
    await refused(importFile({ file: folder, ...request }), 'unreadable', 'no regular file');
  });

  test('no folder for it', async () => {
    const answer = await imported(java, { out: join(folder, 'none', 'connector.yaml') });
    expect(answer).toMatchObject({ outcome: 'unwritten', text: expect.stringContaining('cannot be written') });
  });
});

describe('a file that is there', () => {
  test('stays as it is', async () => {
    await writeFile(out, 'mine');
    expect(await imported(java)).toMatchObject({ outcome: 'unwritten', text: expect.stringContaining('--force') });
    expect(await readFile(out, 'utf8')).toBe('mine');
  });

  test('is written over with --force, and is then its owner’s alone', async () => {
    await writeFile(out, 'mine', { mode: 0o644 });
    expect(await imported(java, { force: true })).toMatchObject({ outcome: 'done' });
    expect(inForce(out)).toMatchObject({ ami: { username: 'u' } });
    expect((await stat(out)).mode & 0o777).toBe(0o600);
  });

  test.each(['a folder', 'a link'])('%s is never written over', async (what) => {
    await writeFile(join(folder, 'target'), 'mine');
    if (what === 'a folder') await mkdir(out);
    else await symlink(join(folder, 'target'), out);
    expect(await imported(java, { force: true })).toMatchObject({ outcome: 'unwritten' });
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('mine');
  });

  test('nor is the file that is imported', async () => {
    const answer = await imported(java, { force: true, out: join(folder, '.', 'old-settings') });
    expect(answer).toMatchObject({ outcome: 'unwritten', text: expect.stringContaining('is imported') });
    expect(await readFile(join(folder, 'old-settings'), 'utf8')).toBe(java);
  });
});

describe('the database, when the new file is elsewhere', () => {
  const pathIn = (file: string) => (inForce(file) as { database: { path: string } }).database.path;

  test('is a new one beside it', async () => {
    await mkdir(join(folder, 'etc'));
    await imported(python, { out: join(folder, 'etc', 'connector.yaml') });
    expect(pathIn(join(folder, 'etc', 'connector.yaml'))).toBe(join(folder, 'etc', 'connector.node.db'));
  });

  test('is the one that was begun beside the old file', async () => {
    await mkdir(join(folder, 'etc'));
    await writeFile(join(folder, 'connector.node.db'), '');
    await imported(python, { out: join(folder, 'etc', 'connector.yaml') });
    expect(pathIn(join(folder, 'etc', 'connector.yaml'))).toBe(join(folder, 'connector.node.db'));
  });

  test('is where the old file says, when it names a folder', async () => {
    await mkdir(join(folder, 'etc'));
    await imported(python.replace('connector.db', '../db/calls.db'), { out: join(folder, 'etc', 'connector.yaml') });
    expect(pathIn(join(folder, 'etc', 'connector.yaml'))).toBe(join(folder, '..', 'db', 'calls.node.db'));
  });
});
