import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = resolve('dist/main.js');
if (!existsSync(program)) throw new Error('dist/main.js is not there: npm run build');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-import-'));
  writeFileSync(join(folder, 'old.conf'), java);
  writeFileSync(join(folder, 'conf.yml'), 'ami: { host: pbx, user: u, pass: hush }\npbx: {}\n');
  writeFileSync(join(folder, 'Crm.db'), 'SQLite format 3\0');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const java = 'AsteriskUsername=u\nAsteriskPassword=hush\nVtigerURL=http://127.0.0.1:1\nVtigerSecretKey=hush\n';

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
  expect(stdout + stderr).not.toContain('hush');
  return { status, stdout, stderr };
}

test('settings become a connector.yaml, which is then in force', () => {
  expect(run('import', 'old.conf')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('4 settings'),
  });
  expect(readFileSync(join(folder, 'connector.yaml'), 'utf8')).toContain('secret: hush\n');
  expect(run('--check').stdout).toBe(run('--check', '--config', 'old.conf').stdout);
});

test.each<[string, string[], number, string]>([
  ['something is to be filled in', ['conf.yml', '--out', 'a.yaml'], 1, 'crm.url'],
  ['no file', [], 64, 'import needs a file'],
  ['of a database alone', ['old.conf', '--config', 'a.yaml'], 64, '--config belongs'],
  ['of settings alone', ['Crm.db', '--out', 'a.yaml'], 64, '--out and --force belong'],
  ['a file that is nobody’s', ['/etc/passwd'], 65, 'none of the settings'],
  ['a file that is not there', ['none.py'], 66, 'cannot be read'],
  ['a damaged database', ['Crm.db', '--config', 'old.conf'], 66, 'The database'],
  ['a file that is there', ['old.conf', '--out', 'conf.yml'], 73, '--force'],
  ['a database, and no settings of our own', ['Crm.db'], 78, 'no connector.yaml'],
])('%s', (_, args, code, words) => {
  const { status, stdout, stderr } = run('import', ...args);
  expect([status, stdout + stderr]).toEqual([code, expect.stringContaining(words)]);
});
