import type { LegFacts } from '../call/call-event.ts';
import type { Dialect } from './dialect.ts';
import { shieldId } from './shield.ts';

/** What a user's part in a call is known by to the CRM: SalesPlatform has a record for each, vTiger one for the call. */
export const callUuid: Readonly<Record<Dialect['name'], (leg: Pick<LegFacts, 'call' | 'extension'>) => string>> = {
  salesplatform: ({ call, extension }) => `${shieldId(call)}-${extension}`,
  vanilla: ({ call }) => shieldId(call),
};
