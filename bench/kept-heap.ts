import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** Preloads this file into a process, which then tells at SIGUSR2 what its heap keeps. */
export const keptHeapOption = `--import=${import.meta.url}`;

const isPreloaded = process.execArgv.includes(keptHeapOption) && process.argv[1] !== fileURLToPath(import.meta.url);

const toldIn = (pid: number) => join(tmpdir(), `kept-heap-${pid}`);

if (isPreloaded && isMainThread) process.on('SIGUSR2', tell);

function tell(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  writeFileSync(toldIn(process.pid), String(process.memoryUsage().heapUsed));
}

/** What is left of a process's heap when all garbage is collected, in KiB. */
export async function keptHeapKiB(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    await pause(100);
    const told = read(pid);
    if (told === null || told === '') continue;
    rmSync(toldIn(pid));
    return Number(told) / 1024;
  }
}

function read(pid: number): string | null {
  try {
    return readFileSync(toldIn(pid), 'utf8');
  } catch {
    return null;
  }
}
