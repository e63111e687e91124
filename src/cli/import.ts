export interface ImportCommand {
  readonly kind: 'import';
  readonly file: string;
  /** null: connector.yaml. */
  readonly out: string | null;
  /** Whether a file that is there may be written over. */
  readonly force: boolean;
  readonly json: boolean;
  /** The connector's own settings, for an old database. */
  readonly config: string | null;
}

export const importHelp = `  import         makes a connector.yaml of another connector's settings (config.py of the Python connector,
                 SPVtigerAsteriskConnector.properties, AsteriskIntegrator.properties, asterlink's conf.yml), and says of
                 each key what became of it; exits with 0, or with 1 if something is to be filled in. Of a Java
                 connector's database (CrmAsterisk.db) the recordings are taken over, so that old links play
  --out FILE     where to (default: connector.yaml)
  --force        also over a file that is there
  --json         for a program to read
  --config FILE  of a database: the connector's settings
`;

/** What the words after `import` and the options ask for; a text: what is wrong with them. */
export function parseImport(
  given: ReadonlyMap<string, string | undefined>,
  words: readonly string[],
): ImportCommand | string {
  const [file, extra] = words;
  if (file === undefined) return "import needs a file: another connector's settings, or its database";
  if (extra !== undefined) return `import takes one file: ${extra} is another one`;
  return {
    kind: 'import',
    file,
    out: given.get('out') ?? null,
    force: given.has('force'),
    json: given.has('json'),
    config: given.get('config') ?? null,
  };
}
