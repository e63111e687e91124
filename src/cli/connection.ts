import { nearest } from '../config/nearest.ts';
import type { Config, NamedConfig } from '../config/schema.ts';

/** Of the commands that have --config: which of several connections they are for. */
export const connectionHelp = `\
  --connection NAME  with several connections (docs/several.md): which one; doctor and --check look at all unless told
`;

/** `name` is null where the settings have no names. */
export interface Chosen {
  readonly name: string | null;
  readonly config: Config;
}

/** The connections that a command is for, or what is wrong with the one named. */
export function chosenConnections(config: Config, named: string | undefined): readonly Chosen[] | string {
  const { connections } = config;
  if (connections === undefined)
    return named === undefined ? [{ name: null, config }] : '--connection: these settings have no connections';
  if (named === undefined) return connections;
  const found = connections.filter(({ name }) => name === named);
  return found.length > 0 ? found : unknown(named, connections);
}

/** The one connection that a command is for, or what is wrong with the one named, or why one must be. */
export function chosenConnection(config: Config, named: string | undefined): Chosen | string {
  const chosen = chosenConnections(config, named);
  if (typeof chosen === 'string') return chosen;
  const [first, ...more] = chosen;
  if (first !== undefined && more.length === 0) return first;
  return `these settings have ${chosen.length} connections: expected --connection NAME, NAME being ${either(chosen)}`;
}

function unknown(named: string, connections: readonly NamedConfig[]): string {
  const meant = nearest(
    named,
    connections.map(({ name }) => name),
  );
  const hint = meant === null ? '' : `: did you mean ${meant}?`;
  return `--connection ${named}: expected ${either(connections)}${hint}`;
}

function either(connections: readonly { readonly name: string | null }[]): string {
  return connections.map(({ name }) => name).join(' or ');
}
