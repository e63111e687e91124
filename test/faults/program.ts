import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A copy of the built program that stays as it is whatever is built meanwhile, where its packages are found.
 *
 * @returns its main file
 */
export async function copyProgram(name: string): Promise<string> {
  const folder = join('node_modules/.cache/connector-faults', `${name}-${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp('dist', join(folder, 'dist'), { recursive: true });
  await cp('package.json', join(folder, 'package.json'));
  return join(folder, 'dist/main.js');
}

export async function removeProgram(main: string): Promise<void> {
  await rm(join(main, '../..'), { recursive: true, force: true });
}
