import type { Config } from './config/schema.ts';

/** The keys in which two configurations differ, as connector.yaml has them: `http.port`, `trunks`. Never a value. */
export function changedKeys(before: Config, after: Config): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((section) => {
    const [old, fresh] = [before, after].map((config) => config[section as keyof Config] as unknown);
    return isGroup(old) && isGroup(fresh)
      ? differing(old, fresh).map((key) => `${section}.${key}`)
      : differs(old, fresh, section);
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
