import type { Call } from '../call/call.ts';
import type { CallEvent, LegFacts, Outcome } from '../call/call-event.ts';
import { Fifo } from '../call/fifo.ts';
import type { Extension, Linkedid } from '../call/ids.ts';
import type { EndedCall } from './snapshot.ts';
import type { Telling } from './telling.ts';

/** How long a page is told how a call ended. */
export const endedMs = 10_000;

type Ended = Extract<CallEvent, { kind: 'ended' }>;

interface Entry {
  readonly leg: LegFacts;
  readonly outcome: Outcome;
  readonly by: Extension | null;
  readonly talkedMs: number;
  readonly at: number;
  readonly learntAt: number;
}

/** The parts that ended a moment ago, by extension. Those of all users: of one who polls nothing is known beforehand. */
export class EndedCalls {
  readonly #entries = new Map<Extension, Entry[]>();
  /** Whose entries are to be looked at, in the order in which they came. */
  readonly #due = new Fifo<{ readonly learntAt: number; readonly extension: Extension }>();
  readonly #onChange: (extension: Extension) => void;

  constructor(onChange: (extension: Extension) => void) {
    this.#onChange = onChange;
  }

  /** @param call as it stands now; undefined: it is closed already */
  add({ leg, outcome, talkedMs, at }: Ended, call: Call | undefined, now: number): void {
    const by = takerOf(call, leg.extension, outcome);
    this.#entries.set(leg.extension, [...this.#of(leg.extension), { leg, outcome, by, talkedMs, at, learntAt: now }]);
    this.#due.push({ learntAt: now, extension: leg.extension });
    this.#onChange(leg.extension);
  }

  /** Somebody has taken a call: those who were told that it was taken learn by whom. */
  learn(call: Call): void {
    for (const { extension } of call.legs) this.#correct(call.id, extension, null, call);
  }

  /** A part that is over ended otherwise than was said: it was not missed after all. */
  amend({ leg, outcome }: Ended, call: Call | undefined): void {
    this.#correct(leg.call, leg.extension, outcome, call);
  }

  #correct(id: Linkedid, extension: Extension, outcome: Outcome | null, call: Call | undefined): void {
    const entries = this.#of(extension);
    if (entries.length === 0) return;
    const corrected = entries.map((entry) => {
      if (entry.leg.call !== id) return entry;
      const next = outcome ?? entry.outcome;
      return { ...entry, outcome: next, by: entry.by ?? takerOf(call, extension, next) };
    });
    this.#entries.set(extension, corrected);
    this.#onChange(extension);
  }

  forgetOld(now: number): void {
    for (let { head } = this.#due; head !== undefined && isOver(head, now); { head } = this.#due) {
      this.#due.shift();
      this.#forget(head.extension, now);
    }
  }

  #forget(extension: Extension, now: number): void {
    const rest = this.#of(extension).filter((entry) => !isOver(entry, now));
    if (rest.length === 0) this.#entries.delete(extension);
    else this.#entries.set(extension, rest);
    this.#onChange(extension);
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  has(extension: Extension): boolean {
    return this.#entries.has(extension);
  }

  #of(extension: Extension): readonly Entry[] {
    return this.#entries.get(extension) ?? [];
  }

  of(extension: Extension, tellingOf: (call: Linkedid) => Telling): EndedCall[] {
    return this.#of(extension).map(({ leg, outcome, by, talkedMs, at }) => {
      const telling = tellingOf(leg.call);
      const talkedSeconds = Math.round(talkedMs / 1000);
      return { id: telling.id(leg), ring: leg.ring, outcome, by, talkedSeconds, at: telling.time(at) };
    });
  }
}

/** What was learnt in the future was learnt before the clock was set back. */
function isOver({ learntAt }: { readonly learntAt: number }, now: number): boolean {
  return now - learntAt >= endedMs || now < learntAt;
}

/** Who of the others has answered last. */
function takerOf(call: Call | undefined, extension: Extension, outcome: Outcome): Extension | null {
  if (call === undefined || outcome !== 'answered-elsewhere') return null;
  let taker: Extension | null = null;
  let latest = Number.NEGATIVE_INFINITY;
  for (const leg of call.legs) {
    const answeredAt = leg.phase === 'talking' || leg.phase === 'ended' ? leg.answeredAt : null;
    if (leg.extension === extension || answeredAt === null || answeredAt < latest) continue;
    taker = leg.extension;
    latest = answeredAt;
  }
  return taker;
}
