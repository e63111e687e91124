import type { CallEvent, Talk } from '../call/call-event.ts';
import type { Callback } from './callback.ts';

/** How one kind of CRM wants to be told of a call. Pure: the same event always makes the same callbacks. */
export interface Dialect {
  readonly name: 'salesplatform' | 'vanilla';
  /** The callbacks that an event makes, in the order in which they must arrive. */
  callbacks(event: CallEvent): readonly Callback[];
  /** Announces a finished recording to one user's record. `url` holds a `?` and is at most 200 characters long. */
  recording(talk: Talk, url: string, id: string): readonly Callback[];
}

/** What all dialects need to know of the place they work in. */
export interface DialectSettings {
  /** IANA name of the zone in which the CRM keeps its times (`$default_timezone` in its config.inc.php). */
  readonly timeZone: string;
  /** Whether a text is the extension of one of our phones. */
  readonly isExtension: (text: string) => boolean;
  /** A party's number as this CRM is to see it, fit to be sent. */
  readonly number: (raw: string) => string;
  /** Before every callUUID; nothing unless said. */
  readonly callIdPrefix?: string;
}
