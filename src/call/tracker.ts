import type { AmiEvent, Input } from './ami-event.ts';
import { bridgeHandlers } from './bridges.ts';
import type { CallEvent } from './call-event.ts';
import { channelHandlers } from './channels.ts';
import { beginClick, clickHandlers, refuseClick } from './click.ts';
import { finish } from './close.ts';
import { dialHandlers } from './dial.ts';
import { hangupHandlers } from './hangup.ts';
import type { Linkedid } from './ids.ts';
import { pickupHandlers } from './pickup.ts';
import { recordingHandlers } from './recording.ts';
import { compareWithSnapshot, endMissing } from './snapshot.ts';
import type { AmiHandlers, Step, TrackerState } from './state.ts';
import { passTime } from './timeouts.ts';
import { variableHandlers } from './variables.ts';

export interface StepResult {
  /** What happened, in order. */
  readonly events: readonly CallEvent[];
  /** Calls to be stored anew; one that is no longer in the state is closed. */
  readonly touched: readonly Linkedid[];
}

const amiHandlers: AmiHandlers = {
  ...channelHandlers,
  ...dialHandlers,
  ...bridgeHandlers,
  ...hangupHandlers,
  ...recordingHandlers,
  ...clickHandlers,
  ...pickupHandlers,
  ...variableHandlers,
};

/**
 * Takes one input into account. Never throws on what Asterisk sends: what makes no sense changes nothing.
 *
 * @param state what the core knows; updated in place
 * @param at epoch milliseconds of the connector's clock, which may be set back
 */
export function step(state: TrackerState, input: Input, at: number): StepResult {
  if (at < state.lastAt) state.deadlines.shift(state.lastAt - at);
  state.lastAt = at;
  const now: Step = { state, at, events: [], touched: new Set(), found: new Map(), areEndsHeard: true };
  take(now, input);
  for (const call of now.touched) finish(now, call);
  return { events: now.events, touched: [...now.touched] };
}

function take(now: Step, input: Input): void {
  switch (input.kind) {
    case 'tick':
      return passTime(now);
    case 'click':
      return beginClick(now, input);
    case 'clickRefused':
      return refuseClick(now, input.actionId);
    case 'snapshot':
      return compareWithSnapshot(now, input);
    case 'remaining':
      return endMissing(now, input.channels, input);
    default:
      return handle(now, input);
  }
}

function handle<Kind extends AmiEvent['kind']>(now: Step, event: Extract<AmiEvent, { kind: Kind }>): void {
  const handler = amiHandlers[event.kind as Kind] as (now: Step, event: Extract<AmiEvent, { kind: Kind }>) => void;
  handler(now, event);
}
