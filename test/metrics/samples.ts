/** The lines of a page for Prometheus: `name{labels}` to value. */
export function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      const value = line.slice(at + 1);
      return [line.slice(0, at), value === 'Nan' ? Number.NaN : Number(value)];
    }),
  );
}
