import { describe } from 'vitest';

/**
 * A group of tests that need something of the machine. Where it is missing they are skipped and say why; with the environment's
 * variable at 1 they fail instead.
 *
 * @param missing why it is not there; null: it is
 */
export function describeNeeded(title: string, missing: string | null, variable: string, tests: () => void): void {
  if (missing === null) return void describe(title, tests);
  mustBeThere(missing, variable);
  console.warn(`SKIPPED, ${missing}`);
  describe.skip(title, tests);
}

/** @throws where the environment's variable says that it must be there */
export function mustBeThere(missing: string, variable: string): void {
  if (process.env[variable] === '1') throw new Error(`${variable}=1, but ${missing}`);
}
