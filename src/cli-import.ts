export interface ImportCommand {
  readonly kind: 'import';
  readonly file: string;
  readonly out: string;
  /** Whether a file that is there may be written over. */
  readonly force: boolean;
  readonly json: boolean;
}

export const importHelp = `  import         makes a connector.yaml of another connector's settings (config.py of the Python connector,
                 SPVtigerAsteriskConnector.properties, AsteriskIntegrator.properties, asterlink's conf.yml), and says of
                 each key what became of it; exits with 0, or with 1 if something is to be filled in
  --out FILE     where to (default: connector.yaml)
  --force        also over a file that is there
  --json         for a program to read
`;

/** What the words after `import` and the options ask for; a text: what is wrong with them. */
export function parseImport(
  given: ReadonlyMap<string, string | undefined>,
  words: readonly string[],
): ImportCommand | string {
  const [file, extra] = words;
  if (file === undefined) return "import needs a file: another connector's settings";
  if (extra !== undefined) return `import takes one file: ${extra} is another one`;
  return {
    kind: 'import',
    file,
    out: given.get('out') ?? 'connector.yaml',
    force: given.has('force'),
    json: given.has('json'),
  };
}
