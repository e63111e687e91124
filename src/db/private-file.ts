import { promises as files } from 'node:fs';

const ownerAlone = 0o600;

/**
 * Makes the file, empty, before SQLite does: it holds who called whom, and SQLite would let the whole machine read it. What
 * SQLite puts beside it (-wal, -shm) gets the same rights. A file that is there keeps those that it has.
 *
 * @param like another file, whose rights it is to have
 */
export async function makePrivately(path: string, like?: string): Promise<void> {
  try {
    const mode = like === undefined ? ownerAlone : (await files.stat(like)).mode & 0o777;
    const file = await files.open(path, 'wx', mode);
    await file.close();
  } catch {
    // It is there already, or cannot be made: then SQLite will say why.
  }
}
