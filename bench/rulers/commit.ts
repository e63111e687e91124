import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import sqlite3 from 'sqlite3';

/** Nothing is told before it is on disk, so nothing can be told sooner than this machine's disk has it. */
const commits = 800;
const betweenMs = 5;

/** How long one small row takes to be on disk, with nothing else to do: milliseconds, in order of size. */
export async function measureCommits(): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-commit-'));
  const database = new sqlite3.Database(join(folder, 'alone.db'));
  const run = (sql: string, ...params: string[]) =>
    new Promise<void>((resolve, reject) => {
      database.run(sql, params, (fault) => (fault === null ? resolve() : reject(fault)));
    });
  await run('PRAGMA journal_mode = WAL');
  await run('PRAGMA synchronous = FULL');
  await run('CREATE TABLE lines (id INTEGER PRIMARY KEY, text TEXT)');
  const text = 'x'.repeat(400);
  const took: number[] = [];
  for (let count = 0; count < commits; count += 1) {
    const begun = performance.now();
    await run('INSERT INTO lines (text) VALUES (?)', text);
    took.push(performance.now() - begun);
    await pause(betweenMs);
  }
  await new Promise((resolve) => database.close(resolve));
  await rm(folder, { recursive: true, force: true });
  return took.sort((a, b) => a - b);
}
