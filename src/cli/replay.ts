export const dialectsText = 'salesplatform or vanilla';

export interface ReplayCommand {
  readonly kind: 'replay';
  readonly files: readonly string[];
  /** null: as shipped. */
  readonly config: string | null;
  /** null: the settings'. */
  readonly dialect: 'salesplatform' | 'vanilla' | null;
  /** The linkedid of the one call to tell; null: all. */
  readonly call: string | null;
  readonly events: boolean;
  readonly mask: boolean;
}

/** What the words after `replay` and the options ask for; a text: what is wrong with them. */
export function parseReplay(
  given: ReadonlyMap<string, string | undefined>,
  files: readonly string[],
): ReplayCommand | string {
  if (files.length === 0) return 'replay needs a file: a recording of what Asterisk sent';
  const dialect = given.get('dialect') ?? null;
  if (dialect !== null && dialect !== 'salesplatform' && dialect !== 'vanilla')
    return `--dialect: expected ${dialectsText}`;
  return {
    kind: 'replay',
    files,
    dialect,
    config: given.get('config') ?? null,
    call: given.get('call') ?? null,
    events: given.has('events'),
    mask: given.has('mask'),
  };
}
