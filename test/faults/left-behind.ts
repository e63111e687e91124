import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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

const doneLimitMs = 15_000;

/** Waits until there is nothing, but not for ever. */
export async function untilDone(folder: string): Promise<void> {
  for (const end = Date.now() + doneLimitMs; Date.now() < end; await pause(200))
    if ((await leftBehind(folder)).length === 0) return;
}
