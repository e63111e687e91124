import type { CdrRecord } from '../cdr/cdr-record.ts';

/** All rows that one call left in the CDR, consultations and whatever else was joined to it included. */
export interface CdrGroup {
  /** Every id under which the call, or a channel of it, may be known. */
  readonly ids: ReadonlySet<string>;
  /** By their beginnings. */
  readonly records: readonly CdrRecord[];
}

/** Channels' names begin anew with each start of Asterisk; rows of one channel follow each other closely. */
const sameChannelMs = 60_000;

/** Puts rows together that share an id or a channel: a consultation has ids of its own and is joined by the colleague's channel. */
export function groupRecords(records: readonly CdrRecord[]): CdrGroup[] {
  const sorted = [...records].sort(byBeginning);
  const roots = sorted.map((_, index) => index);
  const join = (one: number, other: number) => {
    roots[rootOf(roots, other)] = rootOf(roots, one);
  };
  const last = new Map<string, { readonly index: number; readonly end: number }>();
  sorted.forEach((record, index) => {
    for (const key of keysOf(record)) {
      const before = last.get(key);
      const isSame =
        before !== undefined && (!key.startsWith('channel ') || record.start - before.end <= sameChannelMs);
      if (isSame) join(before.index, index);
      last.set(key, { index, end: Math.max(record.end, isSame ? before.end : 0) });
    }
  });
  const groups = new Map<number, CdrRecord[]>();
  sorted.forEach((record, index) => {
    const root = rootOf(roots, index);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [record]);
    else group.push(record);
  });
  return [...groups.values()].map((rows) => ({ ids: new Set(rows.flatMap(idsOf)), records: rows }));
}

function rootOf(roots: number[], index: number): number {
  let root = index;
  for (let next = roots[root] ?? root; next !== root; next = roots[root] ?? root) {
    // Each step halves the way for the next one.
    roots[root] = roots[next] ?? next;
    root = next;
  }
  return root;
}

function keysOf({ uniqueid, linkedid, channel, dstchannel }: CdrRecord): string[] {
  const ids = linkedid === null ? [uniqueid] : [uniqueid, linkedid];
  const channels = [channel, dstchannel].filter((name) => name !== '');
  return [...ids.map((id) => `id ${id}`), ...channels.map((name) => `channel ${name.replace(/;[12]$/, '')}`)];
}

function idsOf({ uniqueid, linkedid }: CdrRecord): string[] {
  return linkedid === null ? [uniqueid] : [uniqueid, linkedid];
}

function byBeginning(one: CdrRecord, other: CdrRecord): number {
  return one.start - other.start || serial(one.uniqueid) - serial(other.uniqueid);
}

/** The channels of a second are numbered in the order of their making. */
function serial(uniqueid: string): number {
  return Number(/\.(\d+)$/.exec(uniqueid)?.[1] ?? 0);
}
