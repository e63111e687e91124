import type { CallEvent } from '../call/call-event.ts';

/** What the CRM said to one request, or that it said nothing. */
export type CrmAnswer = 'accepted' | 'empty_server_error' | 'not_understood' | 'refused' | 'unavailable' | 'timed_out';

/**
 * What became of one send of a callback. `presumed`: taken for delivered though the CRM did not say so. `refused`: the CRM
 * does not take our token, or is not at our address; it is sent again when that is mended.
 */
export type SendOutcome = 'delivered' | 'presumed' | 'retried' | 'refused' | 'given_up';

/** What /makecall made of a click. `placed`: handed to the link to Asterisk. */
export type ClickOutcome = 'placed' | 'repeated' | 'refused' | 'unauthorized' | 'unreachable';

/** What Asterisk answered to the Originate of a click. */
export type OriginateOutcome = 'placed' | 'rejected' | 'timedOut' | 'down';

export type RecordingEnd = 'ready' | 'missing' | 'empty' | 'overwritten';

/** What the parts of the program tell of what they do, as it happens. None of it may cost more than a counter's increment. */
export interface Meters {
  amiEvent(): void;
  linkUp(): void;
  linkLost(): void;
  /** A Ping was answered after so long. */
  pinged(ms: number): void;
  callEvents(events: readonly CallEvent[]): void;
  /** What followed from an event is on disk, so long after the event was read. */
  written(ms: number): void;
  crmAnswered(answer: CrmAnswer, ms: number): void;
  /** @param ageMs since the callback was made; null: it was put off on purpose, and its age says nothing */
  sent(kind: string, outcome: SendOutcome, ageMs: number | null): void;
  clicked(outcome: ClickOutcome): void;
  originated(outcome: OriginateOutcome): void;
  recordingEnded(end: RecordingEnd): void;
  recordingLinked(): void;
  /** @param path one of a few known ones, never what somebody typed */
  requested(path: string, status: number): void;
}

const nothing = () => {};

/** Nobody wants to know. */
export const noMeters: Meters = {
  amiEvent: nothing,
  linkUp: nothing,
  linkLost: nothing,
  pinged: nothing,
  callEvents: nothing,
  written: nothing,
  crmAnswered: nothing,
  sent: nothing,
  clicked: nothing,
  originated: nothing,
  recordingEnded: nothing,
  recordingLinked: nothing,
  requested: nothing,
};
