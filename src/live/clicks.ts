import { type Call, type Click, type Leg, legOf } from '../call/call.ts';
import type { CallEvent } from '../call/call-event.ts';
import { Fifo } from '../call/fifo.ts';
import type { Extension, Linkedid } from '../call/ids.ts';
import type { TrackerState } from '../call/state.ts';
import { clickEnd, clickStage, isFinal, lostClick } from './click-state.ts';
import type { ClickState, LiveClick } from './snapshot.ts';
import type { Telling } from './telling.ts';

/** How long a page is told what became of a click. */
export const clickKeptMs = 30_000;

/** Of how many it is looked in one tick whether the core still knows them. */
const mostLookedAt = 200;

type Ended = Extract<CallEvent, { kind: 'ended' }>;

interface Entry extends Pick<Click, 'actionId' | 'number'> {
  readonly extension: Extension;
  readonly call: Linkedid | null;
  readonly state: ClickState;
  readonly why: string;
  readonly cause: number | null;
  readonly at: number;
}

export interface ClicksParts {
  readonly state: TrackerState;
  readonly onChange: (extension: Extension) => void;
}

/** The clicks of a moment, from the Originate to what became of it; the core forgets the one when it has become a call. */
export class Clicks {
  readonly #parts: ClicksParts;
  readonly #entries = new Map<string, Entry>();
  readonly #ids = new Map<Extension, Set<string>>();
  /** Those looked at longest ago first. */
  readonly #underWay = new Set<string>();
  readonly #over = new Fifo<Entry>();

  constructor(parts: ClicksParts) {
    this.#parts = parts;
  }

  begin({ actionId, extension, number }: Pick<Click, 'actionId' | 'extension' | 'number'>, now: number): void {
    const none = { call: null, why: '', cause: null } as const;
    this.#set({ ...none, actionId, extension: extension as Extension, number, state: 'calling-you', at: now });
  }

  /** There will be no call. */
  fail(actionId: string, state: 'failed' | 'unreachable', why: string, now: number): void {
    const entry = this.#entries.get(actionId);
    if (entry !== undefined && !isFinal(entry.state)) this.#set({ ...entry, state, why, at: now });
  }

  /** Looks anew at the call that a click has become. */
  look(call: Call, now: number): void {
    const { click } = call;
    if (click === null) return;
    const leg = legOf(call, click.extension as Extension);
    if (leg?.role !== 'dials') return;
    if (!this.#entries.has(click.actionId) && leg.phase !== 'ended') this.begin(click, now);
    const entry = this.#entries.get(click.actionId);
    if (entry !== undefined && leg.phase !== 'ended') this.#stand(entry, call, leg, now);
  }

  lookAtAll(now: number): void {
    for (const { call } of [...this.#entries.values()]) {
      const known = call === null ? undefined : this.#parts.state.calls.get(call);
      if (known !== undefined) this.look(known, now);
    }
  }

  #stand(entry: Entry, call: Call, leg: Leg, now: number): void {
    if (isFinal(entry.state)) return;
    const state = clickStage(this.#parts.state, leg);
    if (state !== entry.state || entry.call !== call.id) this.#set({ ...entry, call: call.id, state, at: now });
  }

  /** The part of who clicked is over. */
  end({ outcome }: Ended, { actionId }: Click, call: Call, now: number): void {
    const entry = this.#entries.get(actionId);
    const leg = entry && legOf(call, entry.extension);
    if (entry === undefined || leg === undefined || isFinal(entry.state)) return;
    const end = clickEnd(this.#parts.state, call, leg, outcome, entry.state);
    this.#set({ ...entry, call: call.id, ...end, at: now });
  }

  /** Clicks of which the core knows no more, and those whose end has been told long enough. */
  tidy(now: number): void {
    for (let { head } = this.#over; head !== undefined && isOld(head, now); { head } = this.#over) {
      this.#over.shift();
      this.#forget(head);
    }
    for (const id of firstOf(this.#underWay, mostLookedAt)) {
      this.#underWay.delete(id);
      this.#underWay.add(id);
      const entry = this.#entries.get(id);
      if (entry !== undefined && this.#isLost(entry)) this.#set({ ...entry, ...lostClick(entry.state), at: now });
    }
  }

  #isLost({ actionId, extension, call }: Entry): boolean {
    const { clicks, calls } = this.#parts.state;
    if (call === null) return !clicks.has(actionId);
    const found = calls.get(call);
    const leg = found && legOf(found, extension);
    return leg === undefined || leg.phase === 'ended';
  }

  of(extension: Extension, tellingOf: (call: Linkedid) => Telling): LiveClick[] {
    return [...(this.#ids.get(extension) ?? [])]
      .map((id) => this.#entries.get(id))
      .filter((entry) => entry !== undefined)
      .map(({ actionId, number, state, call, at, why, cause }) => {
        const telling = tellingOf(call ?? (actionId as string as Linkedid));
        const callId = call === null ? null : telling.id({ call, extension });
        return { id: actionId, number: telling.clicked(number), state, callId, at: telling.time(at), why, cause };
      });
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  has(extension: Extension): boolean {
    return this.#ids.has(extension);
  }

  #set(entry: Entry): void {
    const { actionId, extension, state } = entry;
    this.#entries.set(actionId, entry);
    this.#ids.set(extension, (this.#ids.get(extension) ?? new Set()).add(actionId));
    if (isFinal(state)) {
      this.#underWay.delete(actionId);
      this.#over.push(entry);
    } else this.#underWay.add(actionId);
    this.#parts.onChange(extension);
  }

  #forget({ actionId, extension }: Entry): void {
    this.#entries.delete(actionId);
    const own = this.#ids.get(extension);
    own?.delete(actionId);
    if (own?.size === 0) this.#ids.delete(extension);
    this.#parts.onChange(extension);
  }
}

/** What ended in the future ended before the clock was set back. */
function isOld({ at }: Entry, now: number): boolean {
  return now - at >= clickKeptMs || now < at;
}

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length === count) break;
    first.push(item);
  }
  return first;
}
