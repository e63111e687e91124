import type { Input } from '../../src/call/ami-event.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Extension } from '../../src/call/ids.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import { step } from '../../src/call/tracker.ts';
import type { DialectSettings } from '../../src/crm/dialect.ts';
import { shieldNumber } from '../../src/crm/shield.ts';
import { liveCall } from '../../src/live/live-call.ts';
import { LiveCalls } from '../../src/live/live-calls.ts';
import type { LiveCall, Snapshot } from '../../src/live/snapshot.ts';
import { tellingOf } from '../../src/live/telling.ts';
import { rules } from '../call/office.ts';

export const settings: DialectSettings = {
  timeZone: 'Europe/Moscow',
  isExtension: (text) => rules.extensionPattern.test(text),
  number: shieldNumber,
};

export const time = (ms: number) => new Date(ms).toISOString();
export const telling = tellingOf('salesplatform', settings, time);

/** The core with what pages are shown of it. */
export class Told {
  readonly state: TrackerState;
  readonly live: LiveCalls;
  readonly changed = new Set<Extension>();
  events: readonly CallEvent[] = [];
  now = 0;

  constructor(state = createState(rules)) {
    this.state = state;
    this.live = new LiveCalls({
      state,
      tellingOf: () => telling,
      onChange: (extension) => this.changed.add(extension),
    });
  }

  say(input: Input, at = this.now): readonly CallEvent[] {
    this.now = at;
    this.events = step(this.state, input, at).events;
    this.live.took(input, this.events, at);
    return this.events;
  }

  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end; ) this.say({ kind: 'tick' }, Math.min(end, this.now + 250));
  }

  shown(extension: string): Snapshot {
    return this.live.snapshotOf(extension as Extension);
  }

  /** Every part that is open, found by looking at all that the core has. */
  open(): Map<Extension, LiveCall[]> {
    const found = new Map<Extension, LiveCall[]>();
    for (const call of this.state.calls.values())
      for (const leg of call.legs) {
        const shown = liveCall(call, leg.extension, telling);
        if (shown !== null) found.set(leg.extension, [...(found.get(leg.extension) ?? []), shown]);
      }
    return found;
  }
}
