import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { frozen } from './frozen.ts';
import type { LoadResult } from './load.ts';
import { environment } from './process-environment.ts';

const reader = fileURLToPath(new URL(`reader${extname(import.meta.url)}`, import.meta.url));

/**
 * The settings as `loadConfig` has them, read by a process of its own, which ends with that: what reading takes (zod, yaml,
 * the time zones' names) would stay in this one's memory for as long as it lives, also if a worker thread did it. Where no
 * process can be begun, or it has no answer, this one reads them itself.
 */
export async function readApart(file: string | null, program: string = reader): Promise<LoadResult> {
  try {
    const args = [...process.execArgv.filter(isForBoth), program, ...(file === null ? [] : [file])];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: Number.POSITIVE_INFINITY });
    return frozen(JSON.parse(stdout) as LoadResult);
  } catch {
    const { loadConfig } = await import('./load.ts');
    return loadConfig({ file, env: environment() });
  }
}

/** A debugger has one port, and waits there. */
function isForBoth(option: string): boolean {
  return !option.startsWith('--inspect');
}
