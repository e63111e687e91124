/** The cells of one line of CSV_QUOTE'd values: every cell in quotes, a quote within doubled, or the cell bare. */
export function parseCsvRow(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
  );
}
