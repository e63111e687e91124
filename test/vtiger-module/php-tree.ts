import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, type Finished } from '../asterisk/command.ts';

/** What PHP looks at: the module and its tests. */
const folders = ['vtiger-module', 'test/vtiger-module/php'];

/** The module's PHP where a PHP can see it: the repository, or a copy inside of the system that has the PHP. */
export interface PhpTree {
  /** A shell command in the folder above vtiger-module. */
  run(line: string): Promise<Finished>;
  remove(): Promise<void>;
}

/** @param root the folder of the system, null for this machine */
export async function phpTree(repository: string, root: string | null): Promise<PhpTree> {
  if (root === null) {
    return { run: (line) => command('sh', ['-c', `cd '${repository}' && ${line}`], 120_000), remove: async () => {} };
  }
  const inside = `/srv/module-${process.pid}`;
  for (const folder of folders) {
    await mkdir(join(root, inside, folder), { recursive: true });
    await cp(join(repository, folder), join(root, inside, folder), { recursive: true });
  }
  return {
    run: (line) => command('chroot', [root, 'sh', '-c', `cd '${inside}' && ${line}`], 120_000),
    remove: () => rm(join(root, inside), { recursive: true, force: true }),
  };
}
