import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const isThere = spawnSync('promtool', ['--version']).status === 0;

/** With Debian's package prometheus. The names in the rules are looked at without it, too: board-and-rules.test.ts. */
test.runIf(isThere)('the alert rules are in order, and fire when they should, by promtool', async () => {
  expect((await run('promtool', ['check', 'rules', 'docs/alert-rules.yml'])).stdout).toMatch(/SUCCESS: \d+ rules/);
  expect((await run('promtool', ['test', 'rules', 'test/metrics/alert-rules.promtool.yml'])).stdout).toContain(
    'SUCCESS',
  );
});
