/** What can run out of time. */
export interface Limited {
  /** Its time is over. Not called for one that was taken out before. */
  expire(): void;
}

/**
 * Gives each of many the same time. The first to begin is the first to run out, so they stand in a row behind one timer. A signal
 * and a timer for each, as AbortSignal.timeout makes them, cost a third of what a whole request does (measured: 10 of 30 µs).
 */
export class Deadlines {
  readonly ms: number;
  /** Since when each is under way, the oldest first: a Map keeps the order in which its keys came. */
  readonly #begun = new Map<Limited, number>();
  #isArmed = false;

  constructor(ms: number) {
    this.ms = ms;
  }

  begin(limited: Limited): void {
    this.#begun.set(limited, performance.now());
    if (!this.#isArmed) this.#arm(this.ms);
  }

  end(limited: Limited): void {
    this.#begun.delete(limited);
  }

  /** The timer stays when its own one has ended: it costs less to be woken once in vain than to set it anew for each. */
  #arm(ms: number): void {
    this.#isArmed = true;
    setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#isArmed = false;
    const now = performance.now();
    for (const [limited, since] of this.#begun) {
      const left = since + this.ms - now;
      if (left > 0) return this.#arm(Math.ceil(left));
      this.#begun.delete(limited);
      limited.expire();
    }
  }
}
