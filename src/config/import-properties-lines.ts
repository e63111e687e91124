/** One `name = value` of a Java properties file. */
export interface Property {
  readonly name: string;
  /** As Java has it: blanks at its end, and what was meant for a comment, belong to it. */
  readonly value: string;
  readonly line: number;
}

export interface Properties {
  readonly properties: readonly Property[];
  /** Lines with a `\u` that is not followed by four hex digits; Java refuses the whole file for one. */
  readonly badEscapes: readonly number[];
}

const blanks = ' \t\f';

/**
 * Reads Java properties as `java.util.Properties.load` does: `=`, `:` or blanks after the name, `#` and `!` comments, lines
 * that go on after a backslash, escapes. Lines that begin with `//` are comments as well: Java takes them for a property
 * called `//`, which nobody asks for.
 */
export function readProperties(text: string): Properties {
  const properties: Property[] = [];
  const badEscapes: number[] = [];
  for (const { written, line } of logicalLines(text)) {
    const [name, value] = split(written).map(unescaped);
    if (name === null || value === null) badEscapes.push(line);
    else properties.push({ name: name ?? '', value: value ?? '', line });
  }
  return { properties, badEscapes };
}

interface LogicalLine {
  readonly written: string;
  readonly line: number;
}

function logicalLines(text: string): LogicalLine[] {
  const found: LogicalLine[] = [];
  const natural = text.split(/\r\n|\r|\n/);
  for (let at = 0; at < natural.length; at += 1) {
    const line = at + 1;
    const parts = [withoutIndent(natural[at] ?? '')];
    // A comment cannot go on, and a line that goes on may begin like a comment.
    if (/^(?:$|[#!]|\/\/)/.test(parts[0] ?? '')) continue;
    while (goesOn(parts.at(-1) ?? '') && at + 1 < natural.length) {
      at += 1;
      parts.push(withoutIndent(natural[at] ?? ''));
    }
    found.push({ written: parts.map((part) => (goesOn(part) ? part.slice(0, -1) : part)).join(''), line });
  }
  return found;
}

function withoutIndent(line: string): string {
  return line.replace(/^[ \t\f]+/, '');
}

/** An odd number of backslashes: an even one is that many escaped ones. */
function goesOn(line: string): boolean {
  let count = 0;
  while (line.at(-1 - count) === '\\') count += 1;
  return count % 2 === 1;
}

function split(written: string): [string, string] {
  let end = 0;
  while (end < written.length && !`=:${blanks}`.includes(written[end] ?? '')) end += written[end] === '\\' ? 2 : 1;
  const rest = withoutIndent(written.slice(end));
  const value = /^[=:]/.test(rest) ? withoutIndent(rest.slice(1)) : rest;
  return [written.slice(0, end), value];
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/** null: a `\u` that is none. */
function unescaped(text: string): string | null {
  if (/(?:^|[^\\])(?:\\\\)*\\u(?![0-9A-Fa-f]{4})/.test(text)) return null;
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|(.?))/gs, (_, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (escapes[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
