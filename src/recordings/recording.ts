import type { Talk } from '../call/call-event.ts';
import type { Extension, Linkedid, Uniqueid } from '../call/ids.ts';

type RecordingBrand<Name extends string> = string & { readonly __recording: Name };

/** Unguessable (128 random bits), so that a link to a recording says nothing about the next one. */
export type RecordingId = RecordingBrand<'id'>;

/**
 * recording: the call goes on · waiting: it is over, the file may not be final · ready: final and holds sound ·
 * missing: given up · empty: final without sound · unheard: nobody talked, so there is no user to announce it to ·
 * overwritten: the file holds the sound of another call.
 */
export type RecordingState = 'recording' | 'waiting' | 'ready' | 'missing' | 'empty' | 'unheard' | 'overwritten';

/** One file of one call. All times are epoch milliseconds of the connector's clock. */
export interface Recording {
  readonly id: RecordingId;
  readonly call: Linkedid;
  /** Of which channel it was told; null for those learnt by a connector that did not keep it. */
  readonly channel: Uniqueid | null;
  /** As Asterisk said it; not to be opened but through openFile. */
  readonly path: string;
  /** variable: it was begun when it was learnt of. cdr: at the latest then, which is the end of the call. */
  readonly from: 'variable' | 'cdr';
  readonly state: RecordingState;
  /** Who talked in the call. Empty until it is closed. */
  readonly talks: readonly Talk[];
  /** When it was learnt of. */
  readonly createdAt: number;
  readonly closedAt: number | null;
  /** Those to whose CRM records it was announced, and when for the last time. */
  readonly announcedTo: readonly Extension[];
  readonly announcedAt: number | null;
  /** The file as it was last seen; null until then. */
  readonly sighting: Sighting | null;
  /** How often it has been looked at without an end. */
  readonly looks: number;
  /** When retention has deleted its file; null: it has not. */
  readonly deletedAt: number | null;
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
 * `publicUrl` must leave room for the id and the key; the configuration sees to that.
 *
 * @param key opens this recording alone, for a CRM that appends nothing: vTiger's own gives the link to the browser
 */
export function recordingLink(publicUrl: string, id: RecordingId, key = ''): string {
  const link = `${publicUrl.replace(/\/+$/, '')}/recording?id=${id}${key === '' ? '' : `&key=${key}`}`;
  if (link.length > maximumLinkLength) throw new RangeError(`A recording link of ${link.length} characters`);
  return link;
}
