import type { Endpoint } from './sip-dialog.ts';
import { header, type SipRequest } from './sip-message.ts';

/** The names of a dialog as one of its sides knows them (RFC 3261, 12). */
export interface DialogIds {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}

/** Refer-To of a blind transfer: where the other party is to call. */
export function blindTarget(number: string, pbx: Endpoint): string {
  return `<sip:${number}@${pbx.host}:${pbx.port}>`;
}

/**
 * Refer-To of an attended transfer: the other party is to take the place that this phone has in the consultation
 * (RFC 3891). To and from are as the phone at the far end of the consultation would have them.
 */
export function replacingTarget(number: string, pbx: Endpoint, consultation: DialogIds): string {
  const { callId, localTag, remoteTag } = consultation;
  const replaces = encodeURIComponent(`${callId};to-tag=${remoteTag};from-tag=${localTag}`);
  return `<sip:${number}@${pbx.host}:${pbx.port}?Replaces=${replaces}>`;
}

/** How far a transfer is: the status in a NOTIFY of it (`SIP/2.0 180 Ringing`, RFC 3515). null: the NOTIFY tells of something else. */
export function transferStatus(notify: SipRequest): number | null {
  if (!header(notify, 'Event').startsWith('refer')) return null;
  const status = /^SIP\/2\.0 (\d{3})/.exec(notify.body)?.[1];
  return status === undefined ? null : Number(status);
}
