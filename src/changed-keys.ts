import type { Config } from './config/schema.ts';

/**
 * The keys in which two configurations differ, as connector.yaml has them: `http.port`, `trunks`, `connections.moscow.crm.token`.
 * Never a value.
 */
export function changedKeys(before: Config, after: Config): string[] {
  if (before.connections === undefined && after.connections === undefined) return changedSections(before, after);
  const [old, fresh] = [byName(before), byName(after)];
  const names = new Set([...old.keys(), ...fresh.keys()]);
  return [...names].flatMap((name) => {
    const [one, other] = [old.get(name), fresh.get(name)];
    if (one === undefined || other === undefined) return [name];
    return changedSections(one, other).map((key) => `${name}.${key}`);
  });
}

/** One without connections is a connection without a name. */
function byName(config: Config): ReadonlyMap<string, Config> {
  const { connections } = config;
  if (connections === undefined) return new Map([['all but connections', config]]);
  return new Map(connections.map(({ name, config: own }) => [`connections.${name}`, own]));
}

function changedSections(before: Config, after: Config): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((section) => {
    const [old, fresh] = [before, after].map((config) => config[section as keyof Config] as unknown);
    if (!isGroup(old) || !isGroup(fresh)) return differs(old, fresh, section);
    return differing(old, fresh).map((key) => `${section}.${key}`);
  });
}

type Group = Readonly<Record<string, unknown>>;

function differing(before: Group, after: Group): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => differs(before[key], after[key], key).length > 0);
}

function differs(before: unknown, after: unknown, name: string): string[] {
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [name];
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
