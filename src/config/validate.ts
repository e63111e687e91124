import type { z } from 'zod';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { type Settings, settingsSchema } from './schema.ts';
import { type SettingKey, sections, settingKeys } from './setting-keys.ts';
import { isRawMap, type RawMap, type RawValue, type Source } from './source.ts';

export type Validated = { readonly settings: Settings } | { readonly problems: readonly Problem[] };

/** Holds what was written against the schema. All faults at once, each named by its key. */
export function validate({ values, where }: Source): Validated {
  const parsed = settingsSchema.safeParse(typed(values));
  if (parsed.success) return { settings: parsed.data };
  const problems = new Map<string, Problem>();
  for (const problem of parsed.error.issues.flatMap((issue) => problemsOf(issue, values, where))) {
    if (!problems.has(problem.key)) problems.set(problem.key, problem);
  }
  return { problems: [...problems.values()] };
}

/** Text becomes what the key wants; sections left out are there but empty, so that their defaults apply. */
function typed(values: RawMap): Record<string, unknown> {
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(values));
  for (const { name, keys } of sections) {
    const alone = keys[0]?.path.length === 1 ? keys[0] : undefined;
    const value = values[name] ?? (alone === undefined ? {} : undefined);
    if (alone !== undefined) result[name] = typedValue(value, alone);
    else result[name] = isRawMap(value) ? typedSection(value, keys) : value;
  }
  return result;
}

function typedSection(section: RawMap, keys: readonly SettingKey[]): Record<string, unknown> {
  const byName = new Map(keys.map((key) => [key.path[1] ?? '', key]));
  return Object.fromEntries(
    Object.entries(section).map(([name, value]) => [name, typedValue(value, byName.get(name))]),
  );
}

function typedValue(value: RawValue | undefined, key: SettingKey | undefined): unknown {
  if (typeof value !== 'string') return value;
  switch (key?.note.shape) {
    case 'number':
      return /^\s*[+-]?\d{1,15}(?:\.\d{1,9})?\s*$/.test(value) ? Number(value) : value;
    case 'list':
      return itemsOf(value, /,/);
    case 'paths':
      return itemsOf(value, /[,:]/);
    default:
      return value;
  }
}

/** A list may be one text, as the environment has nothing else. */
function itemsOf(text: string, separator: RegExp): string[] {
  return text.split(separator).flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));
}

/** What zod says for a custom issue whose message is empty. */
const wordless = 'Invalid input';

type Where = ReadonlyMap<string, string>;

function problemsOf(issue: z.core.$ZodIssue, values: RawMap, where: Where): readonly Problem[] {
  const path = issue.path.map(String);
  const key = settingKeys.find(({ path: own }) => own.every((name, index) => name === path[index]));
  if (key !== undefined) return [wrongValue(key, path, issue, values, where)];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey([...path, name], where));
  const [name = 'the file'] = path;
  return [{ key: name, ...place(path, where), expected: 'a group of keys, indented below it' }];
}

function wrongValue(
  { name, note }: SettingKey,
  path: readonly string[],
  issue: z.core.$ZodIssue,
  values: RawMap,
  where: Where,
): Problem {
  const value = valueAt(values, path);
  const hint = issue.code === 'custom' && issue.message !== wordless ? issue.message : blankHint(value);
  const rest = path.slice(name.split('.').length);
  return {
    key: [
      name,
      ...rest.map((part) => (/^\d{1,2}$/.test(part) && note.shape !== 'map' ? `entry ${Number(part) + 1}` : part)),
    ].join(' '),
    ...place(path, where),
    expected: note.expected,
    ...(note.secret ? {} : { got: shown(value) }),
    ...(value === undefined ? { got: 'nothing' } : {}),
    ...(hint === null ? {} : { hint }),
  };
}

function blankHint(value: RawValue | undefined): string | null {
  return typeof value === 'string' && value !== value.trim() ? 'there are blanks or line breaks around it' : null;
}

function unknownKey(path: readonly string[], where: Where): Problem {
  const name = path.at(-1) ?? '';
  const siblings = settingKeys.filter((key) => path.length === 2 && key.path.length === 2 && key.path[0] === path[0]);
  const atTop = [...sections.map((section) => section.name), 'connections'];
  const own = siblings.length > 0 ? siblings.map((key) => key.path[1] ?? '') : atTop;
  const meant =
    nearest(name, own) ?? own.find((word) => word.startsWith(name) || name.startsWith(word)) ?? elsewhere(name);
  return {
    key: path.join('.'),
    ...place(path, where),
    expected: `one of: ${own.join(', ')}`,
    ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
  };
}

/** A key may be right but stand in another section, or in none. */
function elsewhere(name: string): string | null {
  return settingKeys.find(({ path }) => path.length === 2 && path[1] === name)?.name ?? null;
}

function place(path: readonly string[], where: Where): { where?: string } {
  for (let length = path.length; length > 0; length--) {
    const found = where.get(path.slice(0, length).join('.'));
    if (found !== undefined) return { where: found };
  }
  return {};
}

function valueAt(values: RawMap, path: readonly string[]): RawValue | undefined {
  let value: RawValue | undefined = values;
  for (const name of path) {
    // A list that was written as one text is shown whole.
    if (typeof value === 'string') return value;
    if (typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    value = (value as RawMap)[name];
  }
  return value;
}

/** A password inside an address is as secret as one of its own; and a missing blank or quote makes `token:...` part of another value. */
function shown(value: RawValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value !== 'string') return isRawMap(value) ? 'a group of keys' : 'a list';
  const text = value.replace(/\/\/[^/]*@/, '//...@').replace(/\b(token|secret|password)(["']?\s*[:=]).*/is, '$1$2 ...');
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}
