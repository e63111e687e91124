import { stringify } from 'yaml';
import type { Config } from './schema.ts';
import { sections } from './setting-keys.ts';

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
