import type { Linkedid } from '../call/ids.ts';

export type CallbackKind = 'StartApp' | 'DialBegin' | 'DialAnswer' | 'EndCall' | 'Record' | 'Hangup';

/**
 * One request to the CRM's PBXManager, as a dialect made it and the outbox keeps it.
 * `key` is unique for (call, kind, user, ring): the same fact learnt twice is one callback.
 * `params` holds no vtigersignature: the token is added when it is sent and is never stored.
 */
export interface Callback {
  readonly key: string;
  readonly call: Linkedid;
  readonly kind: CallbackKind;
  readonly params: Readonly<Record<string, string>>;
}
