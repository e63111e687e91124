import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { certificateFaults } from './certificate-files.ts';
import { complete, contradictions, notesOn } from './complete.ts';
import { collisions, faultIn, remarksOn } from './connection-faults.ts';
import { type NamedSource, splitConnections } from './connections.ts';
import { overrideFrom } from './environment.ts';
import { frozen } from './frozen.ts';
import { importAsterlink } from './import-asterlink.ts';
import { type FileKind, kindOf } from './import-kind.ts';
import { importProperties } from './import-properties.ts';
import { importPython } from './import-python.ts';
import type { Problem } from './problem.ts';
import type { Environment } from './process-environment.ts';
import type { Config } from './schema.ts';
import { emptySource, type Source } from './source.ts';
import { validate } from './validate.ts';
import { readYaml } from './yaml-source.ts';

export type { Problem } from './problem.ts';

export interface LoadRequest {
  /** connector.yaml or another connector's file, told apart by what is in it; null: the environment says everything. */
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
  const fail = (problems: readonly Problem[]): LoadResult => ({ ok: false, problems: asWritten(problems, source) });
  // Keys seem to be missing where a quote or a bracket swallowed them.
  if (source.isBroken) return fail(source.problems);
  const place = { folder: file === null ? process.cwd() : dirname(resolve(file)), read };
  const split = splitConnections(source);
  const settled = split === null ? settle(source, place) : settleEach(split.connections, source, place);
  const problems = distinct([...source.problems, ...(split?.problems ?? []), ...settled.problems]);
  if (problems.length > 0 || settled.config === null) return fail(problems);
  return { ok: true, config: frozen(settled.config), notes: [...source.notes, ...settled.notes] };
}

interface Place {
  readonly folder: string;
  readonly read: (path: string) => string;
}

interface Settled {
  /** null: not to be had. */
  readonly config: Config | null;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

type SayFault = (problem: Problem, kind: 'value' | 'together') => Problem;

function settle(source: Source, { folder, read }: Place, name: string | null = null, say: SayFault = same): Settled {
  const validated = validate(source);
  const said = (kind: 'value' | 'together', problems: readonly Problem[]) => problems.map((one) => say(one, kind));
  const files = said('value', certificateFaults(source, folder, read));
  const none = { config: null, notes: [] };
  if ('problems' in validated) return { ...none, problems: [...said('value', validated.problems), ...files] };
  const { settings } = validated;
  const problems = [...said('together', contradictions(settings)), ...files];
  if (problems.length > 0) return { ...none, problems };
  const config = complete(settings, folder, name);
  return { config, problems, notes: notesOn(settings, config, (key) => source.names?.get(key) ?? key) };
}

function same(problem: Problem): Problem {
  return problem;
}

function settleEach(sources: readonly NamedSource[], file: Source, place: Place): Settled {
  const each = sources.map(({ name, source }) => ({
    name,
    ...settle(source, place, name, (problem, kind) => faultIn(name, problem, file, kind)),
  }));
  const connections = each.flatMap(({ name, config }) => (config === null ? [] : [{ name, config }]));
  const [first] = connections;
  return {
    config: first === undefined ? null : { ...first.config, connections },
    problems: [...each.flatMap(({ problems }) => problems), ...collisions(connections)],
    notes: [
      ...each.flatMap(({ name, notes }) => notes.map((note) => `connection ${name}: ${note}`)),
      ...remarksOn(connections),
    ],
  };
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
    const fault = { key: '--config', expected: 'a file that can be read', got: file, hint };
    return { ...emptySource, isBroken: true, problems: [fault] };
  }
  return readSettings(text, file);
}

/** More is no settings file. */
const longestText = 1_000_000;

const readers: Readonly<Record<FileKind, (text: string) => Source>> = {
  connector: readYaml,
  python: importPython,
  properties: importProperties,
  asterlink: importAsterlink,
};

/** What a text says, whichever connector's settings it is. */
export function readSettings(text: string, file: string): Source {
  const kind = kindOf(text.slice(0, longestText), file);
  const fault = textFault(text) ?? (kind === 'properties' ? null : encodingFault(text));
  return fault === null ? readers[kind](text) : { ...emptySource, isBroken: true, problems: [fault] };
}

function textFault(text: string): Problem | null {
  if (text.length > longestText) return { key: 'line 1', expected: 'a settings file, of at most a million characters' };
  if (!text.includes('\0')) return null;
  const isWide = /^[\uFFFD\uFEFF]*(?:[^\0]\0|\0[^\0]){2}/.test(text);
  const hint = isWide ? 'this looks like UTF-16' : 'this is no text file';
  return { key: 'line 1', expected: 'a text file in UTF-8', hint };
}

/** Comments may be in any encoding that leaves lines alone, as an old config.py's are; a value in another one is not itself. */
function encodingFault(text: string): Problem | null {
  const at = text.split('\n').findIndex((line) => line.replace(/#.*/, '').includes('\uFFFD'));
  return at < 0 ? null : { key: `line ${at + 1}`, expected: 'UTF-8', hint: 'save the file as UTF-8' };
}

/** A key whose writing is at fault need not be reported as missing or wrong as well. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ key }) => !seen.has(key) && seen.add(key));
}

/** In the file's own words; what the environment set is not in the file. */
function asWritten(problems: readonly Problem[], { names, where: places }: Source): readonly Problem[] {
  return problems.map((problem) => {
    const { key, where = places.get(key.split(' ')[0] ?? '') } = problem;
    const name = where?.startsWith('CONNECTOR_') ? undefined : names?.get(key);
    return { ...problem, key: name ?? key, ...(where === undefined ? {} : { where }) };
  });
}
