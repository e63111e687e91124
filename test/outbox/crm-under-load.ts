import { createLanes, type Lanes } from '../../src/outbox/lanes.ts';

/** How a CRM takes its time, by the second. */
export interface CrmUnderLoad {
  /** How many it works on at once; others wait their turn within it. */
  readonly servers: (second: number) => number;
  /** Milliseconds of work for one. */
  readonly work: (second: number, random: () => number) => number;
  /** Milliseconds on the way there and back, whatever the load is. */
  readonly away?: (second: number, random: () => number) => number;
  /** Whether sends fail at that time. */
  readonly isDown?: (second: number) => boolean;
}

export interface Course {
  /** Lanes allowed at the end of each second. */
  readonly allowed: readonly number[];
  /** Callbacks dealt with in each second. */
  readonly done: readonly number[];
  /** How long those took, on average. */
  readonly took: readonly number[];
}

export interface Trial {
  readonly seconds: number;
  /** Callbacks made in a second; null: there is always one waiting. */
  readonly offered?: ((second: number) => number) | null;
  readonly least?: number;
  readonly most?: number;
  readonly seed?: number;
}

interface OnItsWay {
  readonly from: number;
  readonly to: number;
  readonly fails: boolean;
}

/** A seeded random number between 0 and 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What becomes of the lanes when callbacks are told to such a CRM, in a time of its own. */
export function course(crm: CrmUnderLoad, trial: Trial): Course {
  const run = new Run(crm, trial);
  for (let second = 1; second <= trial.seconds; second += 1) run.until(second * 1_000);
  return run;
}

class Run implements Course {
  readonly allowed: number[] = [];
  readonly done: number[] = [];
  readonly took: number[] = [];
  readonly #crm: CrmUnderLoad;
  readonly #offered: Trial['offered'];
  readonly #random: () => number;
  readonly #lanes: Lanes;
  #now = 0;
  #nextMade: number;
  #waiting = 0;
  #onTheirWay: OnItsWay[] = [];
  /** When each of the CRM's servers is free. */
  #free: number[] = [];

  constructor(crm: CrmUnderLoad, { offered = null, least = 2, most = 64, seed = 1 }: Trial) {
    this.#crm = crm;
    this.#offered = offered;
    this.#random = seeded(seed);
    this.#lanes = createLanes({ least, most });
    this.#nextMade = offered === null ? Number.POSITIVE_INFINITY : 0;
    if (offered === null) this.#waiting = Number.POSITIVE_INFINITY;
  }

  until(end: number): void {
    let done = 0;
    let took = 0;
    for (;;) {
      this.#fill();
      const first = this.#onTheirWay.reduce<OnItsWay | null>((a, b) => (a === null || b.to < a.to ? b : a), null);
      const next = Math.min(first?.to ?? Number.POSITIVE_INFINITY, this.#nextMade);
      if (next > end) break;
      this.#now = next;
      if (first === null || next < first.to) this.#make();
      else if (this.#end(first)) {
        done += 1;
        took += first.to - first.from;
      }
    }
    this.#now = end;
    this.allowed.push(this.#lanes.allowed);
    this.done.push(done);
    this.took.push(took / done);
  }

  get #second(): number {
    return Math.floor(this.#now / 1_000);
  }

  #make(): void {
    this.#waiting += 1;
    const rate = this.#offered?.(this.#second) ?? 0;
    this.#nextMade = this.#now + (rate === 0 ? 1_000 : (-Math.log(1 - this.#random()) * 1_000) / rate);
    if (rate === 0) this.#waiting -= 1;
  }

  #fill(): void {
    while (this.#waiting > 0 && this.#onTheirWay.length < this.#lanes.allowed) {
      this.#waiting -= 1;
      this.#onTheirWay.push(this.#send());
    }
  }

  #send(): OnItsWay {
    const { servers, work, away, isDown } = this.#crm;
    const from = this.#now;
    if (isDown?.(this.#second)) return { from, to: from + 50, fails: true };
    const count = servers(this.#second);
    const way = away?.(this.#second, this.#random) ?? 0;
    if (count > 1_000) return { from, to: from + way + work(this.#second, this.#random), fails: false };
    const busy = this.#free.filter((at) => at > from + way / 2).sort((a, b) => a - b);
    const begins = busy.length < count ? from + way / 2 : (busy[busy.length - count] as number);
    const ready = begins + work(this.#second, this.#random);
    this.#free = [...busy, ready];
    return { from, to: ready + way / 2, fails: false };
  }

  #end(ended: OnItsWay): boolean {
    const underWay = this.#onTheirWay.length;
    this.#onTheirWay = this.#onTheirWay.filter((other) => other !== ended);
    if (ended.fails) {
      this.#waiting += 1;
      this.#lanes.failed();
      return false;
    }
    // As the system's clock has it.
    this.#lanes.answered(Math.floor(ended.to) - Math.floor(ended.from), underWay, this.#waiting > 0);
    return true;
  }
}
