import type { CallEvent } from '../call/call-event.ts';
import type { Meters } from './meters.ts';
import type { MadeMetrics } from './metrics.ts';

/** Counts what the parts of the program tell. */
export function createMeters(made: MadeMetrics): Meters {
  startAtZero(made);
  return {
    amiEvent: () => made.amiEvents.inc(),
    linkUp: () => made.linkUps.inc(),
    linkLost: () => made.linkLosses.inc(),
    pinged: (ms) => made.ping.observe(seconds(ms)),
    callEvents: (events) => countCallEvents(made, events),
    written: (ms) => made.written.observe(seconds(ms)),
    crmAnswered: (answer, ms) => made.crmAnswer.observe({ answer }, seconds(ms)),
    sent(kind, outcome, ageMs) {
      made.sends.inc({ kind, outcome });
      if (outcome === 'delivered' && ageMs !== null) made.delivery.observe({ kind }, seconds(ageMs));
    },
    clicked: (outcome) => made.clicks.inc({ outcome }),
    originated: (outcome) => made.originates.inc({ outcome: outcome === 'timedOut' ? 'timed_out' : outcome }),
    recordingEnded: (state) => made.recordings.inc({ state }),
    recordingLinked: () => made.recordingLinks.inc(),
    requested: (path, status) => made.requests.inc({ path, code: String(status) }),
  };
}

/** A clock that was set back makes no negative time. */
const seconds = (ms: number) => Math.max(0, ms) / 1000;

function countCallEvents(made: MadeMetrics, events: readonly CallEvent[]): void {
  for (const event of events) {
    if (event.kind === 'rang' && event.turn === 'first') made.callsBegun.inc({ direction: event.leg.direction });
    // A call in which somebody is rung after all ends again; it is one call.
    else if (event.kind === 'finished' && event.round === 1)
      made.callsEnded.inc({ direction: event.owner.direction, disposition: event.outcome });
    else if (event.kind === 'unrung') {
      made.callsBegun.inc({ direction: 'inbound' });
      made.callsEnded.inc({ direction: 'inbound', disposition: 'unrung' });
    }
  }
}

/** Prometheus sees no increase where a line appears with its first count: what alerts look at is there from the start. */
function startAtZero(made: MadeMetrics): void {
  for (const direction of ['inbound', 'outbound', 'internal'])
    for (const disposition of ['completed', 'no-answer', 'busy']) {
      made.callsBegun.inc({ direction }, 0);
      made.callsEnded.inc({ direction, disposition }, 0);
    }
  made.callsEnded.inc({ direction: 'inbound', disposition: 'unrung' }, 0);
  for (const kind of ['StartApp', 'DialBegin', 'DialAnswer', 'EndCall', 'Record', 'Hangup'])
    for (const outcome of ['delivered', 'presumed', 'retried', 'refused', 'given_up'])
      made.sends.inc({ kind, outcome }, 0);
  for (const outcome of ['placed', 'repeated', 'refused', 'unauthorized', 'unreachable'])
    made.clicks.inc({ outcome }, 0);
  for (const outcome of ['placed', 'rejected', 'timed_out', 'down']) made.originates.inc({ outcome }, 0);
  for (const state of ['ready', 'missing', 'empty', 'overwritten']) made.recordings.inc({ state }, 0);
}
