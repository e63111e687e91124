/** What people put between digits: blanks (also the no-break ones that pages are copied with), brackets, dots, all dashes. */
const separators = /[ \u00a0\u202f()[\].\u2010-\u2015\u2212-]/g;
/** `030/123456`, behind an area code. Another slash is mostly between two numbers, which are none together. */
const slash = /^( *[+0(][^/]{1,12})\/(?=[^/]*$)/;
/** `+49 (0) 30`: the zone's own prefix, which is not dialled behind a country code; but `+39 (0)6` is a number with its 0. */
const trunkPrefix = /^( *(?:\+|00)(?!39) ?[1-9]\d{0,2} ?)\( ?0 ?\)/;

/**
 * What a telephone number may be wrapped in: `"+7495..." <sip:+7495...@host;user=phone>`. Asterisk takes the user part of a SIP
 * address for the caller's number, so parameters that a carrier puts there (`;phone-context=+7`) stand in CallerIDNum.
 */
export function withoutAddress(text: string): string {
  const inner = /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text;
  const bare = inner.trim().replace(/^(?:tel|callto|sips?):/i, '');
  return bare.replace(/[;@].*$/s, '').trim();
}

/** A number without what stands between its digits; other texts lose only that. */
export function withoutSeparators(text: string): string {
  return text.replace(trunkPrefix, '$1').replace(slash, '$1').replace(separators, '');
}

/** Words that stand for a missing number, of Asterisk (`asterisk`, `s`), of SIP and of carriers. */
const noNumber = new Set([
  '',
  'anonymous',
  'asterisk',
  'none',
  'null',
  'private',
  'restricted',
  's',
  'unavailable',
  'unknown',
  'withheld',
]);

/** Whether a caller's number says that there is none. So does one of zeros only: to PHP `0` is empty, and there would be no record. */
export function isWithheld(text: string): boolean {
  return noNumber.has(text.toLowerCase()) || /^\+?0*$/.test(text);
}
