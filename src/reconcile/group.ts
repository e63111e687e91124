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

interface Node {
  readonly record: CdrRecord;
  /** One nearer to the node that stands for the whole group; itself if it is that one. */
  parent: Node;
}

/** Puts rows together that share an id or a channel: a consultation has ids of its own and is joined by the colleague's channel. */
export function groupRecords(records: readonly CdrRecord[]): CdrGroup[] {
  const nodes = [...records].sort(byBeginning).map(nodeOf);
  const last = new Map<string, { readonly node: Node; readonly end: number }>();
  for (const node of nodes) {
    const { start, end } = node.record;
    for (const key of keysOf(node.record)) {
      const before = last.get(key);
      const isSame = before !== undefined && (!key.startsWith('channel ') || start - before.end <= sameChannelMs);
      if (isSame) rootOf(node).parent = rootOf(before.node);
      last.set(key, { node, end: Math.max(end, isSame ? before.end : 0) });
    }
  }
  const groups = new Map<Node, CdrRecord[]>();
  for (const node of nodes) {
    const root = rootOf(node);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [node.record]);
    else group.push(node.record);
  }
  return [...groups.values()].map((rows) => ({ ids: new Set(rows.flatMap(idsOf)), records: rows }));
}

function nodeOf(record: CdrRecord): Node {
  const node = { record } as { record: CdrRecord; parent: Node };
  node.parent = node;
  return node;
}

function rootOf(node: Node): Node {
  let root = node;
  while (root.parent !== root) {
    // Each step halves the way for the next one.
    root.parent = root.parent.parent;
    root = root.parent;
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
  return Number(uniqueid.slice(uniqueid.lastIndexOf('.') + 1)) || 0;
}
