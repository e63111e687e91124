import { describe } from 'vitest';
import { provisionBrowser } from './provision.ts';

/**
 * A group of tests that need a Chromium, which is installed here where root may do so. Otherwise they are skipped and say
 * why; with REQUIRE_BROWSER=1 they fail instead.
 */
export async function describeBrowser(title: string, tests: (path: string) => void): Promise<void> {
  const provisioned = await provisionBrowser();
  const { REQUIRE_BROWSER } = process.env;
  if (provisioned.kind === 'ready') return void describe(title, () => tests(provisioned.path));
  if (REQUIRE_BROWSER === '1') throw new Error(`REQUIRE_BROWSER=1, but there is no Chromium: ${provisioned.reason}`);
  console.warn(`SKIPPED, no Chromium: ${provisioned.reason}`);
  describe.skip(title, () => tests(''));
}
