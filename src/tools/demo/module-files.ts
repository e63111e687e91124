import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from './scene.ts';

const folder = join(packageRoot, 'vtiger-module/layouts/v7/modules/AsteriskConnector/resources');

/** Where the pages of a CRM have what the module adds to them. */
export const moduleFilePath = '/layouts/v7/modules/AsteriskConnector/resources';

const kinds = {
  'AsteriskConnector.js': 'scripts',
  'AsteriskConnector.css': 'styles',
} as const;

/** The module's scripts or styles in one file, as its package has them; null: it has no such file. */
export async function moduleFile(name: string): Promise<string | null> {
  if (!Object.hasOwn(kinds, name)) return null;
  const bundle = JSON.parse(await readFile(join(folder, 'bundle.json'), 'utf8'));
  const names: readonly string[] = bundle[kinds[name as keyof typeof kinds]];
  const parts = await Promise.all(names.map((part) => readFile(join(folder, part), 'utf8')));
  return parts.join('\n');
}
