import { randomFillSync } from 'node:crypto';
import type { RecordingId } from './recording.ts';

const idBytes = 16;
const idsAtOnce = 256;

/**
 * Makes ids of 22 characters of the URL alphabet. Randomness is asked for many of them together, as each asking is a way to the
 * system; every byte of it is used once.
 *
 * @param fill fills it with what nobody can guess
 */
export function createIds(fill: (pool: Buffer) => unknown = randomFillSync): () => RecordingId {
  const pool = Buffer.alloc(idBytes * idsAtOnce);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      fill(pool);
      used = 0;
    }
    const id = pool.toString('base64url', used, used + idBytes);
    used += idBytes;
    return id as RecordingId;
  };
}

export const newId = createIds();
