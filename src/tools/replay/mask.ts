/** Words that a reader may see although they look like telephone numbers: the office's own lines and trunks. */
export type IsOwn = (digits: string) => boolean;

/**
 * Makes telephone numbers unreadable, the same one always in the same way, and as long as it was: `7xxxxxxxx11`. A number is
 * seven digits or more, or one of `known`, however short; ids like `1795214316.48` are none.
 */
export function createMask(known: Iterable<string>, isOwn: IsOwn): (text: string) => string {
  const masked = new Map<string, string>();
  const taken = new Set<string>();
  const mask = (number: string): string => {
    if (isOwn(number)) return number;
    const before = masked.get(number);
    if (before !== undefined) return before;
    const fresh = distinct(number, taken);
    masked.set(number, fresh);
    taken.add(fresh);
    return fresh;
  };
  const short = [...new Set(known)].filter((number) => /^\+?[0-9*#]{3,}$/.test(number) && !isOwn(number));
  const alternatives = [...short.map((number) => number.replace(/[+*]/g, '\\$&')), '\\+?[0-9]{7,}'];
  const pattern = new RegExp(`(?<![0-9A-Za-z.])(?:${alternatives.join('|')})(?![0-9A-Za-z]|\\.[0-9])`, 'g');
  return (text) => text.replace(pattern, mask);
}

/** Two numbers with the same beginning and end differ in a letter between. */
function distinct(number: string, taken: ReadonlySet<string>): string {
  const shown = Math.min(2, Math.floor(number.length / 3));
  const [head, tail] = [number.slice(0, number.startsWith('+') ? 2 : 1), number.slice(number.length - shown)];
  const middle = number.length - head.length - tail.length;
  for (const letter of 'xabcdefghijklmnopqrstuvw') {
    const text = `${head}${'x'.repeat(Math.max(0, middle - 1))}${letter}${tail}`;
    if (!taken.has(text)) return text;
  }
  return `${head}${'x'.repeat(middle)}${tail}`;
}
