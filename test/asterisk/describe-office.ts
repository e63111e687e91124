import { describe } from 'vitest';
import type { VariantName } from './layout.ts';
import { provisionVariant } from './office.ts';

/**
 * A group of tests that need a real Asterisk, which is made here where the machine has none yet (about 25 s).
 * Where that is not possible the tests are skipped and say why; with REQUIRE_ASTERISK=1 they run, and fail at Office.start.
 */
export async function describeOffice(title: string, variant: VariantName, tests: () => void): Promise<void> {
  const provisioned = await provisionVariant(variant);
  const missing = provisioned.kind === 'unavailable' ? provisioned.reason : null;
  if (missing !== null) console.warn(`SKIPPED, no real Asterisk (${variant}): ${missing}`);
  const { REQUIRE_ASTERISK } = process.env;
  describe.skipIf(missing !== null && REQUIRE_ASTERISK !== '1')(`${title}, Asterisk ${variant}`, tests);
}
