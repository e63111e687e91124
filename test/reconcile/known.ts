import type { CallEvent } from '../../src/call/call-event.ts';
import type { Known, KnownPart } from '../../src/reconcile/compare.ts';

/** What the connector knows after these events. */
export function knownFrom(events: readonly CallEvent[]): Known & { readonly parts: readonly KnownPart[] } {
  const parts = new Map<string, KnownPart>();
  const unrung = new Map<string, { readonly endedAt: number; readonly isEndHeard: boolean }>();
  for (const event of events) {
    if (event.kind === 'unrung') unrung.set(event.call, { endedAt: event.at, isEndHeard: event.isEndHeard });
    if (event.kind !== 'ended') continue;
    const { leg, at: endedAt, outcome, talkedMs } = event;
    const { variables: _, ...facts } = leg;
    parts.set(`${leg.call} ${leg.extension}`, { ...facts, endedAt, outcome, talkedMs });
  }
  const all = [...parts.values()];
  return {
    parts: all,
    partsOf: (ids) => all.filter(({ call }) => ids.has(call)),
    isOpen: () => false,
    isTold: () => false,
    unrung: (id) => unrung.get(id) ?? null,
  };
}
