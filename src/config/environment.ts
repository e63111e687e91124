import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import type { Environment } from './process-environment.ts';
import { type SettingKey, settingKeys } from './setting-keys.ts';
import { isRawMap, type RawMap, type RawValue, type Source, withoutByteOrderMark } from './source.ts';

/** `ami.ping_interval_seconds` -> `CONNECTOR_AMI_PING_INTERVAL_SECONDS`. */
export function variableOf({ path }: Pick<SettingKey, 'path'>): string {
  return `CONNECTOR_${path.join('_').toUpperCase()}`;
}

const variables = new Map(settingKeys.map((key) => [variableOf(key), key]));
const fileVariables = new Map(
  settingKeys.filter(({ note }) => note.secret).map((key) => [`${variableOf(key)}_FILE`, key]),
);
const known = [...variables.keys(), ...fileVariables.keys()];

/**
 * What is further from every known variable is somebody else's: Kubernetes sets CONNECTOR_PORT=tcp://... for a service
 * called connector, and people have a CONNECTOR_IMAGE or a CONNECTOR_HOST for their own scripts.
 */
const furthestSlip = 2;

interface Override {
  readonly key: SettingKey;
  readonly variable: string;
  readonly value: RawValue;
}

/** The file's settings with those of the environment put over them. An empty variable counts as not set. */
export function overrideFrom(source: Source, env: Environment, read: (path: string) => string): Source {
  const problems: Problem[] = [];
  const notes: string[] = [];
  const overrides: Override[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('CONNECTOR_') || text === undefined || text === '') continue;
    const taken = take(variable, text, env, read);
    if (typeof taken === 'string') notes.push(taken);
    else if ('expected' in taken) problems.push(taken);
    else overrides.push(taken);
  }
  return {
    ...source,
    values: overrides.reduce(put, source.values),
    where: new Map([...source.where, ...overrides.map(({ key, variable }) => [key.name, variable] as const)]),
    problems: [...source.problems, ...problems],
    notes: [...source.notes, ...notes],
  };
}

function take(
  variable: string,
  text: string,
  env: Environment,
  read: (path: string) => string,
): Override | Problem | string {
  const key = variables.get(variable);
  if (key !== undefined) return overrideOf(key, variable, text);
  const fileKey = fileVariables.get(variable);
  if (fileKey !== undefined) return secretFrom(fileKey, variable, text, env, read);
  const meant = nearest(variable, known, furthestSlip);
  if (meant === null) return `${variable} is set, but is no setting of the connector`;
  return { key: variable, expected: 'a variable the connector knows', hint: `did you mean ${meant}?` };
}

function overrideOf(key: SettingKey, variable: string, text: string): Override | Problem {
  const { shape } = key.note;
  if (shape !== 'pairs' && shape !== 'map') return { key, variable, value: text };
  const items = text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));
  const pairs = items.map((item) => /^([^=]+?)\s*=\s*(.+)$/s.exec(item)?.slice(1) as [string, string] | undefined);
  const sound = pairs.filter((pair) => pair !== undefined);
  if (sound.length < pairs.length) {
    return {
      key: key.name,
      where: variable,
      expected: 'left=right, several with commas between them',
      got: quoted(text),
    };
  }
  const value = shape === 'map' ? Object.fromEntries(sound) : sound.map(([from, to]) => ({ from, to }));
  return { key, variable, value };
}

function secretFrom(
  key: SettingKey,
  variable: string,
  path: string,
  env: Environment,
  read: (path: string) => string,
): Override | Problem {
  if ((env[variableOf(key)] ?? '') !== '') {
    return { key: variable, expected: `either this or ${variableOf(key)}, not both` };
  }
  try {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    return { key, variable, value: withoutByteOrderMark(read(path)).replace(/[\r\n]+$/, '') };
  } catch (error) {
    return {
      key: variable,
      expected: 'a file that can be read',
      got: quoted(path),
      hint: String((error as Error).message),
    };
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/** A section that is no group of keys is left as it is: the schema says so. */
function put(values: RawMap, { key, value }: Override): RawMap {
  const [head = '', inner] = key.path;
  if (inner === undefined) return { ...values, [head]: value };
  const section = values[head] ?? {};
  return isRawMap(section) ? { ...values, [head]: { ...section, [inner]: value } } : values;
}
