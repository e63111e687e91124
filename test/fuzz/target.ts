/** Something that is fed what nobody in his right mind would send. */
export interface FuzzTarget {
  /** One input, the same each time for the same seed. @returns what is wrong with how it was taken; none: all is well */
  run(seed: number): Promise<readonly string[]>;
  /** What has been counted since the start, by what happened. */
  readonly counts: ReadonlyMap<string, number>;
  /** The longest that the connector itself has computed in one turn of the event loop, in milliseconds; null: not known. */
  readonly longestTurnMs: number | null;
  close(): Promise<void>;
}

/** Counts by name. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }
}
