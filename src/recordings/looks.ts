import { close, fstat, lstat, open, promises, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { FileFacts } from './judge.ts';
import { isInside, locate, type RecordingPlaces } from './locate.ts';
import { type OpenFileResult, openFile, openFlags } from './open.ts';

export type Seen = FileFacts | Exclude<OpenFileResult, { kind: 'open' }>;

/** With a callback and by number: a look through promises and a FileHandle costs the main thread twice as much. */
const calls = { lstat: promisify(lstat), open: promisify(open), fstat: promisify(fstat), close: promisify(close) };

/**
 * Looks at the files of one round. What their folders and the roots really are is asked once for all of them, since a round is
 * over in a moment; a folder that is moved is seen by the next. Nothing is served on the word of a look.
 */
export class Looks {
  readonly #places: RecordingPlaces;
  readonly #real = new Map<string, Promise<string | null>>();

  constructor(places: RecordingPlaces) {
    this.#places = places;
  }

  /**
   * Of a regular file that is plainly inside a root, size and time: not whether it may be read. null: of anything else, of which
   * `see` says what it is.
   */
  async glance(asteriskPath: string): Promise<FileFacts | null> {
    const real = await this.#plain(asteriskPath);
    if (real === null) return null;
    return factsOf(await calls.lstat(real).catch(() => null));
  }

  /** The same as opening it for playing says. */
  async see(asteriskPath: string): Promise<Seen> {
    const real = await this.#plain(asteriskPath);
    const facts = real === null ? null : await openPlain(real).catch(() => null);
    return facts ?? this.#seeClosely(asteriskPath);
  }

  async #seeClosely(asteriskPath: string): Promise<Seen> {
    const result = await openFile(asteriskPath, this.#places);
    if (result.kind !== 'open') return result;
    await result.file.handle.close();
    return { size: result.file.size, mtimeMs: result.file.mtimeMs };
  }

  /** Where it really is unless it is a link itself; null: maybe not inside a root. */
  async #plain(asteriskPath: string): Promise<string | null> {
    const located = locate(asteriskPath, this.#places);
    if (located.kind === 'refused') return null;
    const folder = await this.#realOf(dirname(located.path));
    if (folder === null) return null;
    const real = join(folder, basename(located.path));
    const roots = await Promise.all(this.#places.roots.map((root) => this.#realOf(root)));
    return roots.some((root) => root !== null && isInside(real, root)) ? real : null;
  }

  #realOf(folder: string): Promise<string | null> {
    const known = this.#real.get(folder);
    if (known !== undefined) return known;
    const real = promises.realpath(folder).catch(() => null);
    this.#real.set(folder, real);
    return real;
  }
}

/** It is refused if it is a link, which its folder and the roots say nothing of. */
async function openPlain(real: string): Promise<FileFacts | null> {
  const descriptor = await calls.open(real, openFlags);
  try {
    return factsOf(await calls.fstat(descriptor));
  } finally {
    await calls.close(descriptor);
  }
}

function factsOf(stats: Stats | null): FileFacts | null {
  return stats?.isFile() === true ? { size: stats.size, mtimeMs: stats.mtimeMs } : null;
}
