import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** connector.yaml, else the Python connector's config.py, in a folder; null where there is neither. */
export function defaultFile(folder: string, exists: (path: string) => boolean = existsSync): string | null {
  return ['connector.yaml', 'config.py'].map((name) => resolve(folder, name)).find((path) => exists(path)) ?? null;
}
