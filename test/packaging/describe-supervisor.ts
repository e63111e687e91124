import { describe } from 'vitest';
import { command } from '../asterisk/command.ts';

/**
 * A group of tests that need a supervisor's own program, which is on the machine or not: the tests put none there, as a
 * package of it would start it as a service. Without it they are skipped and say so; with REQUIRE_SUPERVISORS=1 they run, and fail.
 */
export async function describeSupervisor(name: string, version: readonly string[], tests: () => void): Promise<void> {
  const [program = '', ...args] = version;
  const isThere = (await command(program, args)).ok;
  const { REQUIRE_SUPERVISORS } = process.env;
  if (!isThere) console.warn(`SKIPPED, no ${name} on this machine (${version.join(' ')})`);
  describe.skipIf(!isThere && REQUIRE_SUPERVISORS !== '1')(name, tests);
}
