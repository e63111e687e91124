import { promises as files } from 'node:fs';
import { dirname } from 'node:path';

const mib = 1024 * 1024;

/** How much room a file has left to grow, in words. */
export async function roomFor(path: string): Promise<string> {
  try {
    const { bavail, bsize } = await files.statfs(dirname(path));
    return `${Math.floor((bavail * bsize) / mib)} MB left on its disk`;
  } catch {
    return 'its disk does not say how much room is left';
  }
}
