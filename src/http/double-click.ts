import { Recent } from './recent.ts';

/** Remembers the clicks of the last moments, so that an impatient user makes one call. */
export class DoubleClick {
  readonly #clicks: Recent<string>;

  constructor(windowMs: number, now: () => number) {
    this.#clicks = new Recent(windowMs, now);
  }

  /**
   * The click that this one repeats, or null. The window counts from the click that made the call: one who keeps on
   * clicking does call again.
   */
  repeated(from: string, to: string): string | null {
    return this.#clicks.get(clickKey(from, to)) ?? null;
  }

  /** To be called for a click that made a call; one that failed may be tried again at once. */
  remember(from: string, to: string, click: string): void {
    this.#clicks.set(clickKey(from, to), click);
  }
}

/** A record may have its customer's number as +7... and as 8...: they agree in the ten digits of a full number. */
function clickKey(from: string, to: string): string {
  return `${from} ${/^\+?\d{11,}$/.test(to) ? to.slice(-10) : to}`;
}
