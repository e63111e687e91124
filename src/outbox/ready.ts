import type { StoredCallback } from './callback-row.ts';

/** So many are kept in memory at most; of more, the database alone knows. */
const mostKept = 2_000;

/** At least every fourth comes from the old end, so that a busy hour does not keep a backlog waiting. */
const picksPerOld = 4;

/**
 * Callbacks that are due, at most one of each record, as they were seen on their way into the database: they need not be looked for
 * there. The youngest goes first, since its call rings now: while the CRM does not keep up, some popups come in time and the others
 * too late, rather than all of them too late.
 */
export class Ready {
  /** Ids, in the order of their making. */
  #fresh: number[] = [];
  /** Ids of those found in the database, in the order in which they are to go. */
  #found: number[] = [];
  readonly #known = new Map<number, StoredCallback>();
  #picks = 0;
  /** Whether there may be more in the database than is known here. */
  mayBeMore = true;

  get size(): number {
    return this.#known.size;
  }

  get ids(): Iterable<number> {
    return this.#known.keys();
  }

  /** Whose turn it is: what came last, or what waits longest. */
  get turn(): 'fresh' | 'old' {
    return (this.#picks + 1) % picksPerOld === 0 ? 'old' : 'fresh';
  }

  /** Whether the database must be looked into before the next one is taken. */
  get isLookNeeded(): boolean {
    return this.mayBeMore && this.#found.length === 0 && (this.#fresh.length === 0 || this.turn === 'old');
  }

  /** Just written. One that is here already takes its place: more may wait behind it now. */
  came(callback: StoredCallback): void {
    const isKnown = this.#known.has(callback.id);
    this.#known.set(callback.id, callback);
    if (isKnown) return;
    // The next one of an old record comes when the one before it is done with. By ids, and not by a clock that may be set back.
    const behind = this.#fresh.findLastIndex((id) => id < callback.id);
    this.#fresh.splice(behind + 1, 0, callback.id);
    if (this.#fresh.length <= mostKept) return;
    this.#known.delete(this.#fresh.shift() ?? 0);
    this.mayBeMore = true;
  }

  found(callbacks: readonly StoredCallback[]): void {
    for (const callback of callbacks) {
      if (this.#known.has(callback.id)) continue;
      this.#known.set(callback.id, callback);
      this.#found.push(callback.id);
    }
  }

  /** Takes out the next one to be sent. */
  take(): StoredCallback | undefined {
    const isOld = this.turn === 'old';
    const id = isOld ? (this.#found.shift() ?? this.#fresh.shift()) : (this.#fresh.pop() ?? this.#found.shift());
    if (id === undefined) return undefined;
    this.#picks += 1;
    const taken = this.#known.get(id);
    this.#known.delete(id);
    return taken;
  }

  /** All that is known is to be looked for anew. */
  clear(): void {
    this.#fresh = [];
    this.#found = [];
    this.#known.clear();
    this.mayBeMore = true;
  }
}
