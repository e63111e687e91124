import { withoutSeparators } from '../numbers/plain-text.ts';

/**
 * The caller-ID firewall. PBXManager builds SQL and LIKE patterns from what it is sent and decodes values that look
 * like JSON (SalesPlatform 7.2, vTiger 7.5 and 8.0, measured), so a forged caller number would reach the database.
 * What passes here is made of characters that mean nothing to SQL, LIKE, JSON or HTML.
 */

/** What the CRM is told when there is no usable number: it matches no user and no customer. */
export const anonymous = 'anonymous';

/** Digits with an optional plus are numbers. */
const number = /^\+?[0-9*#]{1,32}$/;

/** A telephone number as the CRM may see it, or a harmless text in its place. */
export function shieldNumber(value: string): string {
  const bare = withoutSeparators(value);
  if (number.test(bare)) return bare;
  const harmless = value.replace(/[^0-9A-Za-z+*#.-]/g, '').slice(0, 32);
  return /[0-9A-Za-z]/.test(harmless) ? harmless : anonymous;
}

/** Free text (a line's or a caller's name): letters, digits and plain punctuation of the basic plane; never starts like JSON. */
export function shieldText(value: string, longest: number): string {
  const plain = value.replace(/[^\p{L}\p{M}\p{N} .,:;()+*#/@-]/gu, '').replace(/[\u{10000}-\u{10ffff}]/gu, '');
  return plain.replace(/\s+/g, ' ').trim().slice(0, longest).trim();
}

/**
 * An id of ours or of Asterisk's as part of a callUUID. The CRM cuts a longer one at 100 when it creates, and then never
 * finds it. Asterisk's `systemname` begins it, in whatever letters: they are spelt out, so that two names stay two.
 */
export function shieldId(value: string): string {
  return value.replace(/[^0-9A-Za-z._-]/gu, (character) => `u${character.codePointAt(0)?.toString(16)}`).slice(-64);
}

/** Whether an extension may go out as it is: users are found by equality, so `_` is no wildcard there. One that may not would be no CRM user's anyway. */
export function isSafeExtension(value: string): boolean {
  return /^[0-9A-Za-z*#_.-]{1,32}$/.test(value);
}
