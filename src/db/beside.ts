import type { Knex } from 'knex';
import { connect } from './connect.ts';
import { openWhatIsThere } from './what-is-there.ts';

/** A command can wait; the connector's own transactions take some milliseconds. */
const busyTimeoutMs = 10_000;

/**
 * Opens the connector's database for reading and writing beside a connector that may be running on it: its lock is left
 * alone. `destroy()` closes it. See openWhatIsThere.
 */
export function openBeside(path: string, tables: readonly string[]): Promise<Knex> {
  return openWhatIsThere(path, () => connect(path), { tables, busyTimeoutMs });
}
