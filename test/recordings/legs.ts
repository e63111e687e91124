import type { LegFacts } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';

export function linkedid(text: string): Linkedid {
  return text as Linkedid;
}

/** An inbound call's leg of a user who talked. */
export function leg(call: Linkedid, extension: string): LegFacts {
  const party = { number: '84951112233', name: 'Иван \'О"' };
  return { call, extension: extension as Extension, direction: 'inbound', party, line: '100', ring: 1, startedAt: 1 };
}
