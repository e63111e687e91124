import type { Talk } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';

type RecordingBrand<Name extends string> = string & { readonly __recording: Name };

/** Unguessable (128 random bits), so that a link to a recording says nothing about the next one. */
export type RecordingId = RecordingBrand<'id'>;

/**
 * recording: the call goes on · waiting: it is over, the file may not be final · ready: final and holds sound ·
 * missing: given up · empty: final without sound · unheard: nobody talked, so there is no user to announce it to.
 */
export type RecordingState = 'recording' | 'waiting' | 'ready' | 'missing' | 'empty' | 'unheard';

/** One file of one call. All times are epoch milliseconds of the connector's clock. */
export interface Recording {
  readonly id: RecordingId;
  readonly call: Linkedid;
  /** As Asterisk said it; not to be opened but through openFile. */
  readonly path: string;
  readonly state: RecordingState;
  /** Who talked: those to whose CRM records the recording belongs. Empty until the call is closed. */
  readonly talks: readonly Talk[];
  readonly createdAt: number;
  readonly closedAt: number | null;
  readonly announcedAt: number | null;
  /** The file as it was last seen; null until then. */
  readonly sighting: Sighting | null;
  /** How often it has been looked at without an end. */
  readonly looks: number;
}

export interface Sighting {
  readonly size: number;
  readonly mtimeMs: number;
  /** Since when it has been seen like this, by the connector's clock. */
  readonly since: number;
}

/** PBXManager cuts a longer link silently (varchar 200). */
export const maximumLinkLength = 200;

/**
 * The link that the CRM stores. It holds a `?` because PBXManager appends `&secret=...` to whatever it has.
 * `publicUrl` must leave room for the id; the configuration sees to that.
 */
export function recordingLink(publicUrl: string, id: RecordingId): string {
  const link = `${publicUrl.replace(/\/+$/, '')}/recording?id=${id}`;
  if (link.length > maximumLinkLength) throw new RangeError(`A recording link of ${link.length} characters`);
  return link;
}
