import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Environment, overrideFrom } from './environment.ts';
import { importPython } from './import-python.ts';
import type { Problem } from './problem.ts';
import type { Config, Settings } from './schema.ts';
import { emptySource, type Source } from './source.ts';
import { validate } from './validate.ts';
import { readYaml } from './yaml-source.ts';

export type { Problem } from './problem.ts';

export interface LoadRequest {
  /** connector.yaml or the Python connector's config.py, told apart by name; null: the environment says everything. */
  readonly file: string | null;
  readonly env: Environment;
  /** Reads a text file or throws, as readFileSync does. */
  readonly read?: (path: string) => string;
}

export type LoadResult =
  | { readonly ok: true; readonly config: Config; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The settings, or everything that is wrong with them. Values of secrets are in neither. */
export function loadConfig({ file, env, read = readText }: LoadRequest): LoadResult {
  const source = overrideFrom(sourceOf(file, read), env, read);
  const validated = validate(source);
  if ('problems' in validated) return { ok: false, problems: distinct([...source.problems, ...validated.problems]) };
  if (source.problems.length > 0) return { ok: false, problems: source.problems };
  const folder = file === null ? process.cwd() : dirname(resolve(file));
  return { ok: true, config: complete(validated.settings, folder), notes: source.notes };
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

function sourceOf(file: string | null, read: (path: string) => string): Source {
  if (file === null) return emptySource;
  let text: string;
  try {
    text = read(file);
  } catch (error) {
    const hint = (error as Error).message;
    return { ...emptySource, problems: [{ key: '--config', expected: 'a file that can be read', got: file, hint }] };
  }
  return /\.py$/i.test(file) ? importPython(text) : readYaml(text);
}

/** A key whose writing is at fault need not be reported as missing or wrong as well. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ key }) => !seen.has(key) && seen.add(key));
}

function complete(settings: Settings, folder: string): Config {
  const { crm, http, recordings, database } = settings;
  return {
    ...settings,
    crm: {
      ...crm,
      time_zone: crm.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      ca_file: crm.ca_file === undefined ? null : resolve(folder, crm.ca_file),
    },
    recordings: { ...recordings, public_url: publicUrl(recordings.public_url, http) },
    database: { ...database, path: resolve(folder, database.path) },
  };
}

function publicUrl(given: string, { bind, port }: Settings['http']): string {
  if (given !== '') return given.replace(/\/+$/, '');
  const reachable = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
