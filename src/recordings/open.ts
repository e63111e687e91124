import { constants, promises } from 'node:fs';
import { basename } from 'node:path';
import { isInside, locate, type RecordingPlaces } from './locate.ts';

/** A recording's file, open for reading; whoever asked for it closes the handle. */
export interface OpenFile {
  readonly handle: promises.FileHandle;
  readonly size: number;
  readonly mtimeMs: number;
  readonly name: string;
}

export type OpenFileResult =
  | { readonly kind: 'open'; readonly file: OpenFile }
  /** May come yet. */
  | { readonly kind: 'absent' | 'unreadable'; readonly why: string }
  /** Will never be served. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Opens what Asterisk's path means, if it is a regular file that is really inside a root. Size and time are those of the open
 * handle, so they belong to what will be read even when the name is meanwhile given to another file.
 */
export async function openFile(asteriskPath: string, places: RecordingPlaces): Promise<OpenFileResult> {
  const located = locate(asteriskPath, places);
  if (located.kind === 'refused') return located;
  try {
    const real = await promises.realpath(located.path);
    if (!(await isInsideRealRoot(real, places.roots)))
      return refused('a symbolic link leads outside the recording roots');
    return await openRegular(real, basename(located.path));
  } catch (fault) {
    return problemOf(fault);
  }
}

async function isInsideRealRoot(real: string, roots: readonly string[]): Promise<boolean> {
  const realRoots = await Promise.all(roots.map((root) => promises.realpath(root).catch(() => null)));
  return realRoots.some((root) => root !== null && isInside(real, root));
}

/** O_NOFOLLOW: nobody has put a link there since. O_NONBLOCK: opening a FIFO would otherwise wait for its writer for ever. */
export const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function openRegular(real: string, name: string): Promise<OpenFileResult> {
  const handle = await promises.open(real, openFlags);
  try {
    const stat = await handle.stat();
    if (stat.isFile()) return { kind: 'open', file: { handle, size: stat.size, mtimeMs: stat.mtimeMs, name } };
  } catch (fault) {
    await handle.close();
    throw fault;
  }
  await handle.close();
  return refused('it is not a regular file');
}

function refused(why: string): OpenFileResult {
  return { kind: 'refused', why };
}

/** What a file system may answer about a file that is not ours; anything else it may say as well (EIO, ESTALE) is for a later try. */
function problemOf(fault: unknown): OpenFileResult {
  const code = (fault as NodeJS.ErrnoException).code;
  if (code === undefined) throw fault;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent', why: 'there is no such file' };
  if (code === 'ELOOP' || code === 'ENXIO' || code === 'ENAMETOOLONG') return refused(`it cannot be opened (${code})`);
  if (code === 'EACCES') return { kind: 'unreadable', why: "the connector's user may not read it (EACCES)" };
  return { kind: 'unreadable', why: `reading failed (${code})` };
}
