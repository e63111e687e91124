/** How often, within its window, a table is cleared of what is too old. */
const clearings = 8;

interface Entry<Value> {
  readonly at: number;
  readonly value: Value;
}

/** What was said of late. */
export class Recent<Value> {
  readonly #windowMs: number;
  readonly #now: () => number;
  /** In the order of their times. */
  readonly #entries = new Map<string, Entry<Value>>();
  #clearedAt = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#isRecent(entry) ? entry.value : undefined;
  }

  set(key: string, value: Value): void {
    this.#clear();
    this.#entries.delete(key);
    this.#entries.set(key, { at: this.#now(), value });
  }

  /** What is set now, but not at each set: V8 goes through all that was deleted of a Map before it finds the oldest that is left. */
  #clear(): void {
    const now = this.#now();
    if (Math.abs(now - this.#clearedAt) < this.#windowMs / clearings) return;
    this.#clearedAt = now;
    for (const [key, entry] of this.#entries) {
      if (this.#isRecent(entry)) return;
      this.#entries.delete(key);
    }
  }

  #isRecent({ at }: Entry<Value>): boolean {
    return this.#now() - at < this.#windowMs;
  }
}
