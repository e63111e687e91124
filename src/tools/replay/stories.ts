import type { Linkedid } from '../../call/ids.ts';
import type { Moment } from './retell.ts';

/** A call as a person counts it: what Asterisk had as several may have become one by a transfer. */
export interface Story {
  /** By which of its ids it is told: the one with the first record of the CRM, else the first. */
  readonly id: Linkedid;
  readonly ids: readonly Linkedid[];
  readonly moments: readonly Moment[];
}

/** Puts moments together whose calls were found to be one, in the order in which the calls began. */
export function storiesOf(moments: readonly Moment[]): Story[] {
  const parents = new Map<Linkedid, Linkedid>();
  const rootOf = (id: Linkedid): Linkedid => {
    let root = id;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root)) root = next;
    return root;
  };
  for (const { calls } of moments) {
    const [first, ...others] = calls;
    if (first === undefined) continue;
    if (!parents.has(first)) parents.set(first, first);
    for (const other of others) parents.set(rootOf(other), rootOf(first));
  }
  const groups = new Map<Linkedid, Moment[]>();
  for (const moment of moments) {
    const [first] = moment.calls;
    if (first === undefined) continue;
    const group = groups.get(rootOf(first));
    if (group === undefined) groups.set(rootOf(first), [moment]);
    else group.push(moment);
  }
  return [...groups.values()].map(storyOf);
}

function storyOf(moments: readonly Moment[]): Story {
  const ids = [...new Set(moments.flatMap(({ calls }) => calls))];
  const told =
    moments.flatMap((moment) => moment.told)[0]?.call ??
    moments.flatMap(({ events }) => events.flatMap((event) => ('leg' in event ? event.leg.call : [])))[0];
  const id = told ?? ids[0];
  if (id === undefined) throw new Error('a story without a call');
  return { id, ids: [id, ...ids.filter((other) => other !== id)], moments };
}
