import type { LegFacts } from '../call/call-event.ts';
import type { Dialect } from './dialect.ts';
import { shieldId } from './shield.ts';

type Leg = Pick<LegFacts, 'call' | 'extension'>;

/**
 * What a user's part in a call is known by to the CRM: SalesPlatform has a record for each, vTiger one for the call.
 *
 * @param prefix tells the calls of two Asterisks apart, which may give the same ids in the same second
 */
export const callUuid: Readonly<Record<Dialect['name'], (leg: Leg, prefix?: string) => string>> = {
  salesplatform: ({ call, extension }, prefix) => `${ofCall(call, prefix)}-${extension}`,
  vanilla: ({ call }, prefix) => ofCall(call, prefix),
};

/** As long as it is without one: the CRM cuts at 100 what it creates, and finds it no more. */
export function ofCall(call: string, prefix = ''): string {
  return `${prefix}${shieldId(call).slice(prefix.length - shieldedLength)}`;
}

const shieldedLength = 64;
