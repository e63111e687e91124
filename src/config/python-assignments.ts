import {
  type Assignment,
  type Cursor,
  isMark,
  type Literal,
  peek,
  readLiteral,
  skipValue,
  take,
} from './python-literals.ts';
import { type Token, tokenize } from './python-tokens.ts';

export interface PythonFile {
  /** Of `class Config`, in the order of the file; a name may come again, and the last one counts, as in Python. */
  readonly assignments: readonly Assignment[];
  /** What cannot be read as an assignment. */
  readonly strange: readonly { readonly line: number; readonly expected: string }[];
  readonly notes: readonly string[];
  /** A quote or a bracket without its end: what follows it was read as part of it, or not at all. */
  readonly isBroken: boolean;
}

interface Reading extends Cursor {
  readonly assignments: Assignment[];
  readonly strange: { line: number; expected: string }[];
  readonly notes: string[];
  /** The class whose lines are being read. Its end cannot be seen where indentation was lost. */
  inClass: string;
}

/** Whatever stands below these may or may not happen, and only running them would tell. */
const blockWords = new Set(
  'if elif else for while with try except finally def async match return raise del global exec lambda yield'.split(' '),
);
const harmlessWords = new Set(['import', 'from', 'pass']);

/** The assignments of a Python connector's config.py, read as literals; nothing in it is executed. */
export function readAssignments(text: string): PythonFile {
  const { tokens, faults } = tokenize(text);
  const reading: Reading = { tokens, at: 0, assignments: [], strange: [...faults], notes: [], inClass: 'Config' };
  while (peek(reading).kind !== 'end') readStatement(reading);
  return { ...reading, isBroken: faults.length > 0 };
}

function readStatement(reading: Reading): void {
  const first = peek(reading);
  if (first.kind === 'newline') take(reading);
  else if (first.kind === 'string') skipLine(reading);
  else if (first.kind === 'name' && first.text === 'class') readClass(reading);
  else if (first.kind === 'name' && harmlessWords.has(first.text)) skipLine(reading);
  else if (first.kind === 'name' && !blockWords.has(first.text)) readAssignment(reading, first.text, first.line);
  else strange(reading, first);
}

function strange(reading: Reading, { line }: Token): void {
  reading.strange.push({
    line,
    expected: "a line of the form name = 'value'; nothing else is read, and nothing executed",
  });
  skipLine(reading);
}

/** `class Config:`, `class Config(object):`, and `class Config: name = 'value'` */
function readClass(reading: Reading): void {
  const first = take(reading);
  const named = take(reading);
  if (named.kind !== 'name') return strange(reading, first);
  if (named.text !== 'Config')
    reading.notes.push(`line ${first.line}: class ${named.text} is not read, only class Config is`);
  reading.inClass = named.text;
  if (isMark(peek(reading), '(')) {
    take(reading);
    skipValue(reading, (token) => isMark(token, ','));
    take(reading);
  }
  if (isMark(peek(reading), ':')) take(reading);
  else strange(reading, first);
}

function readAssignment(reading: Reading, name: string, line: number): void {
  const first = take(reading);
  // An annotation: `vtiger_url: str = '...'`
  if (isMark(peek(reading), ':')) while (!isMark(peek(reading), '=') && !isLineEnd(peek(reading))) take(reading);
  if (!isMark(peek(reading), '=')) return strange(reading, first);
  take(reading);
  const value = readLiteral(reading);
  if (reading.inClass === 'Config') reading.assignments.push({ name, value: endOfLine(peek(reading), value), line });
  skipLine(reading);
}

function endOfLine(next: Token, value: Literal): Literal {
  if (isLineEnd(next) || value.kind === 'notLiteral') return value;
  const why = isMark(next, ',') ? 'a list, because of the comma after it' : 'followed by something else';
  return { kind: 'notLiteral', why, line: next.line };
}

function isLineEnd(token: Token): boolean {
  return token.kind === 'newline' || token.kind === 'end';
}

function skipLine(reading: Reading): void {
  while (!isLineEnd(peek(reading))) take(reading);
  take(reading);
}
