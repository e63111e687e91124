/** Remembers the clicks of the last moments, so that an impatient user makes one call. */
export class DoubleClick {
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #clicks = new Map<string, number>();

  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** The window counts from the click that made the call: one who keeps on clicking does call again. */
  isRepeat(from: string, to: string): boolean {
    this.#forgetOld();
    return this.#clicks.has(clickKey(from, to));
  }

  /** To be called for a click that made a call; one that failed may be tried again at once. */
  remember(from: string, to: string): void {
    this.#clicks.set(clickKey(from, to), this.#now());
  }

  #forgetOld(): void {
    const oldest = this.#now() - this.#windowMs;
    for (const [key, at] of this.#clicks) if (at <= oldest) this.#clicks.delete(key);
  }
}

/** A record may have its customer's number as +7... and as 8...: they agree in the ten digits of a full number. */
function clickKey(from: string, to: string): string {
  return `${from} ${/^\+?\d{11,}$/.test(to) ? to.slice(-10) : to}`;
}
