export type Token =
  | { readonly kind: 'name' | 'mark' | 'newline' | 'end'; readonly text: string; readonly line: number }
  | { readonly kind: 'number'; readonly value: number; readonly line: number }
  | { readonly kind: 'string'; readonly value: string; readonly line: number }
  /** What has no value without running Python, or is no Python. `why` ends the sentence "...; it is". */
  | { readonly kind: 'unreadable'; readonly why: string; readonly line: number };

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Faults after which nothing that follows can be trusted. */
  readonly faults: readonly { readonly line: number; readonly expected: string }[];
}

interface Reading {
  readonly text: string;
  readonly tokens: Token[];
  readonly faults: { line: number; expected: string }[];
  /** Lines on which the brackets that are still open were opened. */
  readonly open: number[];
  at: number;
  line: number;
}

/*
 * Each is tried at one place (y) and has one way to match, so the time is linear in the text. Indentation is blank space
 * like any other: the vendor's article shows the file without it.
 */
const space = /(?:[ \t\f\v\u00a0]|\\\n)+|#[^\n]*/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number =
  /0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?/y;
const stringStart = /([A-Za-z]{0,2})("""|'''|"|')/y;

/** Cuts the text of a Python file into tokens. Never throws, whatever the text is. */
export function tokenize(source: string): Tokens {
  const text = source.replace(/\r\n?/g, '\n');
  const reading: Reading = { text, tokens: [], faults: [], open: [], at: 0, line: 1 };
  while (reading.at < text.length) takeOne(reading);
  for (const line of reading.open.slice(0, 1))
    reading.faults.push({ line, expected: 'the end of the bracket opened here' });
  reading.tokens.push({ kind: 'newline', text: '', line: reading.line }, { kind: 'end', text: '', line: reading.line });
  return reading;
}

function takeOne(reading: Reading): void {
  const { tokens, line } = reading;
  const blank = match(reading, space);
  if (blank !== null) return advance(reading, blank[0]);
  const start = match(reading, stringStart);
  if (start !== null) return takeString(reading, start[0], start[1] ?? '', start[2] ?? '');
  const word = match(reading, name);
  if (word !== null) {
    tokens.push({ kind: 'name', text: word[0], line });
    return advance(reading, word[0]);
  }
  const digits = match(reading, number);
  if (digits === null) return takeMark(reading);
  tokens.push({ kind: 'number', value: Number(digits[0].replaceAll('_', '')), line });
  advance(reading, digits[0]);
}

function match({ text, at }: Reading, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function advance(reading: Reading, taken: string): void {
  reading.at += taken.length;
  for (const character of taken) if (character === '\n') reading.line += 1;
}

function takeMark(reading: Reading): void {
  const { text, at, line, open, tokens } = reading;
  const mark = String.fromCodePoint(text.codePointAt(at) ?? 0);
  advance(reading, mark);
  if ('([{'.includes(mark)) open.push(line);
  if (')]}'.includes(mark)) open.pop();
  if (mark === '\n' || mark === ';') {
    // Within brackets a line goes on (Python's implicit joining).
    if (open.length === 0) tokens.push({ kind: 'newline', text: mark, line });
  } else if (/[‘’“”„«»`]/u.test(mark)) {
    tokens.push({ kind: 'unreadable', why: `not in straight quotes but in ${mark}`, line });
  } else tokens.push({ kind: 'mark', text: mark, line });
}

function takeString(reading: Reading, start: string, prefix: string, quote: string): void {
  const { line, text, tokens, faults } = reading;
  const from = reading.at + start.length;
  const end = closing(text, from, quote);
  if (end === null) {
    faults.push({ line, expected: 'the end of the text in quotes that begins here' });
    // The next line is read as if the quote had been closed, so that its faults are found as well.
    const lineEnd = quote.length === 3 ? -1 : text.indexOf('\n', from);
    return advance(reading, text.slice(reading.at, lineEnd < 0 ? text.length : lineEnd));
  }
  const body = text.slice(from, end);
  advance(reading, start + body + quote);
  const kind = prefix.toLowerCase();
  if (['r', 'rb', 'br'].includes(kind)) tokens.push({ kind: 'string', value: body, line });
  else if (['', 'u', 'b'].includes(kind)) tokens.push({ kind: 'string', value: unescaped(body, kind === 'b'), line });
  else tokens.push({ kind: 'unreadable', why: `a text with ${prefix} before its quotes`, line });
}

/** Where the quote ends; null: not before the end of its line, or of the file for a triple one. */
function closing(text: string, from: number, quote: string): number | null {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '\n' && quote.length === 1) return null;
    else if (text.startsWith(quote, at)) return at;
  }
  return null;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Escapes that Python does not know stay as they are, backslash and all; in bytes it knows neither \u nor \U. */
function unescaped(body: string, isBytes: boolean): string {
  return body.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
    (whole, ...found) => {
      const [octal, x, u, longU, other] = found as (string | undefined)[];
      if (other !== undefined) return simpleEscapes[other] ?? whole;
      if (isBytes && (u ?? longU) !== undefined) return whole;
      const point = octal === undefined ? Number.parseInt(x ?? u ?? longU ?? '', 16) : Number.parseInt(octal, 8);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
