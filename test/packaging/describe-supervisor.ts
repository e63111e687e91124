import { describe } from 'vitest';
import { command } from '../asterisk/command.ts';

/**
 * A group of tests that need a supervisor's own program, which is on the machine or not: the tests put none there, as a
 * package of it would start it as a service. Without it they are skipped and say so; with REQUIRE_SUPERVISORS=1 they run, and fail.
 */
export async function describeSupervisor(program: 'pm2' | 'supervisord', tests: () => void): Promise<void> {
  // Not by asking for its version: pm2 starts its daemon for that.
  const isThere = (await command('sh', ['-c', `command -v ${program}`])).ok;
  const { REQUIRE_SUPERVISORS } = process.env;
  if (!isThere) console.warn(`SKIPPED, no ${program} on this machine`);
  describe.skipIf(!isThere && REQUIRE_SUPERVISORS !== '1')(program, tests);
}
