/** Changes a header's value, or leaves it. */
export type Change = (header: string, value: string) => string;

/** No header is longer; what is, is no AMI. */
const longestLine = 1024 * 1024;

/**
 * Puts what Asterisk sends through changes, line by line, as it comes. What has no end of line yet waits for it.
 *
 * @returns `take`: the bytes that are whole so far; `rest`: what is left at the end
 */
export function createCleaner(changes: readonly Change[]) {
  let waiting = '';
  const clean = (line: string): string => {
    const [, header, value, end] = /^([^:\r\n]+): (.*?)(\r*)$/s.exec(line) ?? [];
    if (header === undefined || value === undefined) return line;
    return `${header}: ${changes.reduce((text, change) => change(header, text), value)}${end}`;
  };
  return {
    take(bytes: Buffer): Buffer {
      const lines = `${waiting}${bytes.toString('latin1')}`.split('\n');
      waiting = lines.pop() ?? '';
      if (waiting.length > longestLine) {
        lines.push(waiting);
        waiting = '';
      }
      return Buffer.from(lines.map((line) => `${clean(line)}\n`).join(''), 'latin1');
    },
    rest(): Buffer {
      return Buffer.from(clean(waiting), 'latin1');
    },
  };
}
