import type { Variables } from '../call/call-event.ts';

/** As much of a variable as is sent. */
const longest = 200;

/** Channel variables as parameters of a callback, besides its own: PBXManager ignores them, a site's own changes to it need not. */
export function variableParams(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, shieldVariable(value)]));
}

/**
 * What a site's own code makes of a value is not known, so only quotes, backslashes and angle brackets are kept out, and
 * control characters. A value that looks like JSON is decoded before anybody reads it, and one with characters beyond the
 * basic plane cannot be stored (both measured).
 */
function shieldVariable(value: string): string {
  const plain = value.replace(/[\r\n\t]/g, ' ').replace(/["'`\\<>\p{Cc}\p{Cs}\u{10000}-\u{10ffff}]/gu, '');
  return plain
    .replace(/^[\s[{]+/, '')
    .slice(0, longest)
    .trimEnd();
}
