import type { HttpLog } from './ports.ts';

const quietMs = 60_000;
/** More refusals than these in a minute, by address and reason, are counted together. */
const mostAddresses = 100;

interface Refusal {
  readonly text: string;
  readonly address: string;
  readonly since: number;
  more: number;
}

/** Warns of requests that anybody could send: of the first at once, of those like it in the next minute with their number. */
export class RefusalLog {
  readonly #log: HttpLog;
  readonly #now: () => number;
  /** In the order of their beginnings. */
  readonly #told = new Map<string, Refusal>();

  constructor(log: HttpLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  refused(text: string, from: string): void {
    this.sumUp();
    const isKnown = this.#told.has(keyOf(text, from));
    const address = isKnown || this.#told.size < mostAddresses ? from : 'other addresses';
    const known = this.#told.get(keyOf(text, address));
    if (known !== undefined) {
      known.more += 1;
      return;
    }
    this.#told.set(keyOf(text, address), { text, address, since: this.#now(), more: 0 });
    this.#log.warn(text, { address });
  }

  /** Tells how many more there were of those whose minute is over, or of all. */
  sumUp(all = false): void {
    for (const [key, { text, address, since, more }] of this.#told) {
      if (!all && this.#now() - since < quietMs) return;
      this.#told.delete(key);
      if (more > 0) this.#log.warn(`${text}: ${more} more within a minute`, { address });
    }
  }
}

function keyOf(text: string, address: string): string {
  return `${address} ${text}`;
}
