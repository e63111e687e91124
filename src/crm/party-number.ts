import type { LegFacts } from '../call/call-event.ts';
import type { DialectSettings } from './dialect.ts';

/** What PHP 7.4 takes for a number when it compares two texts by `==`. */
const phpNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The party's number as the CRM may see it. The CRM takes a caller whose number is one of its users' for that user and
 * turns the call around, and drops a call whose two ends are equal, by PHP's `==`, to which `+101`, `0101` and `101` are
 * one (measured). So an outside caller who claims to be an extension is shown as `*101`, which is nobody's and no number.
 */
export function partyNumber(leg: LegFacts, settings: DialectSettings): string {
  const number = settings.number(leg.party.number);
  if (leg.direction !== 'inbound') return number;
  const value = phpNumber.test(number) ? String(Number(number)) : number;
  return settings.isExtension(value) ? `*${number}` : number;
}
