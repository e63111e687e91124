/** Words that a reader may see although they look like telephone numbers: the office's own lines and trunks. */
export type IsOwn = (digits: string) => boolean;

export interface Shown {
  /** Customers' numbers, also short ones. */
  readonly known: Iterable<string>;
  readonly isOwn: IsOwn;
  /** Whole words that are left as they are, whatever they look like. */
  readonly kept: ReadonlySet<string>;
}

/** Seven digits of any script, with what people and file names have between them. */
const number = '\\+?\\p{Nd}(?:[\\s()[\\]._/*\\u2010-\\u2015\\u2212-]{0,3}\\p{Nd}){6,}';

/**
 * Makes telephone numbers unreadable, the same one always in the same way, and as long as it was: `7xxxxxxxx11`. A number is
 * whatever has seven digits or more, wherever it stands and however it is written, or one of `known`, however short. Too
 * much is rather masked than too little: a date may look like a number.
 */
export function createMask({ known, isOwn, kept }: Shown): (text: string) => string {
  const mask = createNumberMask(isOwn);
  const short = [...new Set(known)].filter((one) => /^\+?[0-9*#]{3,6}$/.test(one) && !isOwn(one));
  const alternatives = short.map((one) => `(?<![0-9A-Za-z.])${one.replace(/[+*]/g, '\\$&')}(?![0-9A-Za-z]|\\.[0-9])`);
  const pattern = new RegExp([...alternatives, number].join('|'), 'gu');
  return (text) => {
    let [shown, rest] = ['', ''];
    for (const piece of text.split(/([\s:,()[\]<>=]+)/)) {
      if (!kept.has(piece)) rest += piece;
      else [shown, rest] = [`${shown}${rest.replace(pattern, mask)}${piece}`, ''];
    }
    return `${shown}${rest.replace(pattern, mask)}`;
  };
}

function createNumberMask(isOwn: IsOwn): (number: string) => string {
  const masked = new Map<string, string>();
  const taken = new Set<string>();
  return (text) => {
    const bare = text.replace(/[^\p{Nd}+*#]/gu, '');
    if (isOwn(bare) || isOwn(bare.replace(/^\+/, ''))) return text;
    const before = masked.get(bare);
    if (before !== undefined) return before;
    const fresh = distinct(bare, taken);
    masked.set(bare, fresh);
    taken.add(fresh);
    return fresh;
  };
}

/** Two numbers with the same beginning and end differ in a letter between. */
function distinct(digits: string, taken: ReadonlySet<string>): string {
  const shown = Math.min(2, Math.floor(digits.length / 3));
  const [head, tail] = [digits.slice(0, digits.startsWith('+') ? 2 : 1), digits.slice(digits.length - shown)];
  const middle = digits.length - head.length - tail.length;
  for (const letter of 'xabcdefghijklmnopqrstuvw') {
    const text = `${head}${'x'.repeat(Math.max(0, middle - 1))}${letter}${tail}`;
    if (!taken.has(text)) return text;
  }
  return `${head}${'x'.repeat(middle)}${tail}`;
}
