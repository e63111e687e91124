import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFiles } from '../../vtiger-module/build/package.mjs';
import { type PhpTree, phpTree } from './php-tree.ts';
import { type PhpName, type ProvisionedPhp, provisionPhp } from './provision-php.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Compiles each file without running it; what PHP has to say of a file but that is a fault, a deprecation too. */
const lint =
  'find vtiger-module test/vtiger-module/php -name "*.php" -print0 | ' +
  'xargs -0 -n 1 -P 2 php -n -d error_reporting=-1 -d display_errors=1 -l';

const placedByInstaller =
  'require "vtiger-module/installer/Installer.php";' +
  'echo json_encode(array_map("sha1", (new AsteriskConnector_SourceTree("vtiger-module"))->files()));';

const sha1 = (content: Buffer) => createHash('sha1').update(content).digest('hex');

for (const name of ['7.4', '8.2'] as const) describePhp(name, await provisionPhp(name));

/** Where there is no PHP and none can be had the tests are skipped and say why; with REQUIRE_PHP=1 they fail instead. */
function describePhp(name: PhpName, provisioned: ProvisionedPhp) {
  const { REQUIRE_PHP } = process.env;
  if (provisioned.kind === 'unavailable') {
    if (REQUIRE_PHP === '1') throw new Error(`REQUIRE_PHP=1, but there is no PHP ${name}: ${provisioned.reason}`);
    console.warn(`SKIPPED, no PHP ${name}: ${provisioned.reason}`);
  }
  describe.skipIf(provisioned.kind === 'unavailable')(`the module in PHP ${name}`, () => {
    let tree: PhpTree;
    beforeAll(async () => {
      tree = await phpTree(repository, provisioned.kind === 'ready' ? provisioned.root : null);
    });
    afterAll(() => tree.remove());

    test('every file compiles without a word of complaint', { timeout: 60_000 }, async () => {
      const { ok, output } = await tree.run(lint);
      const complaints = output.split('\n').filter((line) => line !== '' && !line.startsWith('No syntax errors'));
      expect(complaints).toEqual([]);
      expect(output.split('\n').length).toBeGreaterThan(40);
      expect(ok).toBe(true);
    });

    test('install.php places what the package holds', async () => {
      const { output } = await tree.run(`php -r '${placedByInstaller}'`);
      const placed = packageFiles(join(repository, 'vtiger-module'))
        .map(({ name, content }) => [name.replace(/^settings\//, 'modules/Settings/AsteriskConnector/'), sha1(content)])
        .filter(([name]) => /^(languages|layouts|modules)\//.test(name ?? ''));
      expect(JSON.parse(output)).toEqual(Object.fromEntries(placed));
    });

    test('PHPUnit passes', { timeout: 120_000 }, async () => {
      const { ok, output } = await tree.run('phpunit --configuration test/vtiger-module/php/phpunit.xml');
      expect(output).toMatch(/^OK /m);
      expect(ok).toBe(true);
    });
  });
}
