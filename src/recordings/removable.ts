import { constants, promises as files, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { FileFacts } from './judge.ts';
import { isInside, locate, type RecordingPlaces } from './locate.ts';

/** Why a file stays, whatever its age; the words are shown to the admin. */
export type Irremovable =
  | 'outside recordings.roots'
  | 'a symbolic link'
  | 'no regular file'
  | 'has another name too (a hard link)'
  | 'this user may not delete in its folder'
  | 'cannot be looked at';

export type Inspected =
  | { readonly kind: 'removable'; readonly place: Place; readonly facts: FileFacts }
  | { readonly kind: 'absent' }
  | { readonly kind: 'stays'; readonly why: Irremovable; readonly detail: string };

/** Where a file really is. */
export interface Place {
  readonly folder: string;
  readonly name: string;
}

/** Looks whether what Asterisk's path means is a plain file inside a root that this user may delete. Changes nothing. */
export async function inspect(asteriskPath: string, places: RecordingPlaces): Promise<Inspected> {
  const located = locate(asteriskPath, places);
  if (located.kind === 'refused') return stays('outside recordings.roots', located.why);
  const [folder, name] = [dirname(located.path), basename(located.path)];
  try {
    const place = { folder: await files.realpath(folder), name };
    if (!(await isInRoots(place.folder, places.roots)))
      return stays('outside recordings.roots', `${folder} is really ${place.folder}`);
    const stat = await files.lstat(`${place.folder}/${name}`);
    return (await unfitness(place, stat)) ?? { kind: 'removable', place, facts: factsOf(stat) };
  } catch (fault) {
    const { code = String(fault) } = fault as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return stays('cannot be looked at', code);
  }
}

function factsOf({ size, mtimeMs }: Stats): FileFacts {
  return { size, mtimeMs };
}

function stays(why: Irremovable, detail: string): Inspected {
  return { kind: 'stays', why, detail };
}

async function isInRoots(folder: string, roots: readonly string[]): Promise<boolean> {
  const real = await Promise.all(roots.map((root) => files.realpath(root).catch(() => null)));
  return real.some((root) => root !== null && (folder === root || isInside(folder, root)));
}

const stickyBit = 0o1000;

async function unfitness({ folder }: Place, stat: Stats): Promise<Inspected | null> {
  if (stat.isSymbolicLink()) return stays('a symbolic link', folder);
  if (!stat.isFile()) return stays('no regular file', folder);
  if (stat.nlink !== 1) return stays('has another name too (a hard link)', folder);
  const may = await files.access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!may) return stays('this user may not delete in its folder', folder);
  const { mode, uid } = await files.stat(folder);
  const user = process.getuid?.() ?? 0;
  const isOthers = (mode & stickyBit) !== 0 && ![0, uid, stat.uid].some((one) => user === one);
  return isOthers ? stays('this user may not delete in its folder', folder) : null;
}

/**
 * Deletes that very file: by its name in the folder that is held open, so that nobody can have put a link in the way since, and only
 * if it is still what was looked at.
 *
 * @returns null: it is gone; else why it is not
 */
export async function remove(
  { folder, name }: Place,
  facts: FileFacts,
  places: RecordingPlaces,
): Promise<string | null> {
  try {
    const held = await files.open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      const way = await wayTo(held, folder);
      if (!(await isInRoots(way.real, places.roots))) return 'its folder is no longer inside recordings.roots';
      const stat = await files.lstat(`${way.path}/${name}`);
      const isSame = stat.isFile() && stat.nlink === 1 && stat.size === facts.size && stat.mtimeMs === facts.mtimeMs;
      if (!isSame) return 'it is no longer what it was';
      await files.unlink(`${way.path}/${name}`);
      return null;
    } finally {
      await held.close();
    }
  } catch (fault) {
    return inWords(fault as NodeJS.ErrnoException);
  }
}

/** Linux shows an open folder under /proc, whatever has become of its path; elsewhere the path must do. */
async function wayTo(
  held: files.FileHandle,
  folder: string,
): Promise<{ readonly path: string; readonly real: string }> {
  const path = `/proc/self/fd/${held.fd}`;
  const real = await files.readlink(path).catch(() => null);
  return real === null ? { path: folder, real: await files.realpath(folder) } : { path, real };
}

function inWords({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'it was gone already';
  if (code === 'EACCES' || code === 'EPERM') return `this user may not delete it (${code})`;
  return code === 'EROFS' ? 'its disk is mounted read-only' : message;
}
