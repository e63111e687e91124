import { at } from './connections.ts';
import type { Problem } from './problem.ts';
import type { Config, NamedConfig } from './schema.ts';
import type { Source } from './source.ts';

/** A fault of one connection in the words of the file: what the top level says wrong it says wrong for all. */
export function faultIn(name: string, problem: Problem, { where }: Source, kind: 'value' | 'together'): Problem {
  const [base = ''] = problem.key.split(' ');
  const own = `connections.${name}.${base}`;
  if (kind === 'value' && !where.has(own) && where.has(base)) return problem;
  return { ...at(where, where.has(own) ? own : base), ...problem, key: `connections.${name}.${problem.key}` };
}

/** What may not be the same in two of them. */
export function collisions(connections: readonly NamedConfig[]): Problem[] {
  return connections.flatMap(({ name, config }, index) => {
    const before = connections.slice(0, index);
    const database = before.find((other) => other.config.database.path === config.database.path);
    const ids = before.find((other) => sameIds(other.config, config));
    const records = before.find((other) => sameRecords(other.config, config));
    const key = `connections.${name}`;
    return [
      ...(database === undefined
        ? []
        : [{ key: `${key}.database.path`, expected: `a file of its own: connection ${database.name} has the same` }]),
      ...(ids === undefined
        ? []
        : [{ key: `${key}.crm.call_id_prefix`, expected: `another one than that of ${ids.name}: both tell one CRM` }]),
      ...(records === undefined
        ? []
        : [
            { key: `${key}.cdr`, expected: `other records of calls than those of ${records.name}, or cdr.source none` },
          ]),
    ];
  });
}

function sameIds({ crm: one }: Config, { crm: other }: Config): boolean {
  return one.url === other.url && one.call_id_prefix === other.call_id_prefix;
}

/** Each would take the other's calls for missed ones of its own. */
function sameRecords({ cdr: one }: Config, { cdr: other }: Config): boolean {
  const [place, otherPlace] = [one, other].map(({ source, file, server, port, database, table }) => {
    if (source === 'none') return [];
    const isFile = source !== 'mysql' && source !== 'postgresql';
    return isFile ? [file, source === 'sqlite' && table] : [source, server, port, database, table];
  });
  return place !== undefined && place.length > 0 && JSON.stringify(place) === JSON.stringify(otherPlace);
}

/** What is no fault, but decides where a request without a name goes. */
export function remarksOn(connections: readonly NamedConfig[]): string[] {
  return connections.flatMap(({ name, config }, index) => {
    const { crm, extensions } = config;
    const before = connections.slice(0, index).find((other) => other.config.crm.token === crm.token);
    if (before === undefined) return [];
    const both = `connections ${before.name} and ${name}`;
    if (before.config.crm.url !== crm.url)
      return [`${both} have the same crm.token, but not the same CRM: each needs its name in its app URL (/${name})`];
    if (before.config.extensions.pattern !== extensions.pattern) return [];
    return [
      `${both} tell one CRM and have the same extensions.pattern: clicks and popups of the app URL without a name go to ${before.name}`,
    ];
  });
}
