import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';

/** How long somebody had a popup. Epoch milliseconds. */
export interface Span {
  /** Who had it, and of whom. */
  readonly key: string;
  readonly from: number;
  readonly until: number;
}

/** Keeps when the popups of a CRM's rows stood: those of calls that came in, while they ring or go on. */
export function watchPopups(rows: readonly CallRow[], keyOf: (row: CallRow) => string) {
  const open = new Map<number, number>();
  const spans: Span[] = [];
  return {
    spans,
    /** To be called when rows may have changed. */
    look(at: number) {
      for (const row of rows) {
        const isOpen = row.direction === 'inbound' && /^(ringing|in-progress)$/.test(row.status);
        const from = open.get(row.id);
        if (isOpen && from === undefined) open.set(row.id, at);
        if (isOpen || from === undefined) continue;
        open.delete(row.id);
        spans.push({ key: keyOf(row), from, until: at });
      }
    },
  };
}

const toleratedMs = 1000;
const stepMs = 100;

/** When a popup stood that should not have, or the other way round, for more than a second. */
export function wrongPopups(shown: readonly Span[], implied: readonly Span[]): string[] {
  const keys = new Set([...shown, ...implied].map(({ key }) => key));
  return [...keys].flatMap((key) => wrongFor(key, shown, implied));
}

function wrongFor(key: string, allShown: readonly Span[], allImplied: readonly Span[]): string[] {
  const [shown, implied] = [allShown, allImplied].map((spans) => spans.filter((span) => span.key === key));
  const edges = [...(shown ?? []), ...(implied ?? [])].flatMap(({ from, until }) => [from, until]);
  const begin = Math.min(...edges);
  for (let at = begin; at <= Math.max(...edges); at += stepMs) {
    const [isShown, isImplied] = [covers(shown, at), covers(implied, at)];
    if (isShown === isImplied || isNearEdge(implied, at)) continue;
    return [`${key}: ${isShown ? 'shown' : 'not shown'} ${((at - begin) / 1000).toFixed(1)} s after it began`];
  }
  return [];
}

const covers = (spans: readonly Span[] = [], at: number) => spans.some(({ from, until }) => from <= at && at < until);

const isNearEdge = (spans: readonly Span[] = [], at: number) =>
  spans.some(({ from, until }) => Math.min(Math.abs(at - from), Math.abs(at - until)) <= toleratedMs);
