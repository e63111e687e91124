import { spawn } from 'node:child_process';

export interface Finished {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program to its end. Standard output and error together; a program that does not exist is `ok: false`. */
export function command(program: string, parameters: readonly string[], limitMs = 60_000): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
    });
    const output: string[] = [];
    child.stdout.on('data', (part) => output.push(String(part)));
    child.stderr.on('data', (part) => output.push(String(part)));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output: output.join('') }));
  });
}
