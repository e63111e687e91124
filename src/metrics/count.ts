import type { CallEvent } from '../call/call-event.ts';
import type { MadeMetrics, Own } from './made.ts';
import type { Meters } from './meters.ts';

/** Counts what the parts of a connection tell. */
export function createMeters(made: MadeMetrics, own: Own): Meters {
  startAtZero(made, own);
  return {
    amiEvent: () => made.amiEvents.inc(own),
    linkUp: () => made.linkUps.inc(own),
    linkLost: () => made.linkLosses.inc(own),
    pinged: (ms) => made.ping.observe(own, seconds(ms)),
    callEvents: (events) => countCallEvents(made, own, events),
    written: (ms) => made.written.observe(own, seconds(ms)),
    crmAnswered: (answer, ms) => made.crmAnswer.observe({ ...own, answer }, seconds(ms)),
    sent(kind, outcome, ageMs) {
      made.sends.inc({ ...own, kind, outcome });
      if (outcome === 'delivered' && ageMs !== null) made.delivery.observe({ ...own, kind }, seconds(ageMs));
    },
    clicked: (outcome) => made.clicks.inc({ ...own, outcome }),
    originated: (outcome) => made.originates.inc({ ...own, outcome: outcome === 'timedOut' ? 'timed_out' : outcome }),
    recordingEnded: (state) => made.recordings.inc({ ...own, state }),
    recordingLinked: () => made.recordingLinks.inc(own),
    requested: (path, status) => made.requests.inc({ ...own, path, code: String(status) }),
  };
}

/** A clock that was set back makes no negative time. */
const seconds = (ms: number) => Math.max(0, ms) / 1000;

function countCallEvents(made: MadeMetrics, own: Own, events: readonly CallEvent[]): void {
  for (const event of events) {
    if (event.kind === 'rang' && event.turn === 'first')
      made.callsBegun.inc({ ...own, direction: event.leg.direction });
    // A call in which somebody is rung after all ends again; it is one call.
    else if (event.kind === 'finished' && event.round === 1)
      made.callsEnded.inc({ ...own, direction: event.owner.direction, disposition: event.outcome });
    else if (event.kind === 'unrung') {
      made.callsBegun.inc({ ...own, direction: 'inbound' });
      made.callsEnded.inc({ ...own, direction: 'inbound', disposition: 'unrung' });
    }
  }
}

/** Prometheus sees no increase where a line appears with its first count: what alerts look at is there from the start. */
function startAtZero(made: MadeMetrics, own: Own): void {
  for (const metric of [made.amiEvents, made.linkUps, made.linkLosses, made.recordingLinks]) metric.inc(own, 0);
  for (const metric of [made.ping, made.written]) metric.zero(own);
  for (const direction of ['inbound', 'outbound', 'internal']) {
    made.callsBegun.inc({ ...own, direction }, 0);
    for (const disposition of ['completed', 'no-answer', 'busy'])
      made.callsEnded.inc({ ...own, direction, disposition }, 0);
  }
  made.callsEnded.inc({ ...own, direction: 'inbound', disposition: 'unrung' }, 0);
  for (const kind of ['StartApp', 'DialBegin', 'DialAnswer', 'EndCall', 'Record', 'Hangup'])
    for (const outcome of ['delivered', 'presumed', 'retried', 'refused', 'given_up'])
      made.sends.inc({ ...own, kind, outcome }, 0);
  for (const outcome of ['placed', 'repeated', 'refused', 'unauthorized', 'unreachable'])
    made.clicks.inc({ ...own, outcome }, 0);
  for (const outcome of ['placed', 'rejected', 'timed_out', 'down']) made.originates.inc({ ...own, outcome }, 0);
  for (const state of ['ready', 'missing', 'empty', 'overwritten']) made.recordings.inc({ ...own, state }, 0);
}
