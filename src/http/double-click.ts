/** Remembers the clicks of the last moments, so that an impatient user makes one call. */
export class DoubleClick {
  readonly #windowMs: number;
  readonly #now: () => number;
  /** In the order of their times. */
  readonly #clicks = new Map<string, { readonly at: number; readonly click: string }>();

  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /**
   * The click that this one repeats, or null. The window counts from the click that made the call: one who keeps on
   * clicking does call again.
   */
  repeated(from: string, to: string): string | null {
    this.#forgetOld();
    return this.#clicks.get(clickKey(from, to))?.click ?? null;
  }

  /** To be called for a click that made a call; one that failed may be tried again at once. */
  remember(from: string, to: string, click: string): void {
    const key = clickKey(from, to);
    this.#clicks.delete(key);
    this.#clicks.set(key, { at: this.#now(), click });
  }

  #forgetOld(): void {
    const oldest = this.#now() - this.#windowMs;
    for (const [key, { at }] of this.#clicks) {
      if (at > oldest) return;
      this.#clicks.delete(key);
    }
  }
}

/** A record may have its customer's number as +7... and as 8...: they agree in the ten digits of a full number. */
function clickKey(from: string, to: string): string {
  return `${from} ${/^\+?\d{11,}$/.test(to) ? to.slice(-10) : to}`;
}
