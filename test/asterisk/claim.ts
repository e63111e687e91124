import { readFile, rm, writeFile } from 'node:fs/promises';
import { pause } from './wait.ts';

/** A file that one process on this machine holds. What a dead process held is free again. */
export async function claim(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (await holderLives(path)) return false;
    await rm(path, { force: true });
    return claim(path);
  }
}

/** A file without a number in it was made this moment, and its maker has not written it yet. */
async function holderLives(path: string): Promise<boolean> {
  const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
  return holder === 0 || isAlive(holder);
}

export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs `work` while no other process runs work under the same file. */
export async function alone<T>(path: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + limitMs;
  while (!(await claim(path))) {
    if (Date.now() > end) throw new Error(`another process held ${path} for ${limitMs} ms`);
    await pause(200);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
