/** Aligned columns, so that a person can read and review them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const shown = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [shown(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(shown)].join('\n');
}
