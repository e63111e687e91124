import type { Talk } from '../../src/call/call-event.ts';
import type { Extension, Linkedid } from '../../src/call/ids.ts';

export function linkedid(text: string): Linkedid {
  return text as Linkedid;
}

/** A user's conversation in an inbound call. */
export function talk(call: Linkedid, extension: string): Talk {
  const party = { number: '84951112233', name: 'Иван \'О"' };
  const who = { call, extension: extension as Extension, direction: 'inbound', party, line: '100' } as const;
  return { leg: { ...who, ring: 1, startedAt: 1, variables: {} }, from: 2, until: 9, last: true };
}
