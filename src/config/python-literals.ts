import type { Token } from './python-tokens.ts';

/** A value that can be read without running anything, or the reason why it cannot. */
export type Literal =
  | { readonly kind: 'text'; readonly text: string; readonly line: number }
  | { readonly kind: 'none'; readonly line: number }
  | { readonly kind: 'dict'; readonly entries: readonly Assignment[]; readonly line: number }
  /** True, False, a list: a value, but none that a connector's setting has. */
  | { readonly kind: 'other'; readonly line: number }
  | { readonly kind: 'notLiteral'; readonly why: string; readonly line: number };

export interface Assignment {
  readonly name: string;
  readonly value: Literal;
  readonly line: number;
}

/** A place in the tokens. The last token is `end`, which nobody passes. */
export interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** Deeper nesting is nobody's settings, and would use up the stack. */
const deepest = 12;

const endToken: Token = { kind: 'end', text: '', line: 0 };

export function peek({ tokens, at }: Cursor): Token {
  return tokens[Math.min(at, tokens.length - 1)] ?? endToken;
}

export function take(cursor: Cursor): Token {
  const token = peek(cursor);
  if (token.kind !== 'end') cursor.at += 1;
  return token;
}

export function isMark(token: Token, ...marks: readonly string[]): boolean {
  return token.kind === 'mark' && marks.includes(token.text);
}

function isClosing(token: Token): boolean {
  return token.kind === 'newline' || token.kind === 'end' || isMark(token, ')', ']', '}');
}

/** Passes what is left of a value: up to a comma, a closing bracket or the line's end outside any bracket. */
export function skipValue(cursor: Cursor, isPart: (token: Token) => boolean = () => false): void {
  for (let depth = 0; ; take(cursor)) {
    const token = peek(cursor);
    if (token.kind === 'end') return;
    if (depth === 0 && !isPart(token) && (isClosing(token) || isMark(token, ','))) return;
    if (isMark(token, '(', '[', '{')) depth += 1;
    if (isMark(token, ')', ']', '}')) depth -= 1;
  }
}

/** The value that begins here; the cursor is left on what follows it. */
export function readLiteral(cursor: Cursor, depth = 0): Literal {
  const first = peek(cursor);
  const value = depth > deepest ? notLiteral(first, 'nested too deeply') : readOne(cursor, depth);
  const next = peek(cursor);
  if (value.kind !== 'notLiteral' && (isClosing(next) || isMark(next, ','))) return value;
  skipValue(cursor);
  return value.kind === 'notLiteral' ? value : notLiteral(first, 'computed');
}

function notLiteral({ line }: Token, why: string): Literal {
  return { kind: 'notLiteral', why, line };
}

function readOne(cursor: Cursor, depth: number): Literal {
  const token = peek(cursor);
  switch (token.kind) {
    case 'string':
      return readText(cursor);
    case 'number':
      take(cursor);
      return { kind: 'text', text: String(token.value), line: token.line };
    case 'name':
      return readNamed(cursor, token.text, depth);
    case 'mark':
      return readMarked(cursor, token.text, depth);
    case 'unreadable':
      return notLiteral(token, token.why);
    case 'newline':
    case 'end':
      return notLiteral(token, 'missing');
  }
}

/** Texts side by side are one. */
function readText(cursor: Cursor): Literal {
  const { line } = peek(cursor);
  let text = '';
  for (let token = peek(cursor); token.kind === 'string'; token = peek(cursor)) {
    text += token.value;
    take(cursor);
  }
  const next = peek(cursor);
  return next.kind === 'unreadable' ? notLiteral(next, next.why) : { kind: 'text', text, line };
}

function readNamed(cursor: Cursor, word: string, depth: number): Literal {
  const first = take(cursor);
  if (word === 'None') return { kind: 'none', line: first.line };
  if (word === 'True' || word === 'False') return { kind: 'other', line: first.line };
  const next = peek(cursor);
  if (word === 'dict' && isMark(next, '(')) return readBracketed(cursor, ')', (inner) => readKeyword(inner, depth + 1));
  const isCall = isMark(next, '(', '.', '[');
  return notLiteral(first, isCall ? `computed by ${word}` : `the name of something else, ${word}`);
}

function readMarked(cursor: Cursor, mark: string, depth: number): Literal {
  const first = peek(cursor);
  if (mark === '{') return readBracketed(cursor, '}', (inner) => readPair(inner, depth + 1));
  if (mark === '[') return readList(cursor, depth);
  if (mark === '(') return readParenthesis(cursor, depth);
  const next = cursor.tokens[cursor.at + 1];
  if (mark !== '-' || next?.kind !== 'number') return notLiteral(first, `not a value, from ${mark} on`);
  cursor.at += 2;
  return { kind: 'text', text: String(-next.value), line: first.line };
}

function readList(cursor: Cursor, depth: number): Literal {
  const list = readBracketed(cursor, ']', (inner) => {
    readLiteral(inner, depth + 1);
    return null;
  });
  return list.kind === 'dict' ? { kind: 'other', line: list.line } : list;
}

/** In brackets of its own a value is the same value; with a comma it is a tuple. */
function readParenthesis(cursor: Cursor, depth: number): Literal {
  const first = take(cursor);
  const value = readLiteral(cursor, depth + 1);
  if (isMark(peek(cursor), ')')) {
    take(cursor);
    return value;
  }
  skipValue(cursor, (token) => isMark(token, ','));
  if (isMark(peek(cursor), ')')) take(cursor);
  return { kind: 'other', line: first.line };
}

/** Entries with commas between them, the last one's comma included or not. */
function readBracketed(cursor: Cursor, close: string, readEntry: (cursor: Cursor) => Assignment | null): Literal {
  const { line } = take(cursor);
  const entries: Assignment[] = [];
  while (!isClosing(peek(cursor))) {
    const entry = readEntry(cursor);
    if (entry !== null) entries.push(entry);
    if (isMark(peek(cursor), ',')) take(cursor);
    else if (!isClosing(peek(cursor))) take(cursor);
  }
  const end = peek(cursor);
  if (!isMark(end, close)) return notLiteral(end, `without its closing ${close}`);
  take(cursor);
  return { kind: 'dict', entries, line };
}

/** `'host': 'localhost'` */
function readPair(cursor: Cursor, depth: number): Assignment | null {
  const token = peek(cursor);
  const key = token.kind === 'string' ? readText(cursor) : null;
  if (key?.kind !== 'text' || !isMark(peek(cursor), ':')) return unnamed(cursor, token);
  take(cursor);
  return { name: key.text, value: readLiteral(cursor, depth), line: token.line };
}

/** `host='localhost'` */
function readKeyword(cursor: Cursor, depth: number): Assignment | null {
  const token = peek(cursor);
  if (token.kind !== 'name' || !isMark(cursor.tokens[cursor.at + 1] ?? endToken, '=')) return unnamed(cursor, token);
  cursor.at += 2;
  return { name: token.text, value: readLiteral(cursor, depth), line: token.line };
}

/** `**others`, a set, a computed key: an entry whose name is not known. */
function unnamed(cursor: Cursor, { line }: Token): Assignment {
  skipValue(cursor);
  return { name: '', value: { kind: 'notLiteral', why: 'an entry without a name in quotes', line }, line };
}
