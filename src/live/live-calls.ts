import type { Input } from '../call/ami-event.ts';
import { type Call, isEnded } from '../call/call.ts';
import type { CallEvent } from '../call/call-event.ts';
import type { Extension, Linkedid } from '../call/ids.ts';
import type { TrackerState } from '../call/state.ts';
import { Clicks } from './clicks.ts';
import { EndedCalls } from './ended-calls.ts';
import { liveCall } from './live-call.ts';
import type { Snapshot } from './snapshot.ts';
import type { Telling } from './telling.ts';

export interface LiveCallsParts {
  /** The core's: calls are shown as they stand in it, and nothing of them is kept here but where to look. */
  readonly state: TrackerState;
  readonly tellingOf: (call: Linkedid) => Telling;
  /** What this extension is shown may have changed. */
  readonly onChange: (extension: Extension) => void;
}

/**
 * What each user's page shows. To be told of every input after the core has taken it: what that costs depends neither on how
 * many calls are open nor on who listens.
 */
export class LiveCalls {
  readonly #parts: LiveCallsParts;
  /** In which calls a user has a part that the CRM was told of and that has not ended. */
  readonly #open = new Map<Extension, Set<Linkedid>>();
  readonly #ended: EndedCalls;
  readonly #clicks: Clicks;

  constructor(parts: LiveCallsParts) {
    this.#parts = parts;
    this.#ended = new EndedCalls(parts.onChange);
    this.#clicks = new Clicks(parts);
  }

  /** Calls that were open when the connector stopped, when the core has taken them up. */
  takeUp(now: number): void {
    for (const call of this.#parts.state.calls.values()) {
      for (const leg of call.legs)
        if (!leg.aside && !isEnded(leg) && leg.phase !== 'dialled') this.#began(call.id, leg.extension);
      this.#clicks.look(call, now);
    }
  }

  took(input: Input, events: readonly CallEvent[], now: number): void {
    if (input.kind === 'click') this.#clicks.begin(input, now);
    for (const event of events) if ('leg' in event) this.#heard(event, now);
    if (input.kind === 'tick') this.#pass(now);
    else this.#lookAtClick(input, now);
  }

  /** There will be no call of a click. */
  clickFailed(actionId: string, state: 'failed' | 'unreachable', why: string, now: number): void {
    this.#clicks.fail(actionId, state, why, now);
  }

  snapshotOf(extension: Extension): Snapshot {
    const { state, tellingOf } = this.#parts;
    const calls = [...(this.#open.get(extension) ?? [])]
      .map((id) => state.calls.get(id))
      .filter((call) => call !== undefined)
      .map((call) => liveCall(call, extension, tellingOf(call.id)))
      .filter((call) => call !== null);
    return { calls, ended: this.#ended.of(extension, tellingOf), clicks: this.#clicks.of(extension, tellingOf) };
  }

  /** Whether a snapshot would hold nothing, found without making one. */
  isQuiet(extension: Extension): boolean {
    return !this.#open.has(extension) && !this.#ended.has(extension) && !this.#clicks.has(extension);
  }

  /** Nothing waits to be shown no more. */
  get isAtRest(): boolean {
    return this.#ended.isEmpty && this.#clicks.isEmpty;
  }

  #pass(now: number): void {
    this.#ended.forgetOld(now);
    this.#clicks.tidy(now);
  }

  /** Whether the phone of who clicked rings, or is answered, makes no call event. */
  #lookAtClick(input: Input, now: number): void {
    if (input.kind === 'snapshot') return this.#clicks.lookAtAll(now);
    const facts = 'dest' in input ? input.dest : 'channel' in input ? input.channel : null;
    const part = facts && this.#parts.state.channels.get(facts.uniqueid)?.part;
    const call = part && this.#parts.state.calls.get(part.call);
    if (call) this.#clicks.look(call, now);
  }

  #heard(event: Extract<CallEvent, { readonly leg: unknown }>, now: number): void {
    const { call: id, extension } = event.leg;
    this.#parts.onChange(extension);
    const call = this.#parts.state.calls.get(id);
    if (event.kind === 'rang') this.#began(id, extension);
    if (event.kind === 'ended') this.#isOver(event, call, now);
    if (call === undefined) return;
    if (event.kind === 'answered') this.#ended.learn(call);
    this.#clicks.look(call, now);
  }

  #began(id: Linkedid, extension: Extension): void {
    this.#open.set(extension, (this.#open.get(extension) ?? new Set()).add(id));
  }

  #isOver(event: Extract<CallEvent, { kind: 'ended' }>, call: Call | undefined, now: number): void {
    const { call: id, extension } = event.leg;
    const open = this.#open.get(extension);
    if (open?.delete(id) === true) this.#ended.add(event, call, now);
    else this.#ended.amend(event, call);
    if (open?.size === 0) this.#open.delete(extension);
    if (call !== undefined && call.click?.extension === extension) this.#clicks.end(event, call.click, call, now);
  }
}
