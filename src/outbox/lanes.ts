/**
 * How many callbacks may be on their way to the CRM at once.
 *
 * A CRM that is far away takes as long for one as for sixty together: with two at once it would be told of four calls a second,
 * and it has time for hundreds. One that is at its limit (PHP on two cores) takes the longer for each the more there are, gains
 * nothing, and its users' pages wait behind ours. The time that answers take tells the two apart:
 *
 * 1. The base is how long an answer takes while no more than half of those allowed are on their way.
 * 2. While callbacks wait for a lane, each round of answers is compared with it. No slower: twice as many are allowed, or, once
 *    the CRM's limit was met, a quarter more. Up to two thirds slower: as many as before.
 * 3. Slower than that: no more than an eighth are let out until the base is measured anew, since it may be that the CRM takes
 *    its time now, whatever the load is. If it is too slow by that, too, as many are taken away as bring it to a third over the base.
 * 4. Every 20 s under load the base is measured with half of the lanes: it neither gets old nor grows with the load.
 * 5. A failure halves, a second one soon after falls back to `least`. Without load what was won goes, slowly.
 *
 * There is no clock in it: with so many on their way, one answered every `ms / underWay` is the time that has passed under load.
 */
export interface Lanes {
  /** How many may be on their way at once now. */
  readonly allowed: number;
  /**
   * A callback was dealt with.
   *
   * @param underWay how many were on their way with it, itself among them
   * @param wasWaiting whether another one was waiting for a lane meanwhile
   */
  answered(ms: number, underWay: number, wasWaiting: boolean): void;
  /** A send failed or timed out. */
  failed(): void;
}

/** How much slower than the base, and the milliseconds that a clock and a busy process add: so much is chance, */
const unchanged = { times: 1.2, ms: 1 };
/** so much is borne, */
const bearable = { times: 1.65, ms: 2 };
/** and this is where fewer lanes are to bring it back to. */
const wanted = { times: 1.35, ms: 1 };

/** Answers that are as quick as this are no burden to the CRM, and differ by what this process has to do. */
const quickMs = 10;

/** How many times as many are granted: until the CRM's limit was met, and after it. */
const growth = { free: 2, careful: 1.25 };

/** No more is taken away at once, in case it was bad luck. */
const steepest = 0.25;

/** Answers that are enough to grant more by, and to measure the base by. */
const fewestAnswers = 6;

/** Answers that are enough to take some away by. */
const manyAnswers = 24;

/** Under load the base is measured anew after this. */
const baseLastsMs = 20_000;

/** So many answers for which nothing waited, with half of the lanes empty, take away a sixteenth of what was won. */
const idleAnswers = 16;

export function createLanes({ least, most }: { readonly least: number; readonly most: number }): Lanes {
  return new LanesByLatency(least, Math.max(least, most));
}

/** The base is being measured. */
interface Probe {
  /** With so few on their way. */
  readonly lanes: number;
  /** By so many answers. */
  readonly answers: number;
  /** Answers after which it is given up: what hangs is on its way all the time. */
  left: number;
  /** How long answers took with all lanes taken, if that is why. */
  readonly suspect: number | null;
}

class LanesByLatency implements Lanes {
  readonly #least: number;
  readonly #most: number;
  #limit: number;
  /** Milliseconds; null: not known yet. */
  #base: number | null = null;
  /** Under load, since the base was measured. */
  #loadedMs = 0;
  #probe: Probe | null = null;
  /** Answers while few were on their way, and while others waited for a lane. */
  readonly #few = new Answers();
  readonly #full = new Answers();
  /** More were too many for the CRM. */
  #hasMetLimit = false;
  #hasFailed = false;
  #idle = 0;

  constructor(least: number, most: number) {
    this.#least = least;
    this.#most = most;
    this.#limit = least;
  }

  get allowed(): number {
    return this.#probe?.lanes ?? this.#limit;
  }

  answered(ms: number, underWay: number, wasWaiting: boolean): void {
    this.#loadedMs += ms / Math.max(1, underWay);
    this.#measureFew(ms, underWay);
    if (this.#probe !== null) this.#goOnProbing(this.#probe);
    else if (wasWaiting) this.#measureFull(ms);
    if (wasWaiting) this.#idle = 0;
    else if (underWay * 2 < this.#limit) this.#rest();
  }

  failed(): void {
    this.#probe = null;
    this.#hasMetLimit = false;
    this.#set(this.#hasFailed ? this.#least : this.#half);
    this.#hasFailed = true;
  }

  get #half(): number {
    return Math.max(this.#least, Math.floor(this.#limit / 2));
  }

  #measureFew(ms: number, underWay: number): void {
    const few = this.#probe?.lanes ?? this.#half;
    // Those that went out before it became so quiet say nothing.
    if (underWay > few) return this.#few.restart(few);
    this.#few.add(ms);
    if (this.#few.count < (this.#probe?.answers ?? fewestAnswers)) return;
    this.#base = this.#few.usual();
    this.#loadedMs = 0;
    this.#hasFailed = false;
    this.#few.restart(0);
    if (this.#probe !== null) this.#endProbe(this.#probe, this.#base);
  }

  #measureFull(ms: number): void {
    this.#full.add(ms);
    const enough = this.#hasMetLimit ? this.#limit : this.#limit / 2;
    if (this.#base === null || this.#full.count < Math.max(fewestAnswers, enough)) return;
    const usual = this.#full.usual();
    const factor = factorOf(usual, this.#base, this.#hasMetLimit ? growth.careful : growth.free);
    if (factor < 1 && this.#full.count < manyAnswers) return;
    this.#hasFailed = false;
    if (factor < 1) return this.#startProbe(Math.max(this.#least, Math.floor(this.#limit / 8)), usual);
    this.#set(Math.ceil(this.#limit * factor));
    if (this.#loadedMs > baseLastsMs) this.#startProbe(this.#half, null);
  }

  #startProbe(lanes: number, suspect: number | null): void {
    this.#loadedMs = 0;
    this.#full.restart(0);
    if (lanes === this.#limit) return;
    const answers = Math.min(Math.max(fewestAnswers, 2 * lanes), manyAnswers);
    this.#probe = { lanes, answers, left: 2 * (this.#limit + manyAnswers), suspect };
    this.#few.restart(lanes);
  }

  #endProbe({ suspect }: Probe, base: number): void {
    this.#probe = null;
    const factor = suspect === null ? 1 : factorOf(suspect, base, 1);
    if (factor < 1) this.#hasMetLimit = true;
    this.#set(Math.round(this.#limit * factor));
    // Those that now go out all at once find a CRM that had little to do.
    this.#full.restart(this.#limit);
  }

  #goOnProbing(probe: Probe): void {
    probe.left -= 1;
    if (probe.left === 0) this.#probe = null;
  }

  #rest(): void {
    this.#idle += 1;
    if (this.#idle < idleAnswers) return;
    this.#idle = 0;
    this.#hasMetLimit = false;
    this.#set(this.#limit - Math.ceil((this.#limit - this.#least) / 16));
  }

  #set(limit: number): void {
    this.#limit = Math.min(this.#most, Math.max(this.#least, limit));
    this.#full.restart(0);
  }
}

/** What to multiply the limit by when answers take `ms`. */
function factorOf(ms: number, base: number, more: number): number {
  if (ms <= Math.max(quickMs, base * unchanged.times + unchanged.ms)) return more;
  if (ms <= base * bearable.times + bearable.ms) return 1;
  return Math.max(steepest, (base * wanted.times + wanted.ms) / ms);
}

/** How long answers take, the first few left out. */
class Answers {
  #skip = 0;
  #times: number[] = [];

  get count(): number {
    return this.#times.length;
  }

  restart(skip: number): void {
    this.#skip = skip;
    if (this.#times.length > 0) this.#times = [];
  }

  add(ms: number): void {
    if (this.#skip > 0) this.#skip -= 1;
    else this.#times.push(ms);
  }

  /** The mean without the slowest tenth: now and then one waits for a lock of the database, whatever the load is. */
  usual(): number {
    const times = this.#times.sort((a, b) => a - b).slice(0, Math.ceil(this.count * 0.9));
    return times.reduce((sum, ms) => sum + ms, 0) / times.length;
  }
}
