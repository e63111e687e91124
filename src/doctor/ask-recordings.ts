import { type Dirent, promises as files } from 'node:fs';
import { join } from 'node:path';
import { openFile } from '../recordings/open.ts';
import type { RootSeen } from './recordings.ts';

/** So many files are tried, of so many of a folder, at most so deep: folders by year, month and day. */
const mostTried = 5;
const mostLooked = 5_000;
const deepest = 4;

/** Whether folders of recordings can be listed, and their newest files opened. Never rejects. */
export function askRoots(roots: readonly string[]): Promise<RootSeen[]> {
  return Promise.all(roots.map(askRoot));
}

async function askRoot(path: string): Promise<RootSeen> {
  const problem = await listingProblem(path);
  if (problem !== null) return { path, problem, newest: [] };
  const newest: RootSeen['newest'][number][] = [];
  for (const file of await newestFiles(path, deepest)) {
    const opened = await openFile(file, { roots: [path], pathMap: [] });
    if (opened.kind === 'open') await opened.file.handle.close();
    newest.push(
      opened.kind === 'open'
        ? { name: file, size: opened.file.size, problem: null }
        : { name: file, size: 0, problem: opened.why },
    );
  }
  return { path, problem: null, newest };
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is no folder',
  EACCES: 'this user may not read it',
};

async function listingProblem(path: string): Promise<string | null> {
  try {
    await files.access(path, files.constants.R_OK | files.constants.X_OK);
    await (await files.opendir(path)).close();
    return null;
  } catch (fault) {
    const { code = '', message } = fault as NodeJS.ErrnoException;
    return words[code] ?? message;
  }
}

/** The newest files of a folder; where it has folders, those of the last by name, as dates sort. */
async function newestFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await entriesOf(folder);
  const found = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  const deeper = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const last = deeper.sort().at(-1);
  if (last !== undefined && depth > 1) found.push(...(await newestFiles(last, depth - 1)));
  const dated = await Promise.all(found.map(async (path) => ({ path, at: await writtenAt(path) })));
  return dated
    .sort((a, b) => b.at - a.at)
    .slice(0, mostTried)
    .map(({ path }) => path);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await files.opendir(folder)) {
      entries.push(entry);
      if (entries.length >= mostLooked) break;
    }
  } catch {
    // One below that may not be listed shows in its files, or not at all.
  }
  return entries;
}

const writtenAt = (path: string) =>
  files.stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
