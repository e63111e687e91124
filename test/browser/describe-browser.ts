import { describeNeeded } from '../describe-needed.ts';
import { provisionBrowser } from './provision.ts';

/** A group of tests that need a Chromium, which is installed here where root may do so; with REQUIRE_BROWSER=1 there must be one. */
export async function describeBrowser(title: string, tests: (path: string) => void): Promise<void> {
  const provisioned = await provisionBrowser();
  const isReady = provisioned.kind === 'ready';
  const missing = isReady ? null : `there is no Chromium: ${provisioned.reason}`;
  describeNeeded(title, missing, 'REQUIRE_BROWSER', () => tests(isReady ? provisioned.path : ''));
}
