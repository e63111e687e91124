import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Problem } from './problem.ts';
import { isRawMap, type RawMap, type RawValue, type Source, withoutByteOrderMark } from './source.ts';

interface Reading {
  readonly lines: LineCounter;
  readonly where: Map<string, string>;
  readonly problems: Problem[];
}

/** Deeper than any setting; a file of ten thousand brackets is nobody's configuration. */
const deepest = 8;

/** Reads connector.yaml. Every fault of syntax, duplicate key, alias and tag is a problem with its line. */
export function readYaml(text: string): Source {
  const reading: Reading = { lines: new LineCounter(), where: new Map(), problems: [] };
  const source = withoutByteOrderMark(text);
  // The failsafe schema leaves scalars as written: a secret 0123 stays 0123, an extension 101 stays text.
  const document = parseDocument(source, {
    schema: 'failsafe',
    lineCounter: reading.lines,
    prettyErrors: false,
    uniqueKeys: false,
    // 'silent' would pass over a second document in silence (yaml 2.9).
    logLevel: 'error',
  });
  const faults = [...document.errors, ...document.warnings];
  for (const fault of faults) reading.problems.push(syntaxProblem(fault.code, fault.pos[0], source, reading));
  const values = faults.length > 0 ? undefined : rawValueOf(document.contents, [], reading);
  if (values !== undefined && !isRawMap(values)) {
    reading.problems.push({ key: 'line 1', expected: 'sections such as ami: and crm:, each with its keys below it' });
  }
  return {
    values: isRawMap(values) ? values : {},
    where: reading.where,
    problems: firstPerLine(reading.problems),
    isBroken: faults.length > 0,
    notes: [],
  };
}

/** The parser's own messages quote the line, and with it a secret; so the words are ours. */
const sayings: Partial<Record<string, string>> = {
  TAB_AS_INDENT: 'indentation by blanks, not tabs',
  BAD_INDENT: 'the same indentation for all keys of a section',
  MISSING_CHAR: 'the end of a quoted text, list or group that begins here; or a colon after a key',
  MULTIPLE_DOCS: 'one document, without ---',
  BAD_SCALAR_START: 'quotes around a text that begins with @ ` or %',
  BAD_DQ_ESCAPE: 'single quotes around a text with backslashes',
  TAG_RESOLVE_FAILED: 'plain values, without a !tag',
  MULTILINE_IMPLICIT_KEY: 'a colon and a blank after each key',
};

function syntaxProblem(code: string, offset: number, source: string, reading: Reading): Problem {
  const { line } = reading.lines.linePos(offset);
  const written = source.split('\n', line)[line - 1] ?? '';
  const slashes = /^\s*\/\//.test(written) || /^\s*\/\//.test(source.split('\n', line)[line - 2] ?? '');
  return {
    key: `line ${line}`,
    expected: sayings[code] ?? 'YAML: lines of the form "key: value", indented below their section',
    ...(slashes ? { hint: 'a comment begins with #, not with //' } : {}),
  };
}

/** One slip makes the parser stumble several times on the same line. */
function firstPerLine(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ key }) => !seen.has(key) && seen.add(key));
}

function rawValueOf(node: Node | null | undefined, path: readonly string[], reading: Reading): RawValue | undefined {
  if (path.length > deepest) {
    reading.problems.push({ key: path[0] ?? '', expected: 'fewer groups within groups' });
    return undefined;
  }
  if (isMap(node)) return mapOf(node as YAMLMap<Node, Node | null>, path, reading);
  if (isSeq(node)) return listOf(node.items as (Node | null)[], path, reading);
  if (isAlias(node)) {
    reading.problems.push({
      key: path.join('.') || lineOf(node, reading),
      expected: 'the value itself, not an alias (*)',
    });
    return undefined;
  }
  if (!isScalar(node)) return undefined;
  const nothing = node.type === 'PLAIN' && /^(?:|~|null)$/i.test(String(node.value));
  return nothing ? undefined : String(node.value);
}

function listOf(items: readonly (Node | null)[], path: readonly string[], reading: Reading): RawValue {
  return items.map((item, index) => rawValueOf(item, [...path, String(index)], reading) ?? '');
}

function mapOf(map: YAMLMap<Node, Node | null>, path: readonly string[], reading: Reading): RawMap {
  const entries = new Map<string, RawValue>();
  const seen = new Map<string, string>();
  for (const pair of map.items) {
    const name = nameOf(pair);
    const inner = [...path, name];
    const key = inner.join('.');
    const where = lineOf(pair.key, reading);
    const before = seen.get(name);
    if (before !== undefined) {
      reading.problems.push({ key, where, expected: `each key once; it stands in ${before} already` });
      continue;
    }
    seen.set(name, where);
    reading.where.set(key, where);
    const value = rawValueOf(pair.value, inner, reading);
    if (value !== undefined) entries.set(name, value);
  }
  return Object.fromEntries(entries);
}

function nameOf(pair: Pair<Node, Node | null>): string {
  return isScalar(pair.key) ? String(pair.key.value) : '(a key that is not a word)';
}

function lineOf(node: Node, reading: Reading): string {
  return `line ${reading.lines.linePos(node.range?.[0] ?? 0).line}`;
}
