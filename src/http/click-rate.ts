import { Recent } from './recent.ts';

/** Nobody clicks that often and means it; a script that has the secret might. */
const mostOfOne = 6;
const windowMs = 10_000;

/** Keeps who has the secret from ringing a phone, or all of them, without end. */
export class ClickRate {
  readonly #mostPerSecond: number;
  readonly #now: () => number;
  /** When each phone was rung of late. */
  readonly #own: Recent<readonly number[]>;
  /** Calls that all phones together may have now: as many a second as are allowed, saved up for the window. */
  #left: number;
  #leftAt: number;

  constructor(mostPerSecond: number, now: () => number) {
    this.#mostPerSecond = mostPerSecond;
    this.#now = now;
    this.#own = new Recent(windowMs, now);
    this.#left = this.#most;
    this.#leftAt = now();
  }

  /** Why there may be no further call for now; null: there may. */
  excess(from: string): string | null {
    const seconds = windowMs / 1000;
    if (this.#of(from).length >= mostOfOne) return `over ${mostOfOne} clicks of ${from} within ${seconds} s`;
    return this.#refilled() < 1
      ? `over ${this.#mostPerSecond} clicks a second for ${seconds} s (click_to_call.clicks_per_second)`
      : null;
  }

  /** To be called for a click that made a call. */
  remember(from: string): void {
    this.#own.set(from, [...this.#of(from), this.#now()]);
    this.#left = this.#refilled() - 1;
    this.#leftAt = this.#now();
  }

  get #most(): number {
    return this.#mostPerSecond * (windowMs / 1000);
  }

  #refilled(): number {
    const seconds = Math.max(0, this.#now() - this.#leftAt) / 1000;
    return Math.min(this.#most, this.#left + seconds * this.#mostPerSecond);
  }

  #of(from: string): readonly number[] {
    const oldest = this.#now() - windowMs;
    return (this.#own.get(from) ?? []).filter((at) => at > oldest);
  }
}
