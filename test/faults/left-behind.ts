import { join } from 'node:path';
import { openForReading } from '../../src/db/read.ts';

/** What the connector's database still holds that ought to be done with; empty: nothing. */
export async function leftBehind(folder: string): Promise<string[]> {
  const database = await openForReading(join(folder, 'connector.db'), 'callbacks');
  try {
    const waiting = await database('callbacks')
      .where({ state: 'pending' })
      // The end of a record told once more, later, in case that a callback of it is still being executed.
      .whereNot('key', 'like', 'again|%')
      .pluck<string[]>('key');
    const open = await database('calls').pluck<string[]>('id');
    return [...waiting.map((key) => `still waiting: ${key}`), ...open.map((id) => `still open: call ${id}`)];
  } finally {
    await database.destroy();
  }
}
