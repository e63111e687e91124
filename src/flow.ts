import type { Input } from './call/ami-event.ts';
import type { CallEvent } from './call/call-event.ts';
import type { Linkedid } from './call/ids.ts';
import { saving } from './call/saved.ts';
import type { TrackerState } from './call/state.ts';
import { step } from './call/tracker.ts';
import type { Callback } from './crm/callback.ts';
import type { Dialect } from './crm/dialect.ts';
import type { Log } from './log.ts';

/** What one input brought about, to be written in one transaction. */
export interface Change {
  readonly callbacks: readonly Callback[];
  /** `state` null: closed. */
  readonly calls: readonly { readonly id: Linkedid; readonly state: (() => string) | null }[];
  readonly events: readonly CallEvent[];
}

/** Who puts events into callbacks: a dialect, or what knows which one a call is told in. */
type Teller = Pick<Dialect, 'callbacks'>;

/** The one path of every fact: Asterisk's event (or a click, or time) to call events, which are given back, to the CRM's callbacks. */
export function createFlow(state: TrackerState, teller: () => Teller, commit: (change: Change) => void, log: Log) {
  return (input: Input, at: number): readonly CallEvent[] => {
    const { events, touched } = step(state, input, at);
    for (const event of events) tell(log, event);
    if (events.length === 0 && touched.length === 0) return events;
    commit({
      callbacks: events.flatMap((event) => teller().callbacks(event)),
      calls: touched.map((id) => ({ id, state: saving(state, id) })),
      events,
    });
    return events;
  };
}

/** One line for each phase of a call; the caller's number is a customer's and stays in the fields, where it can be masked. */
function tell(log: Log, event: CallEvent): void {
  const linkedid = 'leg' in event ? event.leg.call : event.call;
  const [text, fields] = line(event);
  // What is said of no call has none.
  const all = linkedid === null ? fields : { linkedid, ...fields };
  if (event.kind === 'surprise') log.debug(text, all);
  else log.info(text, all);
}

function line(event: CallEvent): readonly [string, object] {
  if (event.kind === 'surprise') return [event.text, {}];
  if (event.kind === 'closed') return [`call ${event.call} closed`, { talked: event.talked.length }];
  if (event.kind === 'finished')
    return [`call ${event.call} finished ${event.outcome}`, { owner: event.owner.extension }];
  if (event.kind === 'unrung')
    return [`call ${event.call} rang nobody`, { line: event.line, number: event.party.number }];
  if (event.kind === 'recorded') return [`call ${event.call} recorded`, { path: event.path }];
  const { call, extension, direction, party } = event.leg;
  const what = event.kind === 'ended' ? `${event.outcome}, talked ${Math.round(event.talkedMs / 1000)} s` : event.kind;
  return [`call ${call} ${extension} ${direction} ${what}`, { number: party.number }];
}
