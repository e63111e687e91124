import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A fault to be put into a copy of the program. */
export interface Bug {
  /** A file of dist/. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

/**
 * A copy of the built program that stays as it is whatever is built meanwhile, in a place from where its packages are found.
 *
 * @param bug is planted in it
 * @returns its main file
 */
export async function copyProgram(name: string, bug?: Bug): Promise<string> {
  const folder = join('node_modules/.cache/connector-faults', `${name}-${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp('dist', join(folder, 'dist'), { recursive: true });
  await cp('package.json', join(folder, 'package.json'));
  if (bug !== undefined) await plant(join(folder, 'dist', bug.file), bug);
  return join(folder, 'dist/main.js');
}

export async function removeProgram(main: string): Promise<void> {
  await rm(join(main, '../..'), { recursive: true, force: true });
}

async function plant(path: string, { right, wrong }: Bug): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (text.split(right).length !== 2) throw new Error(`${path} does not hold once: ${right}`);
  await writeFile(path, text.replace(right, wrong));
}
