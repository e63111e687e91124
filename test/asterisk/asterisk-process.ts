import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { AmiSession } from './ami-session.ts';
import type { Layout } from './layout.ts';
import { pause } from './wait.ts';

/** Starts the Asterisk in `root` in the foreground, as a child of this process. */
export async function startAsterisk(root: string): Promise<ChildProcess> {
  const output = await open(join(root, 'var/log/asterisk/console'), 'w');
  const program = ['/usr/sbin/asterisk', '-f', '-C', '/etc/asterisk/asterisk.conf'];
  const child = spawn('chroot', [root, ...program], { stdio: ['ignore', output.fd, output.fd] });
  child.on('exit', () => void output.close());
  return child;
}

/**
 * Waits until calls can be made. AMI lets a client in while Asterisk still loads; it is ready at FullyBooted.
 */
export async function untilBooted(child: ChildProcess, layout: Layout, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  let last: unknown = 'no attempt';
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`Asterisk ended with code ${child.exitCode}`);
    try {
      const session = await AmiSession.open(layout.pbx.host, layout.amiPort, 'observer', layout.secret);
      await session.event('FullyBooted', undefined, end - Date.now()).finally(() => session.close());
      return;
    } catch (error) {
      last = error;
      await pause(50);
    }
  }
  throw new Error(`Asterisk was not ready within ${limitMs} ms: ${last}`);
}

/** SIGTERM is `core stop now`. One that does not heed it in five seconds is killed. */
export async function stopAsterisk(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(killer);
}

export async function killAsterisk(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gone;
}
