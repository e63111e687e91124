import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { command } from '../asterisk/command.ts';

/** What `npm pack` would put into the package as the tree is now, without building it. */
let files: string[];

beforeAll(async () => {
  const { output } = await command('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent']);
  const packed = JSON.parse(output.slice(output.search(/^[[{]/m))) as unknown;
  const [one] = Object.values(packed as Record<string, { files: { path: string }[] }>);
  files = one?.files.map(({ path }) => path).sort() ?? [];
});

const under = (folder: string) => files.filter((path) => path.startsWith(`${folder}/`));

async function inTree(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => `${each.parentPath}/${each.name}`);
}

describe('the package', () => {
  test('has these files and folders, and none with tests or sources', () => {
    expect([...new Set(files.map((path) => path.replace(/\/.*/, '/')))].sort()).toEqual([
      'CHANGELOG.md',
      'README.md',
      'README.ru.md',
      'asterisk-conf/',
      'connector.example.yaml',
      'dist/',
      'docs/',
      'ecosystem.config.js',
      'package.json',
      'packaging/',
      'vtiger-module/',
    ]);
  });

  test('the program is there, compiled, without what only its makers need', async () => {
    const sources = (await inTree('src')).filter((path) => /\.ts$/.test(path) && !/\.d\.ts$/.test(path));
    const compiled = sources.map((path) => path.replace(/^src/, 'dist').replace(/\.ts$/, '.js'));
    expect(compiled.filter((path) => !files.includes(path))).toEqual([]);
    expect(under('dist').filter((path) => /\.(ts|map)$/.test(path))).toEqual([]);
    expect(files).toContain('dist/tools/demo/page/index.html');
  });

  test('the documents, the dialplan and the units are there; what builds an image needs the sources, and is not', async () => {
    expect(under('docs')).toEqual((await inTree('docs')).sort());
    expect(under('packaging')).toEqual([
      'packaging/logrotate/asterisk-vtiger-connector',
      'packaging/supervisor/asterisk-vtiger-connector.conf',
      'packaging/systemd/asterisk-vtiger-connector.service',
      'packaging/systemd/asterisk-vtiger-connector.sysusers',
    ]);
    expect(files).toContain('vtiger-module/manifest.xml');
  });

  test('it is built anew before it is packed, with the archive for the CRM', async () => {
    const { scripts, files: named } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(scripts.prepack).toMatch(/rmSync\('dist'.*npm run build && npm run build:vtiger-module$/);
    expect(named).toContain('dist');
  });
});
