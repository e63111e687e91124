import { stringify } from 'yaml';
import type { Problem } from './problem.ts';
import type { Config } from './schema.ts';
import { sections } from './setting-keys.ts';

/** All that is wrong, for people: one fault a line, its advice below it. `file`: what was read; null: only the environment. */
export function formatProblems(problems: readonly Problem[], file: string | null): string {
  const count = problems.length === 1 ? '1 fault' : `${problems.length} faults`;
  return [`${file ?? 'configuration'}: ${count}`, ...problems.map(formatProblem)].join('\n');
}

function formatProblem({ key, where, expected, got, hint }: Problem): string {
  const place = where === undefined || where === key ? key : `${key} (${where})`;
  const found = got === undefined ? '' : `, got ${got}`;
  return `  ${place}: expected ${expected}${found}${hint === undefined ? '' : `\n      ${hint}`}`;
}

/** That a password is missing is no secret. */
function isGiven(section: unknown, name: string | undefined): name is string {
  return name !== undefined && (section as Readonly<Record<string, unknown>>)[name] !== '';
}

/** The configuration as it takes effect, as YAML with the secrets masked. */
export function formatConfig(config: Config): string {
  const shown = sections.map(({ name, keys }) => {
    const value: unknown = config[name as keyof Config];
    const masked = keys.flatMap(({ path, note }) =>
      note.secret && isGiven(value, path[1]) ? [[path[1], '********']] : [],
    );
    return [name, masked.length === 0 ? value : { ...(value as object), ...Object.fromEntries(masked) }] as const;
  });
  return stringify(Object.fromEntries(shown), { lineWidth: 0 });
}
