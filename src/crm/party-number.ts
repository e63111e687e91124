import type { LegFacts } from '../call/call-event.ts';
import type { DialectSettings } from './dialect.ts';

/** What PHP 7.4 takes for a number when it compares two texts by `==`. */
const phpNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** No subscriber's number is shorter, and vTiger would find some customer whose number begins or ends with it. */
const fewDigits = /^\+?\d{1,4}$/;

/**
 * The party's number as the CRM may see it. The CRM takes a caller whose number is one of its users' for that user and
 * turns the call around, and drops a call whose two ends are equal, by PHP's `==`, to which `+101`, `0101` and `101` are
 * one (measured). So an outside caller whose number looks like an extension is shown in brackets, which are no user's and
 * not `==`, and which the CRM overlooks when it looks for the customer: `(223344)` is found. `(.101)` is nobody's.
 *
 * A stranger's `*` and `#` are left out: a click on `*72...` would dial a feature code on the agent's phone.
 */
export function partyNumber(leg: LegFacts, settings: DialectSettings): string {
  if (leg.direction !== 'inbound') return settings.number(leg.party.number);
  const number = settings.number(leg.party.number.replace(/[*#]/g, ''));
  const value = phpNumber.test(number) ? String(Number(number)) : number;
  if (!settings.isExtension(value)) return number;
  return fewDigits.test(number) ? `(.${number})` : `(${number})`;
}
