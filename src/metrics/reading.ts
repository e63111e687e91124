import type { Call } from '../call/call.ts';
import type { Direction } from '../call/call-event.ts';

/** What is so now, as it is looked up for one scrape. null: the database cannot be asked. */
export interface Reading {
  readonly calls: ReadonlyMap<CallGroup, number>;
  readonly channels: number;
  readonly link: { readonly state: string; readonly lastEventAt: number | null };
  readonly crm: { readonly isAway: boolean; readonly alarms: readonly string[]; readonly dialect: string };
  readonly inFlight: number;
  readonly outbox: {
    readonly depth: number | null;
    readonly oldestSeconds: number | null;
    readonly givenUp: number | null;
  };
  readonly recordingsWaiting: number | null;
  readonly database: { readonly isWell: boolean; readonly waiting: number; readonly droppedCalls: number };
  readonly listeners: number;
}

/** `direction state` */
export type CallGroup = `${Direction | 'unknown'} ${CallState}`;

type CallState = 'ringing' | 'talking' | 'other';

/** Counts the open calls by direction and state; a group that is empty is there as well. */
export function countCalls(calls: Iterable<Call>): Map<CallGroup, number> {
  const counts = new Map<CallGroup, number>([['unknown other', 0]]);
  for (const direction of ['inbound', 'outbound', 'internal'] as const)
    for (const state of ['ringing', 'talking', 'other'] as const) counts.set(`${direction} ${state}`, 0);
  for (const call of calls) {
    const group = groupOf(call);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}

/** A call has the direction of its first part; one in which nobody was rung yet may only be known to come from outside. */
function groupOf({ legs, line }: Call): CallGroup {
  let direction: Direction | 'unknown' = line === '' ? 'unknown' : 'inbound';
  let state: CallState = 'other';
  let isFirst = true;
  for (const leg of legs) {
    if (isFirst) direction = leg.direction;
    isFirst = false;
    if (leg.phase === 'talking') state = 'talking';
    else if (leg.phase === 'ringing' && state === 'other') state = 'ringing';
  }
  return `${direction} ${state}`;
}
