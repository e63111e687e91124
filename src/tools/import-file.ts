import { randomBytes } from 'node:crypto';
import { promises as files } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export type ForeignFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'database' }
  /** The rest of a sentence that begins with the file's name. */
  | { readonly kind: 'unreadable' | 'foreign'; readonly why: string };

/** In UTF-8; settings are a thousandth of it. */
const largestBytes = 4_000_000;

const sqliteMark = 'SQLite format 3\0';

/** Reads another connector's file: its settings, or no more of a database than to know it. */
export async function readForeign(path: string): Promise<ForeignFile> {
  try {
    // Opening a FIFO would wait for its writer for ever.
    const found = await files.stat(path);
    if (!found.isFile()) return { kind: 'unreadable', why: 'is no regular file' };
    if (found.size === 0) return { kind: 'foreign', why: 'is empty' };
    const head = await firstBytes(path, sqliteMark.length);
    if (head === sqliteMark) return { kind: 'database' };
    if (found.size > largestBytes) return { kind: 'foreign', why: `is too large for settings: ${found.size} bytes` };
    return { kind: 'text', text: await files.readFile(path, 'utf8') };
  } catch (fault) {
    return { kind: 'unreadable', why: `cannot be read: ${(fault as Error).message}` };
  }
}

async function firstBytes(path: string, length: number): Promise<string> {
  const file = await files.open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Writes a settings file that its owner alone may read, as there are secrets in it. One that is there stays whole until the
 * new one is.
 *
 * @param source never written over
 * @returns null, or the rest of a sentence that begins with the file's name
 */
export async function writeSettings(out: string, text: string, force: boolean, source: string): Promise<string | null> {
  if (await isSameFile(out, source)) return 'is the file that is imported: name another one by --out';
  const there = await files.lstat(out).catch(() => null);
  if (there !== null && !there.isFile()) return 'is there, and no regular file: name another one by --out';
  if (there !== null && !force) return 'is there already: it is written over with --force only';
  const draft = join(dirname(resolve(out)), `.connector-${randomBytes(6).toString('hex')}.yaml`);
  try {
    await files.writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    // A link cannot take the place of a file that came meanwhile.
    if (force) await files.rename(draft, out);
    else await files.link(draft, out);
    return null;
  } catch (fault) {
    return `cannot be written: ${(fault as Error).message.replaceAll(draft, out)}`;
  } finally {
    await files.rm(draft, { force: true });
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([one, other].map((path) => files.realpath(path).catch(() => null)));
  return left !== null && left === right;
}
