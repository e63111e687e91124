const windowMs = 10_000;
/** Nobody clicks that often and means it; a script that has the secret might. */
const mostOfOne = 6;
const mostOfAll = 60;

/** Keeps who has the secret from ringing a phone, or all of them, without end. */
export class ClickRate {
  readonly #now: () => number;
  /** The calls of the last moments, the oldest first: never more than `mostOfAll`. */
  #clicks: { readonly from: string; readonly at: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Why there may be no further call for now; null: there may. */
  excess(from: string): string | null {
    const oldest = this.#now() - windowMs;
    this.#clicks = this.#clicks.filter(({ at }) => at > oldest);
    const own = this.#clicks.filter((click) => click.from === from).length;
    if (own >= mostOfOne) return `over ${mostOfOne} clicks of ${from} within ${windowMs / 1000} s`;
    return this.#clicks.length >= mostOfAll ? `over ${mostOfAll} clicks within ${windowMs / 1000} s` : null;
  }

  /** To be called for a click that made a call. */
  remember(from: string): void {
    this.#clicks.push({ from, at: this.#now() });
  }
}
