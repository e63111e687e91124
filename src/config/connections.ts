import { parse } from 'node:path';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { sections, settingKeys } from './setting-keys.ts';
import { isRawMap, type RawMap, type RawValue, type Source } from './source.ts';

/** What one connection of several is told, as if it stood in a file of its own. */
export interface NamedSource {
  readonly name: string;
  readonly source: Source;
}

export interface SplitSource {
  readonly connections: readonly NamedSource[];
  readonly problems: readonly Problem[];
}

/** What the HTTP side serves for the process as a whole begins with these. */
export const takenNames: readonly string[] = ['health', 'live', 'makecall', 'metrics', 'recording', 'status'];

/** One listener and one log for all. */
const ofProcess = ['http', 'log'];
const own = sections.map(({ name }) => name).filter((name) => !ofProcess.includes(name));

const nameExpected = `a connection's name: 1 to 20 lower-case letters, digits and -, beginning with a letter or digit, and none of ${takenNames.join(', ')}`;

/** The connections of a file that has some, each with what the top level says for all; null: it has none. */
export function splitConnections(source: Source): SplitSource | null {
  const { connections, ...shared } = source.values;
  if (connections === undefined) return null;
  if (!isRawMap(connections)) return { connections: [], problems: [noNames(source)] };
  const found = Object.entries(withEmpty(connections, source));
  if (found.length === 0) return null;
  const problems = found.flatMap(([name, value]) => faultsOf(name, value, source));
  const sound = found.filter(([name, value]) => isName(name) && isRawMap(value));
  return {
    problems,
    connections: sound.map(([name, value]) => ({ name, source: sourceFor(name, value as RawMap, shared, source) })),
  };
}

function noNames({ where }: Source): Problem {
  const expected = 'the names of connections, each with its sections below it';
  return { key: 'connections', ...at(where, 'connections'), expected, hint: 'did you mean crm.connections?' };
}

/** A name without anything below it is a connection as the top level has it; the reader leaves out what has no value. */
function withEmpty(connections: RawMap, { where }: Source): RawMap {
  const names = [...where.keys()].flatMap((key) => /^connections\.([^.]+)$/.exec(key)?.[1] ?? []);
  return { ...Object.fromEntries(names.map((name) => [name, {}])), ...connections };
}

function isName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,19}$/.test(name) && !takenNames.includes(name);
}

function faultsOf(name: string, value: RawValue, { where }: Source): Problem[] {
  const key = `connections.${name}`;
  if (!isName(name)) return [{ key, ...at(where, key), expected: nameExpected }];
  if (!isRawMap(value)) return [{ key, ...at(where, key), expected: 'a group of sections, indented below it' }];
  return Object.keys(value).flatMap((section) => (own.includes(section) ? [] : [strange(key, section, where)]));
}

function strange(connection: string, section: string, where: Source['where']): Problem {
  const key = `${connection}.${section}`;
  const meant = nearest(section, own);
  const hint = ofProcess.includes(section)
    ? `${section} is the whole process's and stands at the top level`
    : meant && `did you mean ${meant}?`;
  return { key, ...at(where, key), expected: `one of: ${own.join(', ')}`, ...(hint ? { hint } : {}) };
}

export function at(where: Source['where'], key: string): { where?: string } {
  const place = where.get(key);
  return place === undefined ? {} : { where: place };
}

function sourceFor(name: string, written: RawMap, shared: RawMap, { where }: Source): Source {
  const prefix = `connections.${name}.`;
  const places = [...where].flatMap(([key, place]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), place] as const] : [],
  );
  const values = merged(shared, Object.fromEntries(Object.entries(written).filter(([key]) => own.includes(key))));
  return {
    values: derived.reduce((so, { path, of }) => withDerived(so, path, written, (value) => of(value, name)), values),
    where: new Map([...where, ...places]),
    problems: [],
    notes: [],
  };
}

/** Key by key; what is a list or a map in itself is taken whole. */
function merged(shared: RawMap, written: RawMap): RawMap {
  const both = Object.entries(written).map(([section, value]) => {
    const before = shared[section];
    return [section, isRawMap(value) && isRawMap(before) ? { ...before, ...value } : value] as const;
  });
  return { ...shared, ...Object.fromEntries(both) };
}

interface Derived {
  readonly path: readonly [string, string];
  /** What a connection has that does not say itself. @param value the top level's; null: its address is not known here */
  readonly of: (value: string | null, name: string) => string | null;
}

/** What must differ between connections, made of what holds for all. */
const derived: readonly Derived[] = [
  { path: ['database', 'path'], of: (path, name) => path && fileFor(path, name) },
  { path: ['recordings', 'public_url'], of: (url, name) => url && `${url.replace(/\/+$/, '')}/${name}` },
  { path: ['recordings', 'cache_path'], of: (folder, name) => folder && `${folder.replace(/\/+$/, '')}/${name}` },
  // What `auto` finds on this machine is one PBX's, and its calls would be taken for missed ones of all.
  { path: ['cdr', 'source'], of: (source) => (source === 'auto' ? 'none' : source) },
  { path: ['crm', 'call_id_prefix'], of: (prefix, name) => `${prefix ?? ''}${name}-` },
];

function fileFor(path: string, name: string): string {
  const { dir, name: stem, ext } = parse(path);
  const file = `${stem}-${name}${ext}`;
  return dir === '' ? file : `${dir === '/' ? '' : dir}/${file}`;
}

function withDerived(
  values: RawMap,
  [section, key]: readonly [string, string],
  written: RawMap,
  of: (value: string | null) => string | null,
): RawMap {
  const [said, all] = [written[section], values[section] ?? {}];
  if (!isRawMap(all) || (isRawMap(said) && said[key] !== undefined)) return values;
  const preset = settingKeys.find(({ name }) => name === `${section}.${key}`)?.preset;
  const shared = all[key] ?? (typeof preset === 'string' ? preset : null);
  if (shared !== null && typeof shared !== 'string') return values;
  const value = of(shared);
  return value === null || value === '' ? values : { ...values, [section]: { ...all, [key]: value } };
}
